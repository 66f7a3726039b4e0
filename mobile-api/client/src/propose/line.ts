import { html, nothing, type TemplateResult } from "lit-html";

import { cardPicture } from "../ui/card_picture.js";
import { distance } from "../words/formats.js";
import { t } from "../words/words.js";
import { partName, type Cycle, type Line } from "./catalogue.js";
import type { Compared } from "./compared.js";
import { compareButton, costWords, said, supportWords } from "./parts.js";
import { standing } from "./states.js";

/** A proposal in a list: what, where it stands, for whom, at what cost, with how much support. */
export const line = (one: Line, cycle: Cycle, compared: Compared, metres: number | null, onOpen: () => void): TemplateResult => html`
  <li class="proposal">
    <a class="card-sides proposal-way" id=${`p-${one.number}`} href=${`/app/budgets/${cycle.slug}/proposals/${one.number}`} @click=${onOpen}>
      <span class="proposal-words">
        <strong>${said(one.title, one.language)}</strong>
        ${standing(one.state)}
        ${said(one.summary, one.language, "proposal-said")}
      </span>
      ${cardPicture(one.photo)}
    </a>
    <p class="small soft">
      ${partName(cycle, one.part)} · <span class="figure">${costWords(one.cost, cycle)}</span> · ${supportWords(one.endorsements)}
      ${metres === null ? nothing : html`· ${t("{distance} away", { distance: distance(metres) })}`}
    </p>
    <div class="proposal-acts">${compareButton(compared, one.number, one.title)}</div>
  </li>
`;
