import { html, nothing, type TemplateResult } from "lit-html";

import { call, type Answer } from "../api/call.js";
import { redraw } from "../shell/screen.js";
import { textField, tick } from "../ui/fields.js";
import { Doing } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { n, t } from "../words/words.js";

type Wishes = Answer<"/v1/me/notices/wishes">;
type Topic = keyof Wishes["topics"];
type Way = Wishes["topics"][Topic][number];

const TOPICS: readonly Topic[] = ["report.question", "report.closing", "report.answer", "report.state", "budget.mine", "budget.phase"];
const CAPS = [0, 1, 3, 5, 10, 20, 50];
const NIGHT = { from: "21:00", until: "08:00" };

/** Of what to be told on which way, when not, and how often at most. */
export class WishesForm {
  private isSaved = false;
  private readonly doing = new Doing();

  constructor(
    private wishes: Wishes,
    private readonly offered: Record<Way, boolean>,
  ) {}

  view(): TemplateResult {
    const { quiet, weekly_cap } = this.wishes;
    const caps = [...new Set([...CAPS, weekly_cap])].sort((one, other) => one - other);
    return html`
      <section class="stack" aria-labelledby="wishes">
        <h2 id="wishes">${t("Of what, and when")}</h2>
        ${TOPICS.map((topic) => this.topic(topic))}
        <fieldset class="choices">
          <legend>${t("Quiet hours")}</legend>
          ${tick(t("Nothing at night"), quiet !== null, (isOn) => this.change({ quiet: isOn ? NIGHT : null }))}
          ${quiet ? this.hours(quiet) : nothing}
        </fieldset>
        <div class="field">
          <label for="cap">${t("At most in a week")}</label>
          <span class="hint" id="cap-hint">${t("Questions to you and “it is done” always come.")}</span>
          <select class="input" id="cap" aria-describedby="cap-hint" @change=${(event: Event) => this.change({ weekly_cap: Number((event.target as HTMLSelectElement).value) })}>
            ${caps.map((cap) => html`<option value=${cap} ?selected=${cap === weekly_cap}>${cap ? n(cap, "{count} notice", "{count} notices") : t("Nothing else")}</option>`)}
          </select>
        </div>
        ${this.doing.button(t("Save"), () => this.save())}
        ${this.isSaved ? notice("done", t("Saved. It holds from now on.")) : nothing}
      </section>
    `;
  }

  private topic(topic: Topic): TemplateResult {
    return html`
      <fieldset class="choices topic">
        <legend>${topicWords(topic)}</legend>
        <div class="ways-of-topic">
          ${this.offered.push ? this.way(topic, "push", t("On this phone")) : nothing}
          ${this.offered.email ? this.way(topic, "email", t("By e-mail")) : nothing}
        </div>
      </fieldset>
    `;
  }

  private way(topic: Topic, way: Way, words: string): TemplateResult {
    const before = this.wishes.topics[topic];
    return tick(words, before.includes(way), (isOn) => {
      const after = isOn ? [...before, way] : before.filter((one) => one !== way);
      this.change({ topics: { ...this.wishes.topics, [topic]: after } });
    });
  }

  private hours(quiet: NonNullable<Wishes["quiet"]>): TemplateResult {
    return html`
      <div class="fields-in-row">
        ${textField({ id: "quiet-from", label: t("From"), type: "time", value: quiet.from, onInput: (from) => this.change({ quiet: { ...quiet, from } }) })}
        ${textField({ id: "quiet-until", label: t("Until"), type: "time", value: quiet.until, onInput: (until) => this.change({ quiet: { ...quiet, until } }) })}
      </div>
    `;
  }

  private change(wishes: Partial<Wishes>): void {
    this.wishes = { ...this.wishes, ...wishes };
    this.isSaved = false;
    redraw();
  }

  private async save(): Promise<void> {
    this.wishes = await call("put", "/v1/me/notices/wishes", { body: this.wishes });
    this.isSaved = true;
  }
}

function topicWords(topic: Topic): string {
  return {
    "report.question": t("The city asks me something"),
    "report.closing": t("A report is done, or is refused"),
    "report.answer": t("The city answers"),
    "report.state": t("Every other step of a report"),
    "budget.mine": t("My own proposal moves on"),
    "budget.phase": t("Ideas, feedback or the vote begin"),
  }[topic];
}
