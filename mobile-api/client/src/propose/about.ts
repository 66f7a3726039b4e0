import { html, nothing, type TemplateResult } from "lit-html";

import { hide } from "../ui/card_picture.js";
import { amount, day } from "../words/formats.js";
import { language, t } from "../words/words.js";
import { partName, type Cycle, type Proposal } from "./catalogue.js";
import { costWords, said } from "./parts.js";
import { stateWords } from "./states.js";

/** What is proposed: in the reader's language where the city translated it, with the own words beside. */
export const words = (one: Proposal): TemplateResult => {
  const translated = translationOf(one);
  return html`
    <section class="stack-close" aria-labelledby="words">
      <h2 id="words">${t("What is proposed")}</h2>
      <p class="lead">${said(translated?.summary ?? one.summary, translated?.language ?? one.language)}</p>
      ${translated
        ? html`<p class="small soft">${t("Translated by the city.")}</p>
            <details><summary>${t("In the words of whoever proposed it")}</summary>
              <p><strong>${said(one.title, one.language)}</strong></p><p>${said(one.summary, one.language)}</p></details>`
        : nothing}
      ${one.description ? html`<p class="said" lang=${one.language} dir="auto">${one.description}</p>` : nothing}
      ${covered(one)} ${pictures(one)} ${related(t("It came from"), one.came_from)}
    </section>
  `;
};

/** Its words in the language that is spoken, where it was written in another one. */
export function translationOf({ language: own, translations }: Proposal): Proposal["translations"][number] | undefined {
  const base = (tag: string) => tag.split("-")[0];
  return base(own) === language() ? undefined : translations.find((one) => base(one.language) === language());
}

const covered = ({ history }: Proposal) =>
  history.filter(({ kind }) => kind === "covered").map(({ reason }) => html`
    <p class="reason">${t("Where […] stands, here and on the ballot, the city covered words:")} ${reason}</p>
  `);

const pictures = ({ photos }: Proposal) =>
  photos.length
    ? html`<ul class="photos" role="list">${photos.map((one) => html`
        <li><a href=${one.url} target="_blank" rel="noopener">
          <img src=${one.thumbnail_url} alt=${one.alt ?? t("A picture without words")} width=${one.width} height=${one.height} loading="lazy" decoding="async" @error=${hide} />
        </a></li>`)}</ul>`
    : nothing;

/** The ways to other proposals. */
export const related = (title: string, numbers: readonly string[]): TemplateResult | typeof nothing =>
  numbers.length
    ? html`<p>${title} ${numbers.map((number, at) => html`${at ? ", " : nothing}<a class="alone" href=${`/app/proposals/${number}`}>${number}</a>`)}</p>`
    : nothing;

/** What is known: for whom, at what cost and why, by whom, since when. */
export const facts = (one: Proposal, cycle: Cycle, street: string | null): TemplateResult => html`
  <section class="stack" aria-labelledby="facts">
    <h2 id="facts">${t("What is known")}</h2>
    <dl class="known">
      <dt>${t("For")}</dt><dd>${partName(cycle, one.part)}</dd>
      ${street ? html`<dt>${t("Where")}</dt><dd dir="auto">${street}</dd>` : nothing}
      ${one.category ? html`<dt>${t("Kind")}</dt><dd dir="auto">${one.category}</dd>` : nothing}
      <dt>${t("Cost")}</dt><dd class="figure">${costWords(one.cost, one)}</dd>
      <dt>${t("Proposed")}</dt><dd>${day(one.submitted_datetime)}</dd>
      <dt>${t("Who stands behind it")}</dt><dd>${people(one)}</dd>
    </dl>
    ${one.proposers.filter(({ interests }) => interests).map(({ interests }) => html`
      <div class="stack-close"><h3>${t("What they have to gain")}</h3><p class="said" dir="auto">${interests}</p></div>`)}
    ${costs(one)}
  </section>
`;

function people({ proposers }: Proposal): string {
  if (!proposers.length) return t("Nobody who shows a name");
  return proposers.map(({ display_name }) => display_name ?? t("somebody who shows no name")).join(", ");
}

const costs = (one: Proposal) =>
  one.cost_changes.length
    ? html`
        <div class="stack-close">
          <h3>${t("How the cost changed, and why")}</h3>
          <ol role="list">
            ${one.cost_changes.map(({ old_cost, cost, reason, at }) => html`
              <li class="entry">
                <p class="figure">${old_cost === null
                  ? html`<strong>${amount(cost, one)}</strong>`
                  : t("from {before} to {after}", { before: amount(old_cost, one), after: amount(cost, one) })}</p>
                <p dir="auto">${reason}</p><p class="small soft">${day(at)}</p>
              </li>`)}
          </ol>
        </div>
      `
    : nothing;

/** What happened so far, the newest first. */
export const history = (one: Proposal): TemplateResult => html`
  <details>
    <summary>${t("What happened so far")}</summary>
    <ol class="timeline" role="list">
      ${[...one.history].reverse().map((step) => html`
        <li>
          <p><strong>${step.state ? stateWords(step.state) : stepWords(step.kind)}</strong></p>
          ${step.reason ? html`<p class="reason said" dir="auto">${step.reason}</p>` : nothing} ${before(step.was)}
          <p class="small soft">${step.by === "city" ? t("The city") : t("A resident")}, ${day(step.at)}</p>
        </li>`)}
    </ol>
  </details>
`;

/** The words an edit changed, as they were. */
function before(was: Record<string, unknown> | null): TemplateResult | typeof nothing {
  const old = ["title", "summary", "description"].map((name) => was?.[name]).filter((one) => typeof one === "string" && one);
  return old.length ? html`<p class="reason said" dir="auto">${t("Before: {words}", { words: old.join(" / ") })}</p>` : nothing;
}

function stepWords(kind: Proposal["history"][number]["kind"]): string {
  return {
    submitted: t("Proposed"),
    state: t("It stands elsewhere now"),
    edited: t("Said in other words"),
    cost: t("Another cost"),
    people: t("Other people behind it"),
    pack: t("What voters should know was written"),
    translation: t("Translated"),
    moderation: t("The city changed or hid what can be read"),
    covered: t("Words were covered, here and on the ballot"),
  }[kind];
}
