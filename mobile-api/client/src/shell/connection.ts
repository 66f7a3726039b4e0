import { html, nothing, type TemplateResult } from "lit-html";

import { keepsNothing } from "../store/stand_in.js";
import { n, t } from "../words/words.js";
import { icon } from "./icons.js";
import { redraw, type Screen } from "./screen.js";

let waiting = 0;

/** How many things wait to be sent; shown at once. */
export function tellWaiting(count: number): void {
  if (count === waiting) return;
  waiting = count;
  redraw();
}

/** Whether there is a network, and what waits for one: loud while something does, else nothing. */
export const connection = ({ withoutNetwork }: Pick<Screen, "withoutNetwork">): TemplateResult => html`
  <div class="connection" role="status">
    ${keepsNothing()
      ? html`<p class="page">${icon("refused")}${t("This browser keeps nothing. What is not sent is gone when you close this page.")}</p>`
      : nothing}
    ${waiting
      ? html`<p class="page">${icon("waiting")}<a href="/app/waiting">${n(waiting, "{count} thing is not sent yet", "{count} things are not sent yet")}</a></p>`
      : navigator.onLine
        ? nothing
        : html`<p class="page">${icon("offline")}${withoutNetwork?.() ?? t("No connection. You can write; it is sent later.")}</p>`}
  </div>
`;

window.addEventListener("online", redraw);
window.addEventListener("offline", redraw);
