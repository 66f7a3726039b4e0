import "./results.css";

import { html, nothing, type TemplateResult } from "lit-html";

import type { Make } from "../shell/router.js";
import { read } from "../store/read.js";
import { asOf } from "../ui/notices.js";
import { amount, calendarDay, day } from "../words/formats.js";
import { n, t } from "../words/words.js";
import type { Cycle } from "../budget/phases.js";
import { lateWords, milestoneWords, projectStanding, resultWords, type Project } from "./states.js";

type Milestone = Project["milestones"][number];

/** One winner: how it stands, its plan, its money, and what came of it. */
const projectScreen: Make = async ({ params }) => {
  const { slug = "", code = "" } = params;
  const [project, cycle] = await Promise.all([
    read("/v1/cycles/{slug}/projects/{code}", { params: { slug, code } }),
    read("/v1/cycles/{slug}", { params: { slug } }),
  ]);
  return {
    title: () => project.document.title,
    back: `/budgets/${slug}/projects`,
    view: () => html`${asOf(project)}${view(slug, project.document, cycle.document)}`,
  };
};

const view = (slug: string, project: Project, cycle: Cycle): TemplateResult => html`
  ${standing(project)}
  ${project.result
    ? html`<section class="stack-close"><h2>${t("What came of it")}</h2><p><strong>${resultWords(project.result)}</strong></p><p class="as-written" dir="auto">${project.result_words}</p></section>`
    : nothing}
  <section class="stack">
    <h2>${t("The plan")}</h2>
    ${project.milestones.length ? html`<ol class="timeline steps" role="list">${project.milestones.map(milestone)}</ol>` : html`<p>${t("There is no plan to read yet.")}</p>`}
  </section>
  ${delays(project)} ${money(project, cycle)}
  <section class="stack-close">
    <h2>${t("Who builds it")}</h2>
    <p>${project.deliverer ?? t("Nobody is named yet.")}</p>
    ${project.public_contact ? html`<p class="as-written soft" dir="auto">${project.public_contact}</p>` : nothing}
    ${project.reassess_on ? html`<p>${t("Looked at again on {day}.", { day: calendarDay(project.reassess_on) })}</p>` : nothing}
    ${project.proposal ? html`<p><a class="alone" href=${`/app/budgets/${slug}/proposals/${project.proposal}`}>${t("The proposal it came from")}</a></p>` : nothing}
  </section>
`;

function standing(project: Project): TemplateResult {
  const late = lateWords(project);
  const { finish_on, delay_days } = project.progress;
  return html`
    <section class="standing stack-close">
      <p>${projectStanding(project)}</p>
      ${late ? html`<p class="overdue">${late}</p>` : nothing}
      <p class="soft">${project.part_name}</p>
      ${finish_on ? html`<p>${t("The last step of the plan: {day}.", { day: calendarDay(finish_on) })} ${delayWords(delay_days)}</p>` : nothing}
    </section>
  `;
}

function delayWords(days: number | null): string {
  if (!days) return "";
  return days > 0
    ? n(days, "That is {count} day later than first said.", "That is {count} days later than first said.")
    : n(-days, "That is {count} day sooner than first said.", "That is {count} days sooner than first said.");
}

const milestone = (one: Milestone) => html`
  <li class=${one.state === "done" ? "step-done" : one.late_days > 0 ? "step-moving" : "step-new"}>
    <h3>${one.title} <span class="soft plain">${milestoneWords(one)}</span></h3>
    <p class="figure">${dayOf(one)}</p>
    ${one.late_days > 0 && one.state === "planned" ? html`<p class="overdue">${n(one.late_days, "Late by {count} day.", "Late by {count} days.")}</p>` : nothing}
    ${one.words ? html`<p class="soft as-written" dir="auto">${one.words}</p>` : nothing}
    ${one.photos.length ? html`<div class="photos">${one.photos.map((photo) => html`<a href=${photo.url} target="_blank" rel="noopener"><img src=${photo.thumbnail_url} alt=${photo.alt ?? t("Photo of this step")} loading="lazy" /></a>`)}</div>` : nothing}
  </li>
`;

function dayOf({ done_on, due_on, first_due_on }: Milestone): string {
  if (done_on) return t("Done on {day}", { day: calendarDay(done_on) });
  if (!due_on) return t("No day yet");
  const due = t("Due on {day}", { day: calendarDay(due_on) });
  return first_due_on && first_due_on !== due_on ? `${due} ${t("(first said: {day})", { day: calendarDay(first_due_on) })}` : due;
}

const delays = ({ delays }: Project) =>
  delays.length === 0
    ? nothing
    : html`
        <section class="stack-close">
          <h2>${t("Why days moved")}</h2>
          <ul>
            ${delays.map(
              (one) => html`<li><p>${one.milestone_title ?? t("The second look")}: ${one.before ? calendarDay(one.before) : t("no day")} → ${one.after ? calendarDay(one.after) : t("no day")}</p>
                <p class="soft as-written" dir="auto">${one.words}</p><p class="soft">${day(one.at)}</p></li>`,
            )}
          </ul>
        </section>
      `;

const money = (project: Project, cycle: Cycle) => html`
  <section class="stack-close">
    <h2>${t("The money")}</h2>
    <p class="figure">${t("{spent} of {cost} is spent.", { spent: amount(project.spent, cycle), cost: amount(project.cost, cycle) })}
      ${project.overspent ? html`<strong class="overdue">${t("{over} more than planned.", { over: amount(project.overspent, cycle) })}</strong>` : nothing}</p>
    ${project.purposes.length
      ? html`
          <table class="money">
            <caption>${t("Spent on")}</caption>
            <tbody>${project.purposes.map((one) => html`<tr><th scope="row">${one.name}</th><td class="figure">${amount(one.spent, cycle)}</td></tr>`)}</tbody>
          </table>
        `
      : nothing}
  </section>
`;

export default projectScreen;
