import { html, nothing, type TemplateResult } from "lit-html";

import { notice } from "../ui/notices.js";
import { amount } from "../words/formats.js";
import { n, t } from "../words/words.js";
import type { Part } from "./ask.js";
import type { Ballot } from "./ballot.js";
import type { Booth } from "./booth.js";
import { costOf, faultsOf } from "./faults.js";
import { districtFault } from "./parts.js";
import { standingWords } from "./form_words.js";

/** Everything once more, before it goes into the box. */
export const checkView = (booth: Booth, ballot: Ballot): TemplateResult => html`
  <p class="lead">${ballot.isCast ? t("It is not in the box yet. It takes the place of the one you sent before.") : t("It is not in the box yet.")}</p>
  ${ballot.parts.map((part) => partOf(booth, ballot, part))}
  ${districtFault(ballot)}
  ${booth.casting.isBusy ? html`<p role="status">${t("Your ballot is being sent.")}</p>` : ballot.isOnItsWay && !booth.casting.error ? onItsWay() : nothing}
  ${ballot.isFine ? booth.casting.button(t("Put it into the box"), () => booth.cast()) : notFine(ballot)}
`;

const partOf = (booth: Booth, ballot: Ballot, part: Part) => {
  const chosen = ballot.chosen(part);
  const isRanked = booth.form.form.kind === "ranking";
  const lines = chosen.flatMap(({ code, points }) => {
    const project = part.projects.find((one) => one.code === code);
    if (!project) return [];
    return html`<li>${project.title}${points ? html`: <strong class="figure">${n(points, "{count} point", "{count} points")}</strong>` : nothing}<br /><span class="soft figure">${amount(project.cost, booth.form)}</span></li>`;
  });
  return html`
    <section class="checked stack-close">
      <h2>${part.name}</h2>
      ${lines.length === 0 ? html`<p class="soft">${t("You leave this part blank.")}</p>` : isRanked ? html`<ol>${lines}</ol>` : html`<ul>${lines}</ul>`}
      ${lines.length === 0 ? nothing : html`<p class="figure">${costWords(booth, part, ballot)}</p>`}
      ${faultsOf(booth.form, part, chosen).map((one) => html`<p class="overdue">${one}</p>`)}
      <p><button class="button-link" @click=${() => booth.go(`part/${part.code}`)}>${t("Change")}<span class="for-screen-readers">: ${part.name}</span></button></p>
    </section>
  `;
};

function costWords(booth: Booth, part: Part, ballot: Ballot): string {
  const chosen = ballot.chosen(part);
  if (booth.form.form.kind === "knapsack") return standingWords(booth.form, part, chosen);
  const facts = { cost: amount(costOf(part, chosen), booth.form), budget: amount(part.budget, booth.form) };
  return t("Together they cost {cost}. There is {budget}.", facts);
}

/** Why it cannot go into the box as it is. */
const notFine = (ballot: Ballot) =>
  ballot.isBlank
    ? html`<p>${t("Nothing is chosen, so there is nothing to send. Choose at least one project in one part.")}</p>`
    : html`<p role="status">${t("Change what is marked above, then you can send it. Nothing you chose is lost.")}</p>`;

const onItsWay = () =>
  notice("plain", t("You sent this ballot and no answer came. Nobody knows whether it arrived. Press the button again: it is the same ballot and counts once."));
