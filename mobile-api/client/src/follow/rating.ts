import { html, nothing, type TemplateResult } from "lit-html";

import type { Body } from "../api/call.js";
import { city } from "../city/city.js";
import { decide } from "../send/outbox.js";
import type { Command } from "../store/kept.js";
import { uuid7 } from "../store/uuid.js";
import { notice } from "../ui/notices.js";
import { t } from "../words/words.js";
import { Saying } from "./saying.js";
import { unsentWords } from "./unsent.js";

type Answer = Body<"/v1/reports/{number}/rating", "put">["answer"];

/** Was it dealt with well? One tap; words are for whoever wants. */
export class Rating {
  private readonly why: Saying;
  private said: Command | undefined;

  constructor(private readonly number: string) {
    this.why = new Saying(number, "rating", (words) => this.rate(this.said?.body["answer"] as Answer, words));
  }

  /** `before` is what the city has; `said` is newer, and perhaps still on this phone. */
  view(before: string | null, said: Command | undefined): TemplateResult {
    this.said = said;
    const chosen = said?.body["answer"] ?? before;
    const choice = (answer: Answer, words: string) => html`
      <button class="button button-quiet" aria-pressed=${chosen === answer ? "true" : "false"}
        @click=${() => void this.rate(answer, this.why.text || String(said?.body["words"] ?? ""))}>${words}</button>
    `;
    return html`
      <section class="action stack-close" aria-labelledby="rating">
        <h2 id="rating">${t("Was it dealt with well?")}</h2>
        <div class="choices-in-row" role="group" aria-labelledby="rating">
          ${choice("yes", t("Yes"))} ${choice("partly", t("Partly"))} ${choice("no", t("No"))}
        </div>
        ${said ? thanks(said) : nothing}
        ${said
          ? this.why.view({
              label: t("Why? If you like"),
              hint: t("Only people who work for the city read this."),
              send: t("Send these words"),
              longest: city().limits.comment,
            })
          : nothing}
      </section>
    `;
  }

  private async rate(answer: Answer, words: string): Promise<void> {
    await decide({ kind: "rating", id: uuid7(), report: this.number, answer, words });
  }
}

function thanks({ state, body }: Command): TemplateResult {
  if (state === "waiting") return notice("plain", unsentWords());
  return notice("done", body["words"] ? t("Thank you. The city has your words.") : t("Thank you. You can change it as long as this is shown."));
}
