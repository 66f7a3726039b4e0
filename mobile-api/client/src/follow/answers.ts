import { html, nothing, type TemplateResult } from "lit-html";

import { cityTime } from "../api/city_clock.js";
import { city } from "../city/city.js";
import { decide, drop, outbox } from "../send/outbox.js";
import { redraw } from "../shell/screen.js";
import type { Command } from "../store/kept.js";
import { uuid7 } from "../store/uuid.js";
import { Later } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { refusal } from "../waiting/refusal.js";
import { day } from "../words/formats.js";
import { t } from "../words/words.js";
import { appealable } from "./appealable.js";
import { isOpenToAnswers, type OwnCard } from "./own.js";
import { Rating } from "./rating.js";
import { Saying } from "./saying.js";
import type { Report } from "./standing.js";
import { unsentWords } from "./unsent.js";

type Kind = "comment" | "confirmation" | "reopening" | "appeal";
/** What shows where it stands beside the button that says it. */
const SHOWN_THERE = new Set(["following", "unfollowing", "rating"]);

/**
 * What somebody answers: to a question, to "it is done", against a decision. All of it goes through
 * the outbox, so that it can be said without a network.
 */
export class Answers {
  /** What was said of this report and is still in the outbox. */
  readonly pending: Later<Command[]>;
  private readonly rating: Rating;
  private readonly saying: Record<"comment" | "reopening" | "appeal", Saying>;
  private isReopening = false;

  constructor(private readonly number: string) {
    this.pending = new Later(async () => (await outbox()).filter(({ body }) => body["report"] === number));
    this.rating = new Rating(number);
    this.saying = {
      comment: new Saying(number, "comment", (text) => this.say("comment", { text })),
      reopening: new Saying(number, "reopening", (reason) => this.say("reopening", { reason })),
      appeal: new Saying(number, "appeal", (reason) => this.say("appeal", { reason })),
    };
  }

  /** The last that was said of these kinds and not refused. */
  readonly said = (...kinds: string[]): Command | undefined =>
    (this.pending.value ?? []).filter(({ body, state }) => kinds.includes(body.kind) && state !== "refused").pop();

  /** What waits for this person, and what they said that is not at the city yet. */
  view(one: Report, part: OwnCard | null): TemplateResult {
    return html`
      ${this.pending.value?.map(standing) ?? nothing}
      ${part?.has_question && !this.said("comment") ? this.question(one) : nothing}
      ${part && isOpenToAnswers(part, cityTime()) ? this.closing(one, part) : nothing}
    `;
  }

  /** A word that everybody can read; where a question waits it is asked for above. */
  comment(one: Report, part: OwnCard | null): TemplateResult | typeof nothing {
    if (part?.has_question) return nothing;
    return html`
      <details ?open=${this.saying.comment.text !== ""}>
        <summary class="open-up">${t("Add a comment")}</summary>
        ${this.saying.comment.view({
          label: t("Your comment"),
          hint: one.status === "closed" ? t("Everybody can read it. It opens nothing again.") : t("Everybody can read it, so leave out names and numbers."),
          send: t("Send the comment"),
          longest: city().limits.comment,
        })}
      </details>
    `;
  }

  /** Asking for another person to decide, where there is a decision against somebody. */
  appeal(one: Report, part: OwnCard | null): TemplateResult | typeof nothing {
    if (!part || !appealable(one) || this.said("appeal")) return nothing;
    return html`
      <section class="action stack-close" aria-labelledby="appeal">
        <h2 id="appeal">${t("Do you disagree?")}</h2>
        <p>${t("Then another person looks at it again and decides.")}</p>
        ${this.saying.appeal.view({
          label: t("Why should it be decided again?"),
          hint: t("Everybody can read it."),
          send: t("Ask for another decision"),
          longest: city().limits.reason,
        })}
      </section>
    `;
  }

  /** Take what the city has out of the outbox; called when the screen that showed it is left. */
  async forgetArrived(): Promise<void> {
    for (const { id, state } of this.pending.value ?? []) if (state === "sent") await drop(id);
  }

  private question(one: Report): TemplateResult {
    return html`
      <section class="ask stack-close" aria-labelledby="asked">
        <h2 id="asked">${t("The city asks you")}</h2>
        ${questionsIn(one).map((asked) => html`<p class="lead said" dir="auto">${asked}</p>`)}
        ${this.saying.comment.view({
          label: t("Your answer"),
          hint: t("Everybody can read it, so leave out names and numbers."),
          send: t("Send the answer"),
          longest: city().limits.comment,
        })}
      </section>
    `;
  }

  private closing(one: Report, part: OwnCard): TemplateResult {
    const isAsked = one.state === "resolved" && !this.said("confirmation", "reopening");
    const mayReopen = isAsked || (one.state === "confirmed" && !this.said("reopening"));
    const isNotDone = this.isReopening || this.saying.reopening.text !== "";
    return html`
      ${isAsked && !isNotDone
        ? html`
            <section class="ask stack-close" aria-labelledby="is-it-done">
              <h2 id="is-it-done">${t("Is it done?")}</h2>
              <div class="choices-in-row">
                <button class="button" @click=${() => void this.say("confirmation", {})}>${t("Yes, it is")}</button>
                <button class="button button-quiet" @click=${() => this.openReopening()}>${t("No, it is not")}</button>
              </div>
              <p class="small soft">${t("You can say so until {day}.", { day: day(part.answer_until_datetime ?? one.updated_datetime) })}</p>
            </section>
          `
        : nothing}
      ${mayReopen && isNotDone ? this.reopening() : nothing}
      ${this.rating.view(part.rating, this.said("rating"))}
      ${one.state === "confirmed" && mayReopen && !isNotDone
        ? html`<p><button class="button-link" @click=${() => this.openReopening()}>${t("It is not done after all")}</button></p>`
        : nothing}
    `;
  }

  private reopening(): TemplateResult {
    return html`
      <section class="ask stack-close" aria-labelledby="not-done">
        <h2 id="not-done" tabindex="-1">${t("What is not done?")}</h2>
        ${this.saying.reopening.view({
          label: t("In your words"),
          hint: t("Everybody can read it. The report is opened again."),
          send: t("Open it again"),
          longest: city().limits.reason,
        })}
      </section>
    `;
  }

  private openReopening(): void {
    this.isReopening = true;
    redraw();
    queueMicrotask(() => document.getElementById("not-done")?.focus());
  }

  private async say(kind: Kind, what: Record<string, string>): Promise<void> {
    await decide({ kind, id: uuid7(), report: this.number, ...what });
    if (kind === "reopening") this.isReopening = false;
    await this.pending.again();
  }
}

/** Where something stands that was said here. */
function standing(command: Command): TemplateResult | typeof nothing {
  const { id, body, state } = command;
  const words = html`<strong>${saidWords(body.kind)}</strong>`;
  if (state === "refused") {
    const { detail, remedy } = refusal(command);
    const said = body["text"] ?? body["reason"] ?? body["words"];
    return notice("error", html`
      ${words}
      <p>${t("The city did not take it.")} ${detail} ${remedy}</p>
      ${said ? html`<p class="reason said" dir="auto">${said}</p>` : nothing}
      <button class="button-link" @click=${() => void drop(id)}>${t("Throw it away")}</button>
    `);
  }
  if (SHOWN_THERE.has(body.kind)) return nothing;
  if (state === "sent") return notice("done", html`${words}<p>${t("The city has it.")}</p>`);
  return notice("plain", html`${words}<p>${unsentWords()}</p>`);
}

/** What the city asked since it began to wait: the first with the step, the others as comments. */
function questionsIn({ history, comments }: Report): string[] {
  const began = history.filter(({ state }) => state === "waiting_reporter").pop();
  if (!began) return [];
  const further = comments.filter(({ kind, at }) => kind === "question" && at >= began.at);
  return [began.reason ?? "", ...further.map(({ text }) => text)].filter(Boolean);
}

function saidWords(kind: string): string {
  switch (kind) {
    case "confirmation":
      return t("You said that it is done.");
    case "reopening":
      return t("You said that it is not done.");
    case "appeal":
      return t("You asked for another decision.");
    case "me_too":
      return t("You said that you saw it too.");
    case "following":
      return t("You wanted to follow it.");
    case "unfollowing":
      return t("You wanted to follow it no longer.");
    case "rating":
      return t("You said how well it was dealt with.");
  }
  return t("You wrote a comment.");
}
