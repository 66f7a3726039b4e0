import "./waiting.css";

import { html, nothing, type TemplateResult } from "lit-html";

import { draftsOf, unsentNotice } from "../propose/unsent.js";
import { drafts, dropDraft } from "../report/writing.js";
import { drop, isChangeable, isPlaceless, takeBack, things } from "../send/outbox.js";
import { sendNow } from "../send/send.js";
import { OutboxWatch } from "../send/watch.js";
import { icon } from "../shell/icons.js";
import { go, type Make } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import type { Command, Draft } from "../store/kept.js";
import { Doing } from "../ui/later.js";
import { empty, notice } from "../ui/notices.js";
import { ago } from "../words/formats.js";
import { n, t } from "../words/words.js";
import { draftLine, nameOf } from "./lines.js";
import { refusal } from "./refusal.js";

/** What waits on this phone, what the city did not take and why, and what it has. */
const waiting: Make = async () => {
  const watch = await OutboxWatch.begun();
  const sending = new Sending();
  let unfinished = await drafts();
  const proposals = await draftsOf();
  const dropped = async (id: string) => {
    await dropDraft(id);
    unfinished = await drafts();
    redraw();
  };
  return {
    title: () => t("Sent and waiting"),
    back: "/",
    view: () => {
      const { commands } = watch;
      if (!commands.length && !unfinished.length && !proposals.length)
        return empty(t("Nothing waits on this phone, and nothing was sent from it lately."), {
          path: "/report",
          words: t("Report a problem"),
        });
      return html`
        ${unsentNotice(proposals)}
        ${section("waits", t("Not sent yet"), things(commands, "waiting").map((one) => waits(one, watch)), () => sending.view())}
        ${section("refused", t("Needs you"), things(commands, "refused").map(refused))}
        ${section("drafts", t("Not finished"), unfinished.map((draft) => notFinished(draft, dropped)))}
        ${section("sent", t("Sent"), sentOnes(commands).map((one) => arrived(one, watch)))}
      `;
    },
    leave: () => watch.close(),
  };
};

/** What the city has, newest first; pictures are told of with their reports. */
const sentOnes = (commands: readonly Command[]) =>
  things(commands, "sent").filter(({ body }) => body.kind !== "photo").reverse();

const section = (id: string, title: string, entries: TemplateResult[], after?: () => TemplateResult) =>
  entries.length === 0
    ? nothing
    : html`
        <section class="stack-close waiting-part" aria-labelledby=${id}>
          <h2 id=${id}>${title}</h2>
          <ul role="list">${entries.map((entry) => html`<li class="entry stack-close">${entry}</li>`)}</ul>
          ${after?.() ?? nothing}
        </section>
      `;

/** Sending by hand, and what came of it. */
class Sending {
  private readonly doing = new Doing();
  private isHeld = false;

  view(): TemplateResult {
    if (!navigator.onLine) return html`<p class="soft">${t("It is sent by itself as soon as there is a connection.")}</p>`;
    return html`
      ${this.isHeld ? notice("plain", t("The city has not taken it yet. It is tried again by itself.")) : nothing}
      ${this.doing.button(t("Send now"), () => this.send(), "button")}
    `;
  }

  private async send(): Promise<void> {
    this.isHeld = false;
    redraw();
    this.isHeld = !(await sendNow());
  }
}

const waits = (command: Command, watch: OutboxWatch) => html`
  <p>${icon("waiting")}<strong>${nameOf(command)}</strong></p>
  <p class="soft">${t("Written {when}", { when: ago(command.made_at) })} ${withPhotos(watch.photosLeft(command.id).length)}</p>
  ${isChangeable(command) ? html`<p class="acts">${button(t("Change"), command, () => change(command.id))}</p>` : nothing}
`;

const withPhotos = (count: number) => (count ? n(count, "with {count} photo", "with {count} photos") : "");

const refused = (command: Command) => {
  const { detail, remedy } = refusal(command);
  const about = command.body.kind === "report" || command.body.kind === "photo" ? null : String(command.body["report"]);
  return html`
    <p>${icon("refused")}<strong>${nameOf(command)}</strong></p>
    <p>${detail}</p>
    <p>${remedy}</p>
    ${about ? html`<p><a class="alone" href=${`/app/reports/${about}`}>${t("See how it stands")}</a></p>` : nothing}
    <p class="acts">
      ${isChangeable(command) ? button(isPlaceless(command) ? t("Pick the place") : t("Change"), command, () => change(command.id)) : nothing}
      ${button(t("Drop it"), command, () => drop(command.id))}
    </p>
  `;
};

const notFinished = (draft: Draft, dropped: (id: string) => Promise<void>) => html`
  <div class="ways">${draftLine(draft)}</div>
  <p class="acts"><button class="button-link" type="button" @click=${() => void dropped(draft.id)}>${t("Drop it")}</button></p>
`;

const arrived = (command: Command, watch: OutboxWatch) => {
  const left = watch.photosLeft(command.id).filter(({ state }) => state === "waiting").length;
  const number = command.document?.["number"];
  return html`
    <p>${icon("done")}<strong>${nameOf(command)}</strong></p>
    ${left ? html`<p>${n(left, "{count} photo is still on its way.", "{count} photos are still on their way.")}</p>` : nothing}
    ${number ? html`<p><a class="alone" href=${`/app/reports/${String(number)}`}>${t("See what happens with {number}", { number: String(number) })}</a></p>` : nothing}
  `;
};

const button = (words: string, command: Command, act: () => Promise<unknown>) => html`
  <button class="button button-quiet" type="button" aria-label=${`${words}: ${nameOf(command)}`} @click=${() => void act()}>${words}</button>
`;

async function change(id: string): Promise<void> {
  const draft = await takeBack(id);
  if (draft) await go(`/report/${draft.id}/${draft.step}`);
}

export default waiting;
