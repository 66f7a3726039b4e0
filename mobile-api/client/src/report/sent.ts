import { html, nothing, type TemplateResult } from "lit-html";

import type { Answer } from "../api/call.js";
import { isPlaceless, isUnkept, takeBack } from "../send/outbox.js";
import { OutboxWatch } from "../send/watch.js";
import { isSending } from "../send/when_possible.js";
import { icon } from "../shell/icons.js";
import { go } from "../shell/router.js";
import type { Screen } from "../shell/screen.js";
import type { Command, NewReport } from "../store/kept.js";
import { choose, wordsOn } from "../store/database.js";
import { keepsNothing } from "../store/stand_in.js";
import { notice } from "../ui/notices.js";
import { refusal } from "../waiting/refusal.js";
import { day } from "../words/formats.js";
import { n, t } from "../words/words.js";
import { isAboutDanger } from "./about_danger.js";
import { danger } from "./danger.js";
import { inWords } from "./exactness.js";

type Report = Answer<"/v1/reports", "post">;

/** What has become of a report that was sent: on its way, there, or not taken. */
export async function sent(first: Command): Promise<Screen> {
  const watch = await OutboxWatch.begun();
  const now = () => watch.commands.find(({ id }) => id === first.id) ?? first;
  return {
    title: () => TITLES[now().state](now()),
    view: () => html`${danger(isDanger(now()))}
      <div class="stack" role="status">${tooLate(now())}${VIEWS[now().state](now(), watch)}</div>${onward(now())}`,
    leave: () => watch.close(),
  };
}

/** By what the city says of it, by what was known when it was sent, or by what it says itself. */
const isDanger = ({ body, document, is_dangerous }: Command) =>
  Boolean(document?.["emergency_number"]) || is_dangerous || isAboutDanger(body as Partial<NewReport>);

const TITLES: Record<Command["state"], (command: Command) => string> = {
  waiting: () => (isSending() ? t("Sending …") : keepsNothing() ? t("Not sent yet") : t("Kept on this phone, not sent yet")),
  sent: () => t("Sent. Thank you"),
  refused: (command) => (isPlaceless(command) ? refusal(command).title : t("The city did not take it")),
};

const VIEWS: Record<Command["state"], (command: Command, watch: OutboxWatch) => TemplateResult> = {
  waiting: (command) =>
    notice(
      "plain",
      html`<strong>${t("It is not sent yet")}</strong>
        <p>${isPlaceless(command)
          ? inWords()
          : `${soon()} ${keepsNothing() ? t("Leave this page open until then.") : t("You can close this page and put the phone away.")}`}</p>
        ${isPlaceless(command) ? html`<p>${t("Look here again once there is a connection: one question may come.")}</p>` : nothing}`,
    ),
  sent: (command, watch) => arrived(command, watch.photosLeft(command.id)),
  refused: (command) => {
    const { title, detail, remedy } = refusal(command);
    return html`
      ${notice("error", html`<strong>${title}</strong><p>${detail}</p><p>${remedy}</p>`)}
      <p><button class="button" @click=${() => void change(command.id)}>${isPlaceless(command) ? t("Pick the place") : t("Change it")}</button></p>
    `;
  },
};

/** When it goes: with a network it was tried already, or is right now. */
const soon = () =>
  navigator.onLine && !isSending()
    ? t("The city has not taken it yet. It is tried again by itself.")
    : t("It is sent by itself as soon as there is a connection.");

function arrived({ id, document }: Command, left: readonly Command[]): TemplateResult {
  const report = document as Report;
  return html`
    <div class="standing stack-close">
      <p>${t("The number of your report")}</p>
      <p class="code-shown">${report.number}</p>
      ${keepsNothing() || isUnkept(id) ? html`<p><strong>${t("Write it down: nothing is kept on this phone.")}</strong></p>` : nothing}
      <p>${expected(report)}</p>
    </div>
    ${photos(left)}
    <p><a class="button button-wide" href=${`/app/reports/${report.number}`}>${t("See what happens with it")}</a></p>
  `;
}

/** That it was sent before from another page, and what to do with what was changed after that. */
function tooLate({ body, document, late }: Command): TemplateResult | typeof nothing {
  if (late === undefined) return nothing;
  const number = document?.["number"];
  const changed = late === body["description"] ? "" : late;
  const comment = async () => {
    if (changed) await choose(wordsOn(String(number), "comment"), changed);
    await go(`/reports/${String(number)}`);
  };
  return notice("error", html`
    <strong>${t("It was sent before, from another page")}</strong>
    <p>${t("What you changed here after that is not in it, only new photos are. Once the city has it, you can write the rest as a comment.")}</p>
    ${changed ? html`<p class="as-written" dir="auto">${changed}</p>` : nothing}
    ${number ? html`<p><button class="button button-quiet" @click=${() => void comment()}>${t("Write it as a comment")}</button></p>` : nothing}
  `);
}

/** When something is done about it, as far as anybody can tell. */
function expected({ expected_datetime, target_datetime }: Report): string {
  const target = t("The city means to act by {day}.", { day: day(target_datetime) });
  if (!expected_datetime) return target;
  return `${target} ${t("About half of the reports like this one are done by {day}.", { day: day(expected_datetime) })}`;
}

function photos(left: readonly Command[]): TemplateResult | typeof nothing {
  const refused = left.filter(({ state }) => state === "refused").length;
  const waiting = left.length - refused;
  return html`
    ${waiting ? notice("plain", n(waiting, "{count} photo is still on its way.", "{count} photos are still on their way.")) : nothing}
    ${refused ? notice("error", n(refused, "{count} photo was not taken.", "{count} photos were not taken.")) : nothing}
  `;
}

const onward = ({ id, body }: Command) => html`
  <ul class="ways" role="list">
    ${body.kind === "report"
      ? html`<li><a href=${`/app/report?near=${id}`}>${t("Report something else at this place")}${icon("report")}</a></li>`
      : nothing}
    <li><a href="/app/waiting">${t("What is sent and what waits")}${icon("waiting")}</a></li>
  </ul>
`;

async function change(id: string): Promise<void> {
  const draft = await takeBack(id);
  if (draft) await go(`/report/${draft.id}/${draft.step}`, { replace: true });
}
