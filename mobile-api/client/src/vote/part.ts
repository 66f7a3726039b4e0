import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { icon } from "../shell/icons.js";
import { redraw } from "../shell/screen.js";
import { textField } from "../ui/fields.js";
import { amount } from "../words/formats.js";
import { n, t } from "../words/words.js";
import type { Part, Project } from "./ask.js";
import type { Ballot } from "./ballot.js";
import type { Booth, Step } from "./booth.js";
import { control } from "./control.js";
import { faultsOf } from "./faults.js";
import { formWords, standingWords } from "./form_words.js";
import { rankingView } from "./ranking.js";

/** The ballot of one part: find, shortlist, choose. */
export function partView(booth: Booth, ballot: Ballot, part: Part): TemplateResult {
  return html`
    <p class="lead figure">${t("{money} to spend", { money: amount(part.budget, booth.form) })}</p>
    <p>${formWords(booth.form).join(" ")}${ballot.parts.length > 1 ? ` ${t("You may leave this part blank.")}` : ""}</p>
    ${booth.form.form.kind === "ranking" ? rankingView(ballot, part, () => redraw()) : nothing}
    ${finding(booth, part)} ${projects(booth, ballot, part)} ${standing(booth, ballot, part)}
  `;
}

// Fewer than these are seen at a glance.
const MANY = 12;

/** Search, topic, shortlist, map. */
function finding(booth: Booth, part: Part): TemplateResult {
  const browsing = booth.browsing(part);
  return html`
    <section class="finding stack-close">
      <h2>${t("Projects")}</h2>
      <p class="soft">${t("Every voter sees them in an order of their own, so that none gains from being first. Yours stays as it is.")}</p>
      <details ?open=${part.projects.length > MANY}>
        <summary>${t("Search, topics, shortlist")}</summary>
        <div class="stack-close">${narrowing(booth, part)}</div>
      </details>
      ${part.projects.some((one) => one.lat !== null) ? browsing.map.view() : nothing}
      <p class="soft" role="status">${n(browsing.found.length, "{count} project is shown.", "{count} projects are shown.")}</p>
    </section>
  `;
}

function narrowing(booth: Booth, part: Part): TemplateResult {
  const browsing = booth.browsing(part);
  return html`
    ${textField({ id: "search", label: t("Search"), type: "search", inputmode: "search", value: browsing.words, onInput: (words) => browsing.narrow({ words }) })}
    ${browsing.topics.length > 1 ? topics(browsing.topics, browsing.topic, (topic) => browsing.narrow({ topic })) : nothing}
    <label class="choice">
      <input type="checkbox" .checked=${browsing.isStarredOnly} @change=${(event: Event) => browsing.narrow({ isStarredOnly: (event.target as HTMLInputElement).checked })} />
      <span>${t("Only my shortlist")}<span class="hint">${booth.isKiosk ? t("Tap a star to put a project on it.") : t("Tap a star to put a project on it. It stays on this phone.")}</span></span>
    </label>
  `;
}

const topics = (all: readonly string[], chosen: string | null, choose: (topic: string | null) => void) => html`
  <div class="field">
    <label for="topic">${t("Topic")}</label>
    <select class="input" id="topic" @change=${(event: Event) => choose((event.target as HTMLSelectElement).value || null)}>
      <option value="" ?selected=${chosen === null}>${t("All topics")}</option>
      ${all.map((one) => html`<option value=${one} ?selected=${one === chosen}>${one}</option>`)}
    </select>
  </div>
`;

function projects(booth: Booth, ballot: Ballot, part: Part): TemplateResult {
  const { found } = booth.browsing(part);
  if (found.length === 0) return html`<p class="empty">${t("No project is like this. Search for less, or show all topics.")}</p>`;
  return html`
    <ul class="projects" role="list">
      ${repeat(found, (one) => one.code, (one) => card(booth, ballot, part, one))}
    </ul>
    ${booth.form.form.kind === "choose-1" ? none(ballot, part) : nothing}
  `;
}

const card = (booth: Booth, ballot: Ballot, part: Part, project: Project) => html`
  <li class="project" id=${`project-${project.code}`} tabindex="-1">
    <div class="card-sides">
      <div>
        <h3 id=${`title-${project.code}`}>${project.title}</h3>
        <p class="soft figure">${amount(project.cost, booth.form)}${project.category ? html` · ${project.category}` : nothing}</p>
      </div>
      ${star(ballot, part, project)}
    </div>
    ${control(booth, ballot, part, project)} ${booth.browsing(part).known(project).view()}
  </li>
`;

function star(ballot: Ballot, part: Part, { code, title }: Project): TemplateResult {
  const isOn = ballot.isStarred(part, code);
  const tap = () => {
    ballot.star(part, code);
    redraw();
  };
  return html`<button class="star" aria-pressed=${isOn ? "true" : "false"} aria-label=${t("Shortlist: {project}", { project: title })} @click=${tap}>${icon("star")}</button>`;
}

const none = (ballot: Ballot, part: Part) => html`
  <label class="choice">
    <input type="radio" name="choose" .checked=${ballot.chosen(part).length === 0} @change=${() => change(ballot, part)} />
    <span>${t("None of them")}</span>
  </label>
`;

function change(ballot: Ballot, part: Part): void {
  ballot.choose(part, []);
  redraw();
}

/** What is chosen and what is left, always in sight, and the way onward. */
function standing(booth: Booth, ballot: Ballot, part: Part): TemplateResult {
  const faults = faultsOf(booth.form, part, ballot.chosen(part));
  const next = nextStep(ballot, part);
  const words = next === "check" ? t("Check my ballot") : t("Next part");
  return html`
    <div class="tally stack-close">
      <div role="status">
        <p class="figure"><strong>${standingWords(booth.form, part, ballot.chosen(part))}</strong></p>
        ${faults.map((one) => html`<p class="overdue">${one}</p>`)}
      </div>
      <button class="button button-wide" @click=${() => booth.go(next)}>${words}</button>
    </div>
  `;
}

/** The part after this one; where one district of several is chosen, there is nothing to go through. */
function nextStep(ballot: Ballot, part: Part): Step {
  if (ballot.isOneDistrict) return part.is_citywide ? "parts" : "check";
  const after = ballot.parts[ballot.parts.findIndex((one) => one.code === part.code) + 1];
  return after ? `part/${after.code}` : "check";
}
