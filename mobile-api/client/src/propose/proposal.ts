import { html, nothing, type TemplateResult } from "lit-html";

import { cityTime } from "../api/city_clock.js";
import { OnAMap } from "../follow/on_a_map.js";
import type { Make } from "../shell/router.js";
import type { Reading } from "../store/read.js";
import { Later } from "../ui/later.js";
import { asOf, notice } from "../ui/notices.js";
import { Share } from "../ui/share.js";
import { day } from "../words/formats.js";
import { t } from "../words/words.js";
import { facts, history, related, translationOf, words } from "./about.js";
import { readCycle, readProposal, type Cycle, type Proposal } from "./catalogue.js";
import { Compared } from "./compared.js";
import { readOwnPart } from "./own_part.js";
import { pack } from "./pack.js";
import { compareBar, compareButton, readAgain } from "./parts.js";
import { placeName } from "./place_name.js";
import { review } from "./review.js";
import { kindOf, nextWords, standing, stateWords } from "./states.js";
import { Support } from "./support.js";
import { Talk } from "./talk.js";

interface Whole {
  one: Reading<Proposal>;
  cycle: Cycle;
  compared: Compared;
  /** The street its place is at, where anybody knows. */
  street: string | null;
}

/** One proposal: its words, where it stands, who wants it, and what people say. */
const proposal: Make = async ({ params, query }) => {
  const number = (params["number"] ?? "").toUpperCase();
  const found = new Later(() => readWhole(number));
  const part = new Later(readOwnPart);
  const again = async () => void (await Promise.all([found.again(), part.again()]));
  const talk = await Talk.under(number, again);
  const support = new Support(number, again);
  const share = new Share();
  const map = new OnAMap(() => (found.value ? pointOf(found.value.one.document) : []));

  const whole = ({ one: reading, cycle, compared, street }: Whole): TemplateResult => {
    const { document: one } = reading;
    const isMine = part.value?.proposals.some((own) => own.number === one.number) ?? false;
    const isSupported = part.value?.endorsed.includes(one.number) ?? false;
    return html`
      ${asOf(reading)} ${query.has("sent") ? received(one) : nothing} ${query.has("instead") ? instead() : nothing}
      ${head(one, cycle)} ${isMine ? mine(one) : nothing}
      ${support.view(one, cycle, isSupported)}
      <div class="quick">
        ${compareButton(compared, one.number, one.title)} ${share.view(t("Share"), { title: one.title, url: one.url })}
      </div>
      ${compareBar(compared, one.cycle)}
      ${words(one)} ${facts(one, cycle, street)} ${one.lat === null ? nothing : map.view()}
      ${review(one)} ${pack(one)} ${talk.view(one, cycle, isMine)} ${history(one)}
    `;
  };

  return {
    title: () => (found.value ? titleOf(found.value.one.document) : t("Proposal {number}", { number })),
    get back() {
      const slug = params["slug"] ?? found.value?.cycle.slug;
      return slug ? `/budgets/${slug}/proposals` : "/budgets";
    },
    withoutNetwork: readAgain,
    leave: () => map.close(),
    view: () => found.shown(whole),
  };
};

async function readWhole(number: string): Promise<Whole> {
  const one = await readProposal(number);
  const { cycle: slug } = one.document;
  const [cycle, compared, street] = await Promise.all([readCycle(slug), Compared.of(slug), placeName(one.document)]);
  return { one, cycle: cycle.document, compared, street };
}

const titleOf = (one: Proposal): string => translationOf(one)?.title ?? one.title;

const received = (one: Proposal) =>
  notice("done", html`
    <strong>${t("The city has your proposal. Its number is {number}.", { number: one.number })}</strong>
    ${one.answer_due_datetime
      ? html`<p>${t("By {day} the city says whether it can be done, and why.", { day: day(one.answer_due_datetime) })}</p>`
      : nothing}
    <p>${t("Until the check begins you can change it.")} <a class="alone" href=${`/app/budgets/${one.cycle}/proposals/${one.number}/own`}>${t("Change it, or invite others")}</a></p>
  `);

const instead = () =>
  notice("done", html`
    <strong>${t("You support this one now.")}</strong>
    <p>${t("What you had begun to write is still on this phone.")} <a class="alone" href="/app/proposals/mine">${t("See it, or drop it")}</a></p>
  `);

const head = (one: Proposal, cycle: Cycle) => html`
  <p class="soft figure">${t("Proposal {number}", { number: one.number })}</p>
  <section class="standing stack-close" aria-labelledby="standing">
    <h2 class="for-screen-readers" id="standing">${t("Where it stands")}</h2>
    <p>${standing(one.state, 28)}</p>
    <p class="lead">${nextWords(one.state, isVoted(cycle))}</p>
    ${one.answer_due_datetime ? html`<p>${t("The city owes its answer by {day}.", { day: day(one.answer_due_datetime) })}</p>` : nothing}
    ${one.appeal_until_datetime && new Date(one.appeal_until_datetime) > cityTime() ? html`<p>${t("Whoever proposed it can appeal until {day}.", { day: day(one.appeal_until_datetime) })}</p>` : nothing}
    ${cycle.settled_at ? html`<p>${isOnBallot(one, cycle) ? t("It is on the ballot.") : t("It is not on the ballot.")}</p>` : nothing}
    ${related(t("It goes on as"), one.became)}
  </section>
`;

const isVoted = ({ phase }: Cycle): boolean => phase === "delivery" || phase === "reassessment";
const isOnBallot = ({ number }: Proposal, { projects }: Cycle): boolean => projects.some((one) => one.proposal === number);

/** What waits for whoever made it. */
const mine = (one: Proposal) => {
  const isAsked = one.comments.some(({ kind, asked, answered_datetime }) => kind === "question" && asked === "proposer" && !answered_datetime);
  const isWished = one.rearrangements.some(({ state }) => state === "open");
  return html`
    <section class="ask stack-close" aria-labelledby="yours">
      <h2 id="yours">${t("You stand behind it")}</h2>
      ${isAsked ? html`<p>${t("Somebody asked you something. You can answer it below.")}</p>` : nothing}
      ${isWished ? html`<p>${t("You are asked whether it should be joined or split.")}</p>` : nothing}
      <p><a class="button button-quiet" href=${`/app/budgets/${one.cycle}/proposals/${one.number}/own`}>${t("Change it, invite others, take it back")}</a></p>
    </section>
  `;
};

const pointOf = ({ lat, lon, title, state, cycle, number }: Proposal) =>
  lat === null || lon === null
    ? []
    : [{ lat, lon, kind: kindOf(state), words: `${title}: ${stateWords(state)}`, path: `/budgets/${cycle}/proposals/${number}` }];

export default proposal;
