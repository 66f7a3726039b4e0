import "./results.css";

import { html, nothing, type TemplateResult } from "lit-html";

import { mark } from "../follow/standing.js";
import type { Make } from "../shell/router.js";
import { read } from "../store/read.js";
import { asOf } from "../ui/notices.js";
import { amount, number } from "../words/formats.js";
import { n, t } from "../words/words.js";
import { otherRules } from "./other_rules.js";
import { marginWords, supportWords, whyWords, type Counted, type Election } from "./why.js";

/** The result of one part: every project with why it won or lost, the rule, and the files. */
const partResult: Make = async ({ params }) => {
  const { slug = "", part = "" } = params;
  const [result, cycle] = await Promise.all([
    read("/v1/cycles/{slug}/results/{part}", { params: { slug, part } }),
    read("/v1/cycles/{slug}", { params: { slug } }),
  ]);
  const name = cycle.document.parts.find((one) => one.code === part)?.name ?? result.document.title;
  return {
    title: () => name,
    back: `/budgets/${slug}/results`,
    view: () => html`${asOf(result)}${view(result.document, cycle.document.rule_words)}`,
  };
};

const view = (election: Election, ruleWords: readonly string[]): TemplateResult => {
  const won = election.projects.filter((one) => one.is_winner).length;
  const facts = { all: number(election.projects.length), spent: amount(election.spent ?? 0, election), budget: amount(election.budget, election) };
  return html`
    <p class="lead figure">${n(won, "{count} of {all} projects won, for {spent} of {budget}.", "{count} of {all} projects won, for {spent} of {budget}.", facts)}</p>
    <ul class="won" role="list">${election.projects.map((one) => line(election, one))}</ul>
    <section class="stack-close">
      <h2>${t("How it was counted")}</h2>
      <p>${n(election.voters, "{count} ballot was counted.", "{count} ballots were counted.")}</p>
      <ul>${ruleWords.map((one) => html`<li>${one}</li>`)}</ul>
    </section>
    ${otherRules(election)} ${files(election)}
  `;
};

const line = (election: Election, project: Counted) => {
  const margin = marginWords(election, project);
  return html`
    <li>
      <h2>${project.name}</h2>
      <p class="state state-${project.is_winner ? "done" : "ended"}">${mark(project.is_winner ? "done" : "ended", 16)}<span>${project.is_winner ? t("Won") : t("Did not win")}</span></p>
      <p class="figure">${amount(project.cost, election)} · ${supportWords(election, project)}</p>
      <p class="soft">${whyWords(election, project)}${margin ? ` ${margin}` : ""}</p>
      ${project.tie_broken_by ? html`<p class="soft">${t("It was equal to another. {criterion} decided, as stated before the vote.", { criterion: criterion(project.tie_broken_by) })}</p>` : nothing}
    </li>
  `;
};

const criterion = (name: NonNullable<Counted["tie_broken_by"]>): string =>
  ({
    "more-votes": t("More votes"),
    "lower-cost": t("The lower cost"),
    lot: t("The lot"),
    id: t("The earlier code"),
  })[name];

const files = ({ files }: Election) => html`
  <section class="stack-close">
    <h2>${t("Count it again")}</h2>
    <p>${t("These files hold every ballot, without a name, and every step. Anybody can count them with the program beside them, or with one of their own.")}</p>
    <ul class="files" role="list">
      ${files.map(({ name, path, sha256 }) => html`<li><a class="alone" href=${path} download>${fileWords(name)}</a><p class="small soft">${t("Its mark (SHA-256):")} <code>${sha256}</code></p></li>`)}
    </ul>
  </section>
`;

const fileWords = (name: string) =>
  name.endsWith(".pb") ? t("The ballots ({name})", { name }) : name.startsWith("result") ? t("The result ({name})", { name }) : t("The steps of the count ({name})", { name });

export default partResult;
