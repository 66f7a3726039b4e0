import { html, nothing, type TemplateResult } from "lit-html";

import { call } from "../api/call.js";
import { cityTime } from "../api/city_clock.js";
import { go, type Make } from "../shell/router.js";
import type { Reading } from "../store/read.js";
import { Doing, Later } from "../ui/later.js";
import { asOf } from "../ui/notices.js";
import { day } from "../words/formats.js";
import { t } from "../words/words.js";
import { isCollecting, lastDay, readCycle, readProposal, type Cycle, type Proposal } from "./catalogue.js";
import { Invite } from "./invite.js";
import { draftWay, draftsOf } from "./unsent.js";
import { said } from "./parts.js";
import { Reasoned } from "./reasoned.js";
import { isGone, standing } from "./states.js";
import { pathOf } from "./steps.js";
import { Wishes } from "./wishes.js";
import { beginEdit } from "./writing.js";

interface Whole {
  one: Reading<Proposal>;
  cycle: Cycle;
}

/** What only those can do who stand behind a proposal. */
const own: Make = async ({ params }) => {
  const number = (params["number"] ?? "").toUpperCase();
  const slug = params["slug"] ?? "";
  const drafts = (await draftsOf(slug)).filter(({ edits }) => edits?.number === number);
  const found = new Later(async (): Promise<Whole> => {
    const [one, cycle] = await Promise.all([readProposal(number), readCycle(slug)]);
    return { one, cycle: cycle.document };
  });
  const again = () => found.again();
  const invite = new Invite(number);
  const wishes = new Wishes(again);
  const editing = new Doing();
  const appeal = new Reasoned(number, "appeal", async (id, reason) => {
    await call("post", "/v1/proposals/{number}/appeal", { params: { number }, body: { id, reason } });
    await again();
  });
  const withdrawal = new Reasoned(number, "withdrawal", async (id, reason) => {
    await call("post", "/v1/proposals/{number}/withdrawal", { params: { number }, body: { id, reason } });
    await again();
  });
  const leaving = new Reasoned(number, "leaving", async () => {
    await call("delete", "/v1/proposals/{number}/proposers/me", { params: { number } });
    await go("/proposals/mine", { replace: true });
  });

  const edit = async (one: Proposal) => {
    const cost = one.cost === null ? "" : String(Math.round(one.cost / one.money_scale));
    await go(pathOf(await beginEdit(one, cost), "check"));
  };

  const whole = ({ one: reading, cycle }: Whole): TemplateResult => {
    const { document: one } = reading;
    const isStanding = !isGone(one.state) && !cycle.settled_at;
    return html`
      ${asOf(reading)}
      <p class="lead">${said(one.title, one.language)}</p>
      <p>${standing(one.state, 20)}</p>
      ${wishes.view(one, cycle)} ${asked(one)}
      ${isStanding && one.appeal_until_datetime && new Date(one.appeal_until_datetime) > cityTime()
        ? part("appeal", t("Ask for another decision"), html`
            <p>${t("Somebody at the city who had no part in it decides again. You can ask once, until {day}.", { day: day(one.appeal_until_datetime) })}</p>
            ${appeal.view(t("Why should it be decided again?"), t("Ask for another decision"), true)}`)
        : nothing}
      ${part("change", t("Change it"), isCollecting(cycle) && one.state === "submitted"
        ? html`
            <p>${t("You can change words, place, cost and pictures until {day}, or until the check begins. What it said before can be read, too.", { day: lastDay(cycle, "ideas") })}</p>
            ${drafts.length ? html`<ul class="ways" role="list">${drafts.map((one) => html`<li>${draftWay(one)}</li>`)}</ul>` : editing.button(t("Change it"), () => edit(one), "button")}`
        : html`<p class="soft">${t("Its words stand now. They can be changed while ideas are collected and before the check begins.")}</p>`)}
      ${isStanding ? invite.view(one) : nothing}
      ${part("leave", t("Stand behind it no longer"), html`
        <p>${t("It stays, with the others who stand behind it. Your name goes.")}</p>
        ${leaving.view(null, t("Leave it"), false)}`)}
      ${isStanding
        ? part("withdraw", t("Take it back"), html`
            <p>${t("For whoever made it first, and for good. It can still be read.")}</p>
            ${withdrawal.view(t("Why, if you like"), t("Take it back for good"), false)}`)
        : nothing}
    `;
  };

  return {
    title: () => t("Yours: proposal {number}", { number }),
    back: `/budgets/${slug}/proposals/${number}`,
    view: () => found.shown(whole),
  };
};

const part = (id: string, title: string, inside: unknown) => html`
  <section class="action stack-close" aria-labelledby=${`part-${id}`}><h2 id=${`part-${id}`}>${title}</h2>${inside}</section>
`;

/** Questions that went to whoever proposed it, with the day their answer is owed by. */
function asked({ comments, cycle, number }: Proposal): TemplateResult | typeof nothing {
  const open = comments.filter(({ kind, asked, answered_datetime, hidden_reason }) => kind === "question" && asked === "proposer" && !answered_datetime && !hidden_reason);
  if (!open.length) return nothing;
  return html`
    <section class="ask stack-close" aria-labelledby="asked">
      <h2 id="asked">${t("Somebody asked you something")}</h2>
      ${open.map(({ text, due_datetime }) => html`
        <p class="said" dir="auto">${text}</p>
        ${due_datetime ? html`<p class="small">${t("Your answer is owed by {day}.", { day: day(due_datetime) })}</p>` : nothing}`)}
      <p><a class="button" href=${`/app/budgets/${cycle}/proposals/${number}`}>${t("Answer it")}</a></p>
    </section>
  `;
}

export default own;
