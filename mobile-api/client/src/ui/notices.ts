import { html, nothing, type TemplateResult } from "lit-html";

import { Offline } from "../api/call.js";
import { explained } from "../shell/failed.js";
import { icon, type IconName } from "../shell/icons.js";
import { ago } from "../words/formats.js";
import { t } from "../words/words.js";

/** A word on how something went; said aloud when it appears. */
export const notice = (kind: "done" | "error" | "plain", words: unknown): TemplateResult => html`
  <div class="notice notice-${kind}" role=${kind === "error" ? "alert" : "status"}>
    ${icon(MARKS[kind])}<div>${words}</div>
  </div>
`;

const MARKS = { done: "done", error: "refused", plain: "waiting" } as const satisfies Record<string, IconName>;

/** What went wrong with something somebody did, in the city's words. */
export const failure = (error: unknown): TemplateResult => {
  const { title, detail, remedy } = explained(error);
  return notice("error", html`<strong>${title}</strong><p>${detail}</p><p>${remedy}</p>`);
};

/** The same for what makes no sense later: without a network it was not done. */
export const undone = (error: unknown): TemplateResult =>
  error instanceof Offline
    ? notice("error", html`<strong>${t("No connection")}</strong><p>${t("This was not done, for it needs a network. Try again when there is one.")}</p>`)
    : failure(error);

/** That what is shown was read before, where nobody could be asked now. */
export const asOf = ({ is_old, read_at }: { is_old: boolean; read_at: string }): TemplateResult | typeof nothing =>
  is_old ? html`<p class="soft">${t("No connection. As it was {when}.", { when: ago(read_at) })}</p>` : nothing;

/** Nothing is there yet, and how to begin. */
export const empty = (words: string, way?: { path: string; words: string }): TemplateResult => html`
  <div class="empty stack">
    <p>${words}</p>
    ${way ? html`<p><a class="button" href=${`/app${way.path}`}>${way.words}</a></p>` : nothing}
  </div>
`;
