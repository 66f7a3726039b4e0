import "./follow.css";

import { html, nothing, type TemplateResult } from "lit-html";

import { cityTime } from "../api/city_clock.js";
import { onChange } from "../send/changes.js";
import { outbox } from "../send/outbox.js";
import { redraw } from "../shell/screen.js";
import type { Make } from "../shell/router.js";
import type { Command } from "../store/kept.js";
import { Doing, Later } from "../ui/later.js";
import { asOf, empty } from "../ui/notices.js";
import { ago } from "../words/formats.js";
import { n, t } from "../words/words.js";
import { card } from "./card.js";
import { isOpenToAnswers, needsMe, ownReports, type OwnCard } from "./own.js";
import { ByNumber } from "./by_number.js";
import { lists } from "./sections.js";
import { icon } from "../shell/icons.js";
import { refusal } from "../waiting/refusal.js";

const ANSWERS = new Set(["comment", "confirmation", "reopening"]);

/** What I reported and what I follow; what waits for me first. */
const reports: Make = () => {
  let further: OwnCard[] = [];
  let cursor: string | null | undefined;
  const doing = new Doing();
  const byNumber = new ByNumber();
  const found = new Later(ownReports);
  const kept = new Later(outbox);
  const close = onChange(() => void Promise.all([kept.again(), found.again()]));

  const fetchMore = async (from: string) => {
    const { document } = await ownReports(from);
    further = [...further, ...document.reports];
    cursor = document.cursor;
    redraw();
  };

  return {
    title: () => t("Reports"),
    leave: close,
    view: () => {
      const commands = kept.value ?? [];
      const unsent = commands.filter(({ body, state }) => body.kind === "report" && state !== "sent");
      return html`
        ${lists("mine")} ${unsentList(unsent)}
        ${found.shown((reading) => {
          const all = [...reading.document.reports, ...further];
          const next = cursor === undefined ? reading.document.cursor : cursor;
          if (!all.length && !unsent.length) return html`${nobodysYet()} ${byNumber.view()}`;
          return html`
            ${asOf(reading)} ${groups(all, answered(commands))}
            ${next ? doing.button(t("Show more"), () => fetchMore(next), "button button-quiet") : nothing}
            ${byNumber.view()}
          `;
        })}
      `;
    },
  };
};

const nobodysYet = () => html`
  ${empty(t("You have not reported or followed anything on this phone yet."), { path: "/report", words: t("Report a problem") })}
  <p><a class="alone" href="/app/more/account/sign-in">${t("Reported on another phone? Sign in")}</a></p>
`;

/** The reports that somebody answered to on this phone, whether the city has it yet or not. */
function answered(commands: readonly Command[]): Set<unknown> {
  const answers = commands.filter(({ body, state }) => ANSWERS.has(body.kind) && state !== "refused");
  return new Set(answers.map(({ body }) => body["report"]));
}

const unsentList = (unsent: Command[]) =>
  unsent.length === 0
    ? nothing
    : html`
        <section class="stack-close" aria-labelledby="unsent">
          <h2 id="unsent">${t("Not sent yet")}</h2>
          <ul class="cards" role="list">${unsent.map(unsentCard)}</ul>
        </section>
      `;

const unsentCard = (command: Command) => {
  const { body, state, made_at } = command;
  return html`<li>
    <a class="card-sides card" href="/app/waiting">
      <span class="card-words">
        <span class="state state-waiting">${icon(state === "refused" ? "refused" : "waiting")}<span>
          ${state === "refused" ? refusal(command).title : t("On this phone, not at the city")}
        </span></span>
        <span class="card-said" dir="auto">${body.description || t("Without words")}</span>
        <span class="small soft">${t("Written {when}", { when: ago(made_at) })}</span>
      </span>
    </a>
  </li>`;
};

function groups(all: OwnCard[], answered: Set<unknown>): TemplateResult {
  const now = cityTime();
  const mine = all.filter((one) => needsMe(one, now) && !answered.has(one.number));
  const others = all.filter((one) => !mine.includes(one));
  return html`
    ${mine.length
      ? html`
          <section class="stack-close asks" aria-labelledby="needs-me">
            <h2 id="needs-me">${n(mine.length, "{count} needs you", "{count} need you")}</h2>
            <ul class="cards" role="list">${mine.map((one) => card(one, needed(one)))}</ul>
          </section>
        `
      : nothing}
    ${others.length
      ? html`
          <section class="stack-close" aria-labelledby="rest">
            <h2 id="rest" class=${mine.length ? "" : "for-screen-readers"}>${mine.length ? t("The rest") : t("Newest change first")}</h2>
            <ul class="cards" role="list">${others.map((one) => card(one, about(one, now)))}</ul>
          </section>
        `
      : nothing}
  `;
}

const needed = (one: OwnCard) =>
  html`<strong>${one.has_question ? t("The city asks you something") : t("Is it done? Say so")}</strong>`;

function about(one: OwnCard, now: Date): string {
  const changed = t("Changed {when}", { when: ago(one.updated_datetime, now) });
  const part = one.part === "follows" ? t("You follow it") : t("You reported it");
  const wish = isOpenToAnswers(one, now) && !one.rating ? t("You can rate it") : null;
  return [part, changed, wish].filter(Boolean).join(" · ");
}

export default reports;
