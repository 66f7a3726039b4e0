import "./results.css";

import { html, nothing, type TemplateResult } from "lit-html";

import type { Answer } from "../api/call.js";
import type { Make } from "../shell/router.js";
import { read } from "../store/read.js";
import { cardPicture } from "../ui/card_picture.js";
import { asOf, empty } from "../ui/notices.js";
import { amount, number } from "../words/formats.js";
import { n, t } from "../words/words.js";
import { lateWords, projectStanding, type Line } from "./states.js";

type Money = Pick<Answer<"/v1/cycles">[number], "currency" | "money_scale">;
type Overview = Answer<"/v1/cycles/{slug}/projects">;

/** What becomes of everything that won, late ones first. */
const projects: Make = async ({ params }) => {
  const slug = params["slug"] ?? "";
  const [all, cycle] = await Promise.all([
    read("/v1/cycles/{slug}/projects", { params: { slug } }),
    read("/v1/cycles/{slug}", { params: { slug } }),
  ]);
  return {
    title: () => t("What has been built"),
    back: `/budgets/${slug}`,
    view: () => html`
      <p class="lead">${cycle.document.title}</p>
      ${asOf(all)} ${view(slug, all.document, cycle.document)}
    `,
  };
};

function view(slug: string, all: Overview, money: Money): TemplateResult {
  if (all.counted_at === null) return empty(t("The ballots are not counted yet, so nothing has won."));
  if (all.projects.length === 0) return empty(t("No project won."));
  const facts = { all: number(all.projects.length) };
  const spent = { spent: amount(all.spent, money), cost: amount(all.cost, money) };
  return html`
    <p>${n(all.states["built"] ?? 0, "{count} of {all} projects is built.", "{count} of {all} projects are built.", facts)}
      ${all.late ? html`<strong class="overdue">${n(all.late, "{count} is late.", "{count} are late.")}</strong>` : t("None is late.")}
      ${t("{spent} of {cost} is spent.", spent)}</p>
    <ul class="won" role="list">${all.projects.map((one) => line(slug, one, money))}</ul>
  `;
}

const line = (slug: string, one: Line, money: Money) => {
  const late = lateWords(one);
  const { milestones_done, milestones } = one.progress;
  return html`
    <li class="card-sides">
      <div class="stack-close">
        <h2><a class="alone" href=${`/app/budgets/${slug}/projects/${one.code}`}>${one.title}</a></h2>
        <p>${projectStanding(one)}${late ? html` <span class="overdue">${late}</span>` : nothing}</p>
        <p class="soft figure">${one.part_name} · ${t("{spent} of {cost}", { spent: amount(one.spent, money), cost: amount(one.cost, money) })}${milestones ? html` · ${n(milestones, "{done} of {count} step done", "{done} of {count} steps done", { done: number(milestones_done) })}` : nothing}</p>
      </div>
      ${cardPicture(one.photo)}
    </li>
  `;
};

export default projects;
