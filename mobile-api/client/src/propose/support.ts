import { html, nothing, type TemplateResult } from "lit-html";

import { beginSession } from "../account/session.js";
import { call } from "../api/call.js";
import { redraw } from "../shell/screen.js";
import { Doing } from "../ui/later.js";
import { t } from "../words/words.js";
import { isTalking, type Cycle, type Proposal } from "./catalogue.js";
import { supportWords } from "./parts.js";
import { isGone } from "./states.js";

/** Support it, given and taken back with one tap; the count changes at once. */
export class Support {
  private readonly doing = new Doing();
  /** What this person said since the page was read; null before they said anything. */
  private said: boolean | null = null;

  constructor(
    private readonly number: string,
    private readonly again: () => Promise<void>,
  ) {}

  view(one: Proposal, cycle: Cycle, wasGiven: boolean): TemplateResult {
    const isGiven = this.said ?? wasGiven;
    const count = one.endorsements + Number(isGiven) - Number(wasGiven);
    const isOpen = isTalking(cycle) && !isGone(one.state);
    return html`
      <section class="action stack-close" aria-labelledby="support">
        <h2 class="for-screen-readers" id="support">${t("Support")}</h2>
        <p class="lead" role="status">${supportWords(count)}${isGiven ? html`. ${t("You are one of them.")}` : nothing}</p>
        <p class="small soft">${t("Support shows interest. It decides nothing, no number is needed, and nobody sees who supports what.")}</p>
        ${isGiven
          ? this.button(t("Take my support back"), false, "button button-quiet")
          : isOpen
            ? this.button(t("Support it"), true, "button button-wide")
            : nothing}
      </section>
    `;
  }

  private button(words: string, isGiven: boolean, className: string): TemplateResult {
    return html`${this.doing.problem()}<button class=${className} type="button" @click=${() => this.say(isGiven)}>${words}</button>`;
  }

  /** Shown at once; who changes their mind while it is sent need not wait for that. */
  private say(isGiven: boolean): void {
    this.said = isGiven;
    redraw();
    void this.doing.run(() => this.settle());
  }

  /** Have the city know what was said last; where it does not hear of it, its own word counts again. */
  private async settle(): Promise<void> {
    let sent: boolean | null;
    try {
      do {
        sent = this.said;
        await (sent ? support(this.number) : unsupport(this.number));
        await this.again();
      } while (sent !== this.said);
    } finally {
      this.said = null;
    }
  }
}

/** Have the city count this person's support. */
export async function support(number: string): Promise<void> {
  await beginSession();
  await call("put", "/v1/proposals/{number}/endorsement", { params: { number } });
}

const unsupport = (number: string): Promise<unknown> =>
  call("delete", "/v1/proposals/{number}/endorsement", { params: { number } });
