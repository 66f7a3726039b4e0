import { html, nothing, type TemplateResult } from "lit-html";

import type { Said } from "../store/kept.js";
import { t } from "../words/words.js";
import { partName, type Cycle } from "./catalogue.js";
import { differences, type Difference } from "./change.js";
import { costWords, said } from "./parts.js";
import { finished } from "./sending.js";
import type { Writing } from "./writing.js";

/** What somebody else made of a proposal meanwhile beside what is written here, where they differ. */
export function meanwhile({ kept }: Writing, cycle: Cycle): TemplateResult | typeof nothing {
  const stands = kept.edits?.stands;
  if (!stands) return nothing;
  const own = finished(kept.draft, kept.reach);
  const found = differences(own, stands);
  if (!found.length) return nothing;
  return html`
    <section class="stack" aria-label=${t("What stands now, and what you wrote")}>
      ${found.map((name) => html`
        <div class="stack-close">
          <h2>${nameOf(name)}</h2>
          <dl class="side-by-side">
            <div><dt>${t("What stands now")}</dt><dd>${wordsOf(name, stands, cycle)}</dd></div>
            <div><dt>${t("What you wrote")}</dt><dd>${wordsOf(name, own, cycle)}</dd></div>
          </dl>
        </div>`)}
    </section>
  `;
}

const nameOf = (name: Difference): string =>
  ({
    title: t("A short name for it"),
    summary: t("What should change, and for whom?"),
    description: t("More about it"),
    category: t("Kind"),
    language: t("The language you write in"),
    cost: t("Cost"),
    place: t("Where"),
  })[name];

function wordsOf(name: Difference, draft: Said, cycle: Cycle): TemplateResult | string {
  if (name === "cost") return costWords(draft.cost ?? null, cycle);
  if (name === "place") return [draft.part ? partName(cycle, draft.part) : null, draft.lat == null ? null : t("One place")].filter(Boolean).join(", ");
  return draft[name] ? said(draft[name], draft.language ?? "en", "said") : t("Nothing yet");
}
