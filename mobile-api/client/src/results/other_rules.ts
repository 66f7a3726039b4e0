import { html, nothing, type TemplateResult } from "lit-html";

import { amount, number } from "../words/formats.js";
import { n, t } from "../words/words.js";
import type { Counted, Election } from "./why.js";

type Other = NonNullable<Election["other_rules"]>[number];

/** What rules that other cities use would have chosen from the same ballots, as far as it is found. */
export const otherRules = (election: Election): TemplateResult => html`
  <section class="stack">
    <h2>${t("What other rules would have chosen")}</h2>
    ${election.other_rules?.length
      ? html`<p>${t("The same ballots, counted by rules that other cities use. It changes nothing: the rule of this vote was stated before it began.")}</p>
          ${election.other_rules.map((one) => other(election, one))}`
      : nothing}
    <p><a class="alone" href=${`/elections/${election.slug}`}>${t("The whole account: every step of the count, and who got what")}</a></p>
  </section>
`;

const other = (election: Election, one: Other) => {
  const { projects, budget } = election;
  const added = projects.filter(({ code, is_winner }) => !is_winner && one.winners.includes(code));
  const dropped = projects.filter(({ code, is_winner }) => is_winner && !one.winners.includes(code));
  return html`
    <div class="stack-close">
      <h3>${nameOf(one.rule)}</h3>
      <p class="soft">${howItGoes(one.rule)}</p>
      ${added.length + dropped.length === 0 ? html`<p>${t("It would have chosen the same projects.")}</p>` : nothing}
      ${listed(t("It would also have chosen:"), added, election)} ${listed(t("It would not have chosen:"), dropped, election)}
      <p class="figure">${t("It would have spent {spent} of {budget}.", { spent: amount(one.spent, election), budget: amount(budget, election) })} ${withNothing(election, one)}</p>
    </div>
  `;
};

const listed = (title: string, projects: readonly Counted[], election: Election) =>
  projects.length === 0
    ? nothing
    : html`<p>${title}</p><ul>${projects.map((one) => html`<li><strong><bdi>${one.name}</bdi></strong> · <span class="figure">${amount(one.cost, election)}</span></li>`)}</ul>`;

/** How many it would have left with nothing, beside how many this vote did. */
const withNothing = ({ excluded, voters }: Election, one: Other): string =>
  excluded === null
    ? ""
    : n(one.excluded, "{count} of {all} voters would have got nothing they chose; in this vote {own} did.", "{count} of {all} voters would have got nothing they chose; in this vote {own} did.", { all: number(voters), own: number(excluded) });

const nameOf = (rule: Other["rule"]): string => ({ greedy: t("Most votes first"), "equal-shares": t("Equal shares") })[rule];

const howItGoes = (rule: Other["rule"]): string =>
  ({
    greedy: t("The project with the most votes or points comes first, then the next one the money is still enough for."),
    "equal-shares": t("Every voter has the same share of the money, and it goes only to projects that voter chose. Supporters pay for a project together."),
  })[rule];
