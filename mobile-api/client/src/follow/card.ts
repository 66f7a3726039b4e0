import { html, nothing, type TemplateResult } from "lit-html";

import type { Answer } from "../api/call.js";
import { cardPicture } from "../ui/card_picture.js";
import { standing } from "./standing.js";

/** A report as a line of a list. */
export type Card = Omit<Answer<"/v1/reports">["reports"][number], "metres">;

/** A line that leads to the report: what, how it stands, `more`, and a small picture; `from` says where back is. */
export const card = (one: Card, more: unknown, from = ""): TemplateResult => html`
  <li>
    <a class="card-sides card" href=${`/app/reports/${one.number}${from}`}>
      <span class="card-words">
        <strong>${one.service_name}</strong>
        ${standing(one.state)}
        ${one.description ? html`<span class="card-said" dir="auto">${one.description}</span>` : nothing}
        <span class="small soft">${more}</span>
      </span>
      ${cardPicture(one.photo)}
    </a>
  </li>
`;
