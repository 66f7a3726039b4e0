import { html, nothing, type TemplateResult } from "lit-html";

import { day } from "../words/formats.js";
import { t } from "../words/words.js";
import type { Proposal } from "./catalogue.js";
import { standing } from "./states.js";

type Finding = Proposal["findings"][number];
export type Criterion = Finding["criterion"];

/** What the city found, the newest round first: each question with its answer and why. */
export const review = ({ findings, outcomes }: Proposal): TemplateResult | typeof nothing => {
  const rounds = [...new Set(findings.map(({ round }) => round))].sort((one, other) => other - one);
  if (!rounds.length) return nothing;
  return html`
    <section class="stack" aria-labelledby="review">
      <h2 id="review">${t("Can it be done?")}</h2>
      ${rounds.map((round) => {
        const outcome = outcomes.find((one) => one.round === round);
        return html`
          <div class="stack-close">
            ${round > 1 ? html`<h3>${t("After the appeal")}</h3>` : rounds.length > 1 ? html`<h3>${t("The first time")}</h3>` : nothing}
            ${outcome
              ? html`<p>${standing(outcome.state, 20)} <span class="small soft">${day(outcome.at)}</span></p>
                  ${outcome.reason ? html`<p class="reason said" dir="auto">${outcome.reason}</p>` : nothing}`
              : html`<p class="soft">${t("Not decided yet.")}</p>`}
            <dl class="findings">${findings.filter((one) => one.round === round).map(finding)}</dl>
          </div>
        `;
      })}
    </section>
  `;
};

const finding = ({ criterion, verdict, words }: Finding) => html`
  <dt>${criterionWords(criterion)} <strong>${verdictWords(verdict)}</strong></dt>
  <dd class="said" dir="auto">${words}</dd>
`;

/** What was found last by a criterion. */
export const lastFinding = ({ findings }: Proposal, criterion: Criterion): Finding | undefined =>
  findings.filter((one) => one.criterion === criterion).sort((one, other) => other.round - one.round)[0];

/** What is asked by a criterion. */
export function criterionWords(criterion: Criterion): string {
  return {
    legal: t("Is it lawful, and the city's to do?"),
    technical: t("Can it be built there?"),
    cost: t("Is the cost right?"),
    upkeep: t("Who looks after it, and at what cost?"),
    benefit: t("Who benefits, and who does not?"),
  }[criterion];
}

/** What was found. */
export function verdictWords(verdict: Finding["verdict"]): string {
  return { met: t("Yes"), met_with_changes: t("With changes"), not_met: t("No") }[verdict];
}
