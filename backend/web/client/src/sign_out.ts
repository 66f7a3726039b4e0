// Signing out leaves nothing on the device of what was kept for the way, after a warning where
// something of it was never sent.

import { drop, entries } from "./field/entries.js";
import { forgetPages } from "./field/pages.js";

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (!form.matches("form.viewer") || !("caches" in window)) return;
  event.preventDefault();
  void leave(form);
});

async function leave(form: HTMLFormElement): Promise<void> {
  const kept = await entries().catch(() => []);
  const count = String(kept.length);
  if (kept.length && !confirm((form.dataset["unsent"] ?? "{count}").replace("{count}", count))) return;
  await Promise.all(kept.map(({ id }) => drop(id)));
  await forgetPages();
  // Not submit() of a button: that would come here again.
  form.submit();
}
