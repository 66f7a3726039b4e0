import { html, nothing, type TemplateResult } from "lit-html";

import { redraw } from "../shell/screen.js";
import { plainDigits } from "../words/digits.js";
import { number } from "../words/formats.js";
import { n, t } from "../words/words.js";
import type { Part, Project } from "./ask.js";
import type { Ballot } from "./ballot.js";
import type { Booth } from "./booth.js";
import { has, pointsOf, sum, toggled, withPoints } from "./choices.js";
import type { Chosen } from "./kept.js";

/** What one taps to choose a project, by the kind of the ballot. */
export function control(booth: Booth, ballot: Ballot, part: Part, project: Project): TemplateResult {
  switch (booth.form.form.kind) {
    case "points":
      return points(booth, ballot, part, project);
    case "ranking":
      return place(ballot, part, project);
    case "choose-1":
      return box("radio", ballot, part, project, [{ code: project.code, points: 0 }]);
    default:
      return box("checkbox", ballot, part, project, toggled(ballot.chosen(part), project.code));
  }
}

const box = (type: "checkbox" | "radio", ballot: Ballot, part: Part, project: Project, after: Chosen[]) => html`
  <label class=${has(ballot.chosen(part), project.code) ? "choice choose chosen" : "choice choose"}>
    <input type=${type} name="choose" aria-label=${t("I choose this: {project}", { project: project.title })} .checked=${has(ballot.chosen(part), project.code)} @change=${() => set(ballot, part, after)} />
    <span>${t("I choose this")}</span>
  </label>
`;

function points(booth: Booth, ballot: Ballot, part: Part, project: Project): TemplateResult {
  const { points: all, max_points } = booth.form.form;
  const chosen = ballot.chosen(part);
  const given = pointsOf(chosen, project.code);
  const left = (all ?? 0) - sum(chosen.map((one) => one.points));
  const most = max_points ?? all ?? 0;
  const give = (points: number) => set(ballot, part, withPoints(chosen, project.code, points));
  return html`
    <div class="points" role="group" aria-labelledby=${`title-${project.code}`}>
      <button class="button button-quiet" aria-label=${t("One point less: {project}", { project: project.title })} aria-disabled=${given === 0 ? "true" : nothing} @click=${() => given > 0 && give(given - 1)}>−</button>
      <label class="for-screen-readers" for=${`points-${project.code}`}>${t("Points for {project}", { project: project.title })}</label>
      <input class="input input-number" id=${`points-${project.code}`} inputmode="numeric" autocomplete="off" maxlength="6" .value=${given ? String(given) : ""} placeholder="0" @change=${(event: Event) => give(typed(event, given))} />
      <button class="button button-quiet" aria-label=${t("One point more: {project}", { project: project.title })} aria-disabled=${given >= most || left <= 0 ? "true" : nothing} @click=${() => given < most && left > 0 && give(given + 1)}>+</button>
      <span class="soft figure" role="status">${n(given, "{count} point", "{count} points")}</span>
    </div>
  `;
}

/** The whole number somebody typed; what is none leaves the points as they are. */
function typed(event: Event, before: number): number {
  const field = event.target as HTMLInputElement;
  const points = field.value.trim() === "" ? 0 : Number(plainDigits(field.value));
  if (Number.isInteger(points) && points >= 0) return points;
  field.value = before ? String(before) : "";
  return before;
}

function place(ballot: Ballot, part: Part, { code, title }: Project): TemplateResult {
  const chosen = ballot.chosen(part);
  const at = chosen.findIndex((one) => one.code === code);
  const change = () => set(ballot, part, toggled(chosen, code));
  if (at >= 0)
    return html`<p><strong>${t("In place {place}", { place: number(at + 1) })}</strong> <button class="button-link" aria-label=${t("Take off: {project}", { project: title })} @click=${change}>${t("Take off")}</button></p>`;
  const next = number(chosen.length + 1);
  return html`<button class="button button-quiet" aria-label=${t("Put in place {place}: {project}", { place: next, project: title })} @click=${change}>${t("Put in place {place}", { place: next })}</button>`;
}

function set(ballot: Ballot, part: Part, choices: Chosen[]): void {
  ballot.choose(part, choices);
  redraw();
}
