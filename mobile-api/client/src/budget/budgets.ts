import "./budget.css";

import { html, type TemplateResult } from "lit-html";

import type { Make } from "../shell/router.js";
import { read } from "../store/read.js";
import { Later } from "../ui/later.js";
import { asOf, empty } from "../ui/notices.js";
import { amount } from "../words/formats.js";
import { t } from "../words/words.js";
import { standingOf, type CycleLine } from "./phases.js";

/** Every budget people decide on together, newest first. */
const budgets: Make = () => {
  const all = new Later(() => read("/v1/cycles"));
  return {
    title: () => t("Budget"),
    view: () => html`
      <p class="lead">${t("Part of the city's money is decided by residents: you propose, you vote, the city builds.")}</p>
      ${all.shown((reading) => html`${asOf(reading)}${list(reading.document)}`)}
      <p><a class="alone" href="/app/proposals/mine">${t("My proposals")}</a></p>
    `,
  };
};

const list = (cycles: readonly CycleLine[]): TemplateResult =>
  cycles.length === 0
    ? empty(t("The city has no such budget yet."))
    : html`<ul class="cycles" role="list">${cycles.map(line)}</ul>`;

const line = (cycle: CycleLine) => html`
  <li class="cycle">
    <h2><a href=${`/app/budgets/${cycle.slug}`}>${cycle.title}</a></h2>
    <p class="figure">${amount(cycle.budget, cycle)}</p>
    <p class=${cycle.phase ? "now" : "soft"}>${standingOf(cycle)}</p>
    ${cycle.phase === "vote" ? html`<p><a class="button button-wide" href=${`/app/budgets/${cycle.slug}/vote`}>${t("Vote")}</a></p>` : ""}
  </li>
`;

export default budgets;
