import { html, nothing, type TemplateResult } from "lit-html";

import { beginSession } from "../account/session.js";
import { call } from "../api/call.js";
import { cityTime } from "../api/city_clock.js";
import { city } from "../city/city.js";
import { redraw } from "../shell/screen.js";
import { oneOf, textField } from "../ui/fields.js";
import { Doing } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { day } from "../words/formats.js";
import { t } from "../words/words.js";
import { isTalking, type Cycle, type Proposal } from "./catalogue.js";
import { focusSoon } from "./parts.js";
import { forgetSaying, keepSaying, keptSaying, type Kept } from "./saying.js";

type Comment = Proposal["comments"][number];
type Ask = "comment" | "city" | "proposer";

/** As many as come with a proposal; earlier ones are asked for. */
const AT_ONCE = 200;

/** What people say under a proposal: comments, questions with whoever owes an answer and by when. */
export class Talk {
  private readonly sending = new Doing();
  private readonly older = new Doing();
  private earlier: Comment[] = [];
  private hasEarlier = true;
  private saying: Kept;
  /** The question that is being answered; null for words of their own. */
  private answered: string | null = null;
  private problem: string | undefined;
  private isSent = false;

  private constructor(
    private readonly number: string,
    private readonly again: () => Promise<void>,
    kept: Kept,
  ) {
    this.saying = kept;
  }

  /** What is being written now is kept under this name. */
  private get name(): string {
    return this.answered ? `${this.number}:${this.answered}` : this.number;
  }

  static async under(number: string, again: () => Promise<void>): Promise<Talk> {
    return new Talk(number, again, await keptSaying(number));
  }

  view(one: Proposal, cycle: Cycle, isMine: boolean): TemplateResult {
    const all = [...this.earlier, ...one.comments];
    const known = new Set(all.map(({ id }) => id));
    const isOpen = isTalking(cycle);
    return html`
      <section class="stack" aria-labelledby="talk">
        <h2 id="talk" tabindex="-1">${t("What people say")}</h2>
        ${one.comments.length === AT_ONCE && this.hasEarlier
          ? this.older.button(t("Show earlier ones"), () => this.readEarlier(one), "button button-quiet")
          : nothing}
        ${all.length
          ? html`<ul role="list">${all.filter(({ answers }) => !answers || !known.has(answers)).map((comment) => this.thread(comment, all, isMine))}</ul>`
          : html`<p class="soft">${t("Nobody has said anything yet.")}</p>`}
        ${this.isSent ? notice("done", t("It is there, for everybody to read.")) : nothing}
        ${isOpen && !this.answered ? this.form() : nothing}
        ${isOpen ? nothing : html`<p class="soft">${t("People can comment and ask from the first ideas until the ballot is settled.")}</p>`}
      </section>
    `;
  }

  private thread(one: Comment, all: readonly Comment[], isMine: boolean): TemplateResult {
    const isOwed = one.kind === "question" && !one.answered_datetime && !one.hidden_reason;
    return html`
      <li class="entry stack-close">
        ${comment(one)} ${isOwed ? owed(one) : nothing}
        ${all.filter(({ answers }) => answers === one.id).map((answer) => html`<div class="reason stack-close">${comment(answer)}</div>`)}
        ${isMine && isOwed && one.asked === "proposer"
          ? this.answered === one.id
            ? this.answer()
            : html`<p><button class="button" type="button" @click=${() => void this.begin(one.id)}>${t("Answer this question")}</button></p>`
          : nothing}
      </li>
    `;
  }

  private async begin(question: string): Promise<void> {
    [this.answered, this.isSent] = [question, false];
    this.saying = await keptSaying(this.name);
    redraw();
    focusSoon("say");
  }

  private form(): TemplateResult {
    return html`
      <div class="action stack">
        ${oneOf<Ask>({
          id: "ask",
          label: t("What do you want to do?"),
          chosen: this.saying.ask,
          choices: [
            { value: "comment", words: t("Say something") },
            { value: "city", words: t("Ask the city"), hint: t("It owes an answer within 14 days") },
            { value: "proposer", words: t("Ask whoever proposed it") },
          ],
          onChange: (ask) => this.say({ ask }),
        })}
        ${this.field(this.saying.ask === "comment" ? t("Your comment") : t("Your question"))}
        ${this.sending.button(this.saying.ask === "comment" ? t("Send the comment") : t("Send the question"), () => this.send(), "button")}
      </div>
    `;
  }

  private answer(): TemplateResult {
    return html`<div class="stack">${this.field(t("Your answer"))} ${this.sending.button(t("Send the answer"), () => this.send(), "button")}</div>`;
  }

  private field(label: string): TemplateResult {
    return textField({
      id: "say",
      label,
      hint: t("Everybody can read it, so leave out names and numbers. What you write is kept here until you send it."),
      lines: 3,
      value: this.saying.text,
      longest: city().limits.comment,
      problem: this.problem,
      onInput: (text) => this.say({ text }),
    });
  }

  private say(change: Partial<Kept>): void {
    this.saying = { ...this.saying, ...change };
    [this.problem, this.isSent] = [undefined, false];
    void keepSaying(this.name, this.saying);
    redraw();
  }

  private async send(): Promise<void> {
    const { id, ask } = this.saying;
    const text = this.saying.text.trim();
    if (!text) {
      this.problem = t("Write a few words first.");
      focusSoon("say");
      return;
    }
    await beginSession();
    const about = this.answered ? { asked: null, answers: this.answered } : { asked: ask === "comment" ? null : ask, answers: null };
    await call("post", "/v1/proposals/{number}/comments", { params: { number: this.number }, body: { id, text, ...about } });
    await forgetSaying(this.name);
    [this.answered, this.isSent] = [null, true];
    this.saying = await keptSaying(this.name);
    await this.again();
    focusSoon("talk");
  }

  private async readEarlier(one: Proposal): Promise<void> {
    const query = { offset: one.comments.length + this.earlier.length };
    const found = await call("get", "/v1/proposals/{number}/comments", { params: { number: this.number }, query });
    this.hasEarlier = found.length === AT_ONCE;
    this.earlier = [...found, ...this.earlier];
  }
}

const comment = (one: Comment) => html`
  <p class="small soft">${speakerWords(one)}, ${day(one.at)}</p>
  ${one.hidden_reason
    ? html`<p class="soft">${t("The city hid this:")} ${one.hidden_reason}</p>`
    : html`<p class="said" dir="auto">${one.text}</p>`}
`;

/** Whose answer is missing, and by when it is owed. */
function owed({ asked, due_datetime }: Comment): TemplateResult | typeof nothing {
  if (!due_datetime) return nothing;
  const isLate = new Date(due_datetime) < cityTime();
  const until = day(due_datetime);
  const words =
    asked === "city"
      ? isLate ? t("The city owed an answer by {day}.", { day: until }) : t("The city owes an answer by {day}.", { day: until })
      : isLate ? t("Whoever proposed it owed an answer by {day}.", { day: until }) : t("Whoever proposed it owes an answer by {day}.", { day: until });
  return html`<p class=${isLate ? "overdue" : ""}>${words}</p>`;
}

/** Who said something, and in what sense. */
function speakerWords({ by, kind, asked }: Comment): string {
  if (kind === "question") return asked === "city" ? t("A resident asks the city") : t("A resident asks whoever proposed it");
  if (kind === "answer") return by === "city" ? t("The city answers") : t("Whoever proposed it answers");
  if (kind === "appeal") return t("Whoever proposed it asks for another decision");
  if (kind === "withdrawal") return t("Whoever proposed it takes it back");
  return { resident: t("A resident says"), proposer: t("Whoever proposed it says"), city: t("The city says") }[by];
}
