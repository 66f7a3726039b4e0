import { html, nothing, type TemplateResult } from "lit-html";

import { icon } from "../shell/icons.js";
import { amount } from "../words/formats.js";
import { n, t } from "../words/words.js";
import type { Part } from "./ask.js";
import type { Ballot } from "./ballot.js";
import type { Booth } from "./booth.js";
import { faultsOf } from "./faults.js";
import { standingWords } from "./form_words.js";

/** The parts of a ballot that has several: each with its money and how far it is filled in. */
export const partsView = (booth: Booth, ballot: Ballot): TemplateResult => html`
  <p class="lead">${booth.form.title}</p>
  ${ballot.isCast ? html`<p>${t("Your ballot is in the box. What you send now takes its place.")}</p>` : nothing}
  <p>${n(ballot.parts.length, "There is {count} part with its own money.", "There are {count} parts, each with its own money.")} ${t("You may leave parts blank.")}</p>
  ${ballot.isOneDistrict ? html`<p>${t("You may fill in one district only.")}</p>` : nothing}
  ${districtFault(ballot)}
  <ul class="ways" role="list">
    ${ballot.parts.map((part) => html`<li>${way(booth, ballot, part)}</li>`)}
  </ul>
  <p><button class="button button-wide" @click=${() => booth.go("check")}>${t("Check my ballot")}</button></p>
`;

const way = (booth: Booth, ballot: Ballot, part: Part) => html`
  <button class="part-way" @click=${() => booth.go(`part/${part.code}`)}>
    <span>
      <strong>${part.name}</strong>
      <span class="hint figure">${amount(part.budget, booth.form)} · ${n(part.projects.length, "{count} project", "{count} projects")}</span>
      <span class="hint">${standingWords(booth.form, part, ballot.chosen(part))}</span>
      ${faultsOf(booth.form, part, ballot.chosen(part)).map((one) => html`<span class="hint overdue">${one}</span>`)}
    </span>
    ${icon("back", "onward")}
  </button>
`;

/** That two districts are filled in where one is allowed: nothing is taken away, the voter decides. */
export function districtFault(ballot: Ballot): TemplateResult | typeof nothing {
  const filled = ballot.filledDistricts;
  if (!ballot.isOneDistrict || filled.length < 2) return nothing;
  const names = filled.map((one) => one.name).join(", ");
  return html`<p class="overdue" role="status">${t("You filled in {districts}. Keep one of them and empty the others.", { districts: names })}</p>`;
}
