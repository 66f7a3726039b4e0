import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { number } from "../words/formats.js";
import { t } from "../words/words.js";
import type { Part } from "./ask.js";
import type { Ballot } from "./ballot.js";
import { moved, without } from "./choices.js";
import { chosenOf } from "./faults.js";
import type { Chosen } from "./kept.js";

/** The order so far, changed by buttons; where a project went is said. */
export function rankingView(ballot: Ballot, part: Part, redraw: () => void): TemplateResult | typeof nothing {
  const chosen = ballot.chosen(part);
  if (chosen.length === 0) return nothing;
  const set = (choices: Chosen[], focus: string | null) => {
    ballot.choose(part, choices);
    redraw();
    // The button moves along with its project, and the focus with it.
    queueMicrotask(() => focus && document.getElementById(focus)?.focus());
  };
  return html`
    <section class="stack-close">
      <h2>${t("Your order")}</h2>
      <ol class="ranking" role="list">
        ${repeat(chosenOf(part, chosen), (one) => one.code, ({ code, title }, at) => html`
          <li>
            <span class="figure">${number(at + 1)}</span><span>${title}</span>
            <span class="ranking-ways">
              <button class="button button-quiet" id=${`up-${code}`} aria-label=${t("Move up to place {place}: {project}", { place: number(Math.max(at, 1)), project: title })} aria-disabled=${at === 0 ? "true" : nothing} @click=${() => set(moved(chosen, code, -1), `up-${code}`)}>↑</button>
              <button class="button button-quiet" id=${`down-${code}`} aria-label=${t("Move down to place {place}: {project}", { place: number(Math.min(at + 2, chosen.length)), project: title })} aria-disabled=${at === chosen.length - 1 ? "true" : nothing} @click=${() => set(moved(chosen, code, 1), `down-${code}`)}>↓</button>
              <button class="button button-quiet" aria-label=${t("Take off: {project}", { project: title })} @click=${() => set(without(chosen, code), null)}>×</button>
            </span>
          </li>
        `)}
      </ol>
      <p class="for-screen-readers" role="status">${chosenOf(part, chosen).map(({ title }, at) => `${number(at + 1)}: ${title}`).join(", ")}</p>
    </section>
  `;
}
