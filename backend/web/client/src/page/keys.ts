// Single keys for who works without a mouse. They are off while somebody types, while a dialog is open, and for
// whoever switched them off: speech input and a cat on the keyboard type letters too (WCAG 2.2, 2.1.4).

const SWITCH = "evenward-keys-off";
const TYPED = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

export type Keys = Readonly<Record<string, () => void>>;

const areOff = () => localStorage.getItem(SWITCH) === "1";

/** Do what `keys` say, and `escape` on the escape key, which is always on. */
export function byKeys(keys: Keys, escape: () => void): void {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") return escape();
    const act = keys[event.key];
    if (!act || areOff() || (event.target as Element).closest(TYPED)) return;
    event.preventDefault();
    act();
  });
  dialogs();
  offSwitch();
}

function dialogs(): void {
  document.addEventListener("click", (event) => {
    const pressed = (event.target as Element).closest<HTMLElement>("[data-opens], [data-closes]");
    const opens = pressed?.dataset["opens"];
    if (opens) (document.getElementById(opens) as HTMLDialogElement | null)?.showModal();
    else pressed?.closest("dialog")?.close();
  });
  for (const line of document.querySelectorAll<HTMLElement>(".keys-line")) line.hidden = false;
}

function offSwitch(): void {
  const box = document.getElementById("keys-off") as HTMLInputElement | null;
  if (!box) return;
  box.checked = areOff();
  box.addEventListener("change", () => {
    if (box.checked) localStorage.setItem(SWITCH, "1");
    else localStorage.removeItem(SWITCH);
  });
}
