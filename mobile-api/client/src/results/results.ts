import "./results.css";

import { html, nothing, type TemplateResult } from "lit-html";

import type { Answer } from "../api/call.js";
import type { Make } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { choice, choose } from "../store/database.js";
import { read } from "../store/read.js";
import { Later } from "../ui/later.js";
import { asOf } from "../ui/notices.js";
import { amount, day, number } from "../words/formats.js";
import { n, t } from "../words/words.js";
import { supportWords, whyWords, type Counted, type Election } from "./why.js";

type Results = Answer<"/v1/cycles/{slug}/results">;
type Part = Results["parts"][number];

const CITYWIDE = "citywide";
const DISTRICT = "budget-district";

/** What won and why, what my district got, and how many took part. */
const results: Make = async ({ params }) => {
  const slug = params["slug"] ?? "";
  const reading = await read("/v1/cycles/{slug}/results", { params: { slug } });
  const screen = new ResultsScreen(slug, reading.document, await choice<string>(DISTRICT));
  return {
    title: () => t("What won"),
    back: `/budgets/${slug}`,
    view: () => html`${asOf(reading)}${screen.view()}`,
  };
};

class ResultsScreen {
  private readonly elections = new Map<string, Later<Election>>();

  constructor(
    private readonly slug: string,
    private readonly found: Results,
    private mine: string | null,
  ) {}

  view(): TemplateResult {
    const { parts, title, counted_at } = this.found;
    const districts = parts.filter((one) => one.code !== CITYWIDE);
    const city = parts.find((one) => one.code === CITYWIDE);
    return html`
      <p class="lead">${title}</p>
      <p>${this.turnoutWords()} ${t("The ballots were counted on {day}, and anybody can count them again.", { day: day(counted_at) })}</p>
      ${city ? this.part(city) : nothing} ${districts.length ? this.myDistrict(districts) : nothing}
      ${this.turnout()}
      <section class="standing stack-close">
        <h2>${t("You voted and kept your receipt?")}</h2>
        <p>${t("See your ballot as it was counted. Your receipt does not leave this phone.")}</p>
        <p><a class="button button-quiet button-wide" href=${`/app/budgets/${this.slug}/receipt`}>${t("Find my ballot")}</a></p>
      </section>
      <p><a class="alone" href=${`/app/budgets/${this.slug}/projects`}>${t("What has been built since")}</a></p>
    `;
  }

  private turnoutWords(): string {
    const { voted, entitled } = this.found.turnout;
    return n(voted, "{count} of {all} people who could vote did.", "{count} of {all} people who could vote did.", { all: number(entitled) });
  }

  private part(part: Part): TemplateResult {
    const { election } = part;
    const facts = { spent: amount(election.spent ?? 0, election), budget: amount(election.budget, election) };
    return html`
      <section class="stack-close">
        <h2>${part.name}</h2>
        <p class="figure">${n(part.winners.length, "{count} project won, for {spent} of {budget}.", "{count} projects won, for {spent} of {budget}.", facts)}</p>
        ${this.election(part.code).shown((found) => winners(found))}
        <p><a class="alone" href=${`/app/budgets/${this.slug}/results/${part.code}`}>${t("Every project, and how it was counted")}<span class="for-screen-readers">: ${part.name}</span></a></p>
      </section>
    `;
  }

  private election(part: string): Later<Election> {
    const params = { slug: this.slug, part };
    const known = this.elections.get(part) ?? new Later(async () => (await read("/v1/cycles/{slug}/results/{part}", { params })).document);
    this.elections.set(part, known);
    return known;
  }

  private myDistrict(districts: readonly Part[]): TemplateResult {
    const mine = districts.find((one) => one.code === this.mine);
    const change = (event: Event) => {
      this.mine = (event.target as HTMLSelectElement).value || null;
      void choose(DISTRICT, this.mine);
      redraw();
    };
    return html`
      <section class="stack-close">
        <h2>${t("What my district got")}</h2>
        <div class="field">
          <label for="district">${t("My district")}</label>
          <select class="input" id="district" @change=${change}>
            <option value="" ?selected=${!mine}>${t("Choose a district")}</option>
            ${districts.map((one) => html`<option value=${one.code} ?selected=${one === mine}>${one.name}</option>`)}
          </select>
        </div>
        <div class="stack-close" role="status">${mine ? this.part(mine) : nothing}</div>
      </section>
    `;
  }

  private turnout(): TemplateResult {
    const { turnout } = this.found;
    return html`
      <section class="stack-close">
        <h2>${t("Who took part")}</h2>
        <dl class="facts took-part figure">
          <dt>${t("Could vote")}</dt><dd>${number(turnout.entitled)}</dd>
          <dt>${t("Ballots that count")}</dt><dd>${number(turnout.ballots)}</dd>
          <dt>${t("Began to vote online")}</dt><dd>${number(turnout.credentials)}</dd>
          <dt>${t("Voted on paper")}</dt><dd>${number(turnout.on_paper)}</dd>
          ${turnout.unreadable ? html`<dt>${t("Could not be read")}</dt><dd>${number(turnout.unreadable)}</dd>` : nothing}
        </dl>
        ${turnout.districts.length > 1 ? this.byDistrict() : nothing}
      </section>
    `;
  }

  private byDistrict(): TemplateResult {
    return html`
      <table class="money">
        <caption>${t("People who used their right to vote")}</caption>
        <thead class="for-screen-readers"><tr><th scope="col">${t("District")}</th><th scope="col">${t("People")}</th></tr></thead>
        <tbody>
          ${this.found.turnout.districts.map(
            ({ name, used, entitled }) => html`<tr><th scope="row">${name || t("In no district")}</th><td class="figure">${used === null ? t("too few to show") : t("{used} of {entitled}", { used: number(used), entitled: number(entitled) })}</td></tr>`,
          )}
        </tbody>
      </table>
      ${this.found.turnout.districts.some(({ name }) => !name) ? html`<p class="soft">${t("In no district: the register names none for these people.")}</p>` : nothing}
      <p class="soft">${t("A number below 10 is not shown, and where one alone would be missing, a second is left out with it.")}</p>
    `;
  }
}

const winners = (election: Election): TemplateResult => {
  const won = election.projects.filter((one) => one.is_winner);
  return won.length === 0 ? html`<p>${t("No project won here.")}</p>` : html`<ul class="won" role="list">${won.map((one) => winner(election, one))}</ul>`;
};

const winner = (election: Election, project: Counted) => html`
  <li>
    <h3>${project.name}</h3>
    <p class="figure">${amount(project.cost, election)} · ${supportWords(election, project)}</p>
    <p class="soft">${whyWords(election, project)}</p>
  </li>
`;

export default results;
