import "./budget.css";

import { html, nothing, type TemplateResult } from "lit-html";

import { icon } from "../shell/icons.js";
import type { Make } from "../shell/router.js";
import { read } from "../store/read.js";
import { Later } from "../ui/later.js";
import { asOf } from "../ui/notices.js";
import { amount, day } from "../words/formats.js";
import { n, t } from "../words/words.js";
import { phaseName, phasePurpose, phaseStands, span, until, type Cycle, type Phase, type Span } from "./phases.js";

/** One budget: what can be done now, where it stands, its dates and its money. */
const cycleScreen: Make = async ({ params }) => {
  const slug = params["slug"] ?? "";
  const first = await read("/v1/cycles/{slug}", { params: { slug } });
  const later = new Later(async () => first);
  return {
    title: () => first.document.title,
    back: "/budgets",
    view: () => later.shown((reading) => html`${asOf(reading)}${view(reading.document)}`),
  };
};

const view = (cycle: Cycle): TemplateResult => html`
  <p class="lead figure">${t("{money}, decided by residents", { money: amount(cycle.budget, cycle) })}</p>
  ${now(cycle)} ${ways(cycle)}
  <section class="stack">
    <h2>${t("The steps")}</h2>
    <ol class="timeline steps" role="list">${cycle.phases.map((one) => step(one, phaseStands(cycle, one.phase)))}</ol>
    ${moved(cycle)}
  </section>
  ${money(cycle)}
  <section class="stack-close">
    <h2>${t("What it is for")}</h2>
    <p class="as-written" dir="auto">${cycle.remit}</p>
    <h3>${t("What it is not for")}</h3>
    <p class="as-written" dir="auto">${cycle.out_of_scope}</p>
  </section>
  <details>
    <summary>${t("How winners are found")}</summary>
    <ul>${cycle.rule_words.map((one) => html`<li>${one}</li>`)}</ul>
  </details>
  <p><a class="alone" href=${`/budget/${cycle.slug}`}>${t("Everything the city stated, with sources")}</a></p>
`;

/** The one thing to do now. */
function now(cycle: Cycle): TemplateResult | typeof nothing {
  const address = `/app/budgets/${cycle.slug}`;
  const { phase, next_date } = cycle;
  const end = phase && next_date ? html`<p>${phaseName(phase)}: ${until(next_date)}</p>` : nothing;
  if (phase === "vote") return doing(t("The vote is open"), end, `${address}/vote`, t("Vote"));
  if (phase === "ideas") return doing(t("Ideas are collected"), end, `${address}/propose`, t("Propose something"));
  if (isCounted(cycle)) return doing(t("The votes are counted"), nothing, `${address}/results`, t("What won, and why"));
  if (phase) return html`<section class="standing stack-close"><h2>${phaseName(phase)}</h2><p>${phasePurpose(phase)}</p>${end}</section>`;
  return nothing;
}

const doing = (title: string, words: unknown, path: string, act: string) => html`
  <section class="standing stack-close"><h2>${title}</h2>${words}<p><a class="button button-wide" href=${path}>${act}</a></p></section>
`;

const isCounted = (cycle: Cycle) => cycle.projects.some((one) => one.is_winner !== null);

/** Every way onward that leads somewhere by now. */
function ways(cycle: Cycle): TemplateResult {
  const address = `/app/budgets/${cycle.slug}`;
  const hasBegun = (phase: Phase) => cycle.phases.some((one) => one.phase === phase) && phaseStands(cycle, phase) !== "to-come";
  return html`
    <ul class="ways" role="list">
      ${hasBegun("ideas") ? way(`${address}/proposals`, t("Proposals")) : nothing}
      ${isCounted(cycle) ? html`${way(`${address}/results`, t("Results"))}${way(`${address}/projects`, t("What has been built"))}${way(`${address}/receipt`, t("Find my ballot"))}` : nothing}
    </ul>
  `;
}

const way = (path: string, words: string) => html`<li><a href=${path}>${words}${icon("back", "onward")}</a></li>`;

function step(one: Span, stands: ReturnType<typeof phaseStands>): TemplateResult {
  const isNow = stands === "now";
  const isOver = stands === "over";
  const words = isNow ? t("Now") : isOver ? t("Over") : t("To come");
  return html`
    <li class=${isNow ? "step-moving" : isOver ? "step-done" : "step-new"} aria-current=${isNow ? "step" : nothing}>
      <h3>${phaseName(one.phase)} <span class=${isNow ? "is-now" : "soft plain"}>${words}</span></h3>
      <p class="figure">${span(one)}</p>
      <p class="soft">${phasePurpose(one.phase)}</p>
    </li>
  `;
}

const moved = ({ date_moves }: Cycle) =>
  date_moves.length === 0
    ? nothing
    : html`
        <details>
          <summary>${n(date_moves.length, "{count} date was moved", "{count} dates were moved")}</summary>
          <ul>
            ${date_moves.map(
              (one) => html`<li>
                <p><strong>${phaseName(one.phase)}</strong>: ${t("now {span}", { span: span(one) })}</p>
                <p class="soft">${t("Before: {span}", { span: span({ phase: one.phase, starts_at: one.old_starts_at, ends_at: one.old_ends_at }) })}</p>
                <p class="as-written" dir="auto">${one.reason}</p>
                <p class="soft">${day(one.at)}</p>
              </li>`,
            )}
          </ul>
        </details>
      `;

const money = (cycle: Cycle) => html`
  <section class="stack-close">
    <h2>${t("The money")}</h2>
    <table class="money">
      <thead class="for-screen-readers"><tr><th scope="col">${t("Part")}</th><th scope="col">${t("Money")}</th></tr></thead>
      <tbody>${cycle.parts.map((one) => html`<tr><th scope="row">${one.name}</th><td class="figure">${amount(one.budget, cycle)}</td></tr>`)}</tbody>
    </table>
  </section>
`;

export default cycleScreen;
