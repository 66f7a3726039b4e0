import { html, nothing, type TemplateResult } from "lit-html";

import { call } from "../api/call.js";
import { Doing } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { t } from "../words/words.js";
import { isArranging, partName, type Cycle, type Proposal } from "./catalogue.js";
import { costWords, focusSoon, said } from "./parts.js";

type Wish = Proposal["rearrangements"][number];

/** Wishes to join proposals or to split one: everybody who made them says yes or no. */
export class Wishes {
  private readonly doing = new Doing();
  private answered: { id: string; words: string } | null = null;

  constructor(private readonly again: () => Promise<void>) {}

  view(one: Proposal, cycle: Cycle): TemplateResult {
    const open = isArranging(cycle) ? one.rearrangements.filter(({ state }) => state === "open") : [];
    return html`
      <div id="wish-answer" tabindex="-1">${this.answered ? notice("done", this.answered.words) : nothing}</div>
      ${open.filter(({ id }) => id !== this.answered?.id).map((wish) => this.wish(wish, one, cycle))}
    `;
  }

  private wish(wish: Wish, one: Proposal, cycle: Cycle): TemplateResult {
    return html`
      <section class="ask stack-close" aria-labelledby=${`wish-${wish.id}`}>
        <h2 id=${`wish-${wish.id}`}>${wish.kind === "merge" ? t("Join it with others?") : t("Split it into several?")}</h2>
        <p class="reason said" dir="auto">${wish.reason}</p>
        <p>${t("This would come of it:")}</p>
        <ul class="points">
          ${wish.drafts.map((draft) => html`
            <li><strong>${said(draft.title, draft.language)}</strong> ${said(draft.summary, draft.language)}
              <span class="small soft">${draft.part ? html`${partName(cycle, draft.part)} · ` : nothing}${costWords(draft.cost, one)}</span></li>`)}
        </ul>
        <p class="small soft">${t("It is done when everybody who made them agrees. One no ends it. Support begins anew, for people supported other words.")}</p>
        ${this.doing.problem()}
        <div class="quick">
          <button class="button" type="button" @click=${() => void this.doing.run(() => this.say(wish, true))}>${t("Yes, do it")}</button>
          <button class="button button-quiet" type="button" @click=${() => void this.doing.run(() => this.say(wish, false))}>${t("No, leave it")}</button>
        </div>
      </section>
    `;
  }

  private async say({ id }: Wish, agrees: boolean): Promise<void> {
    const { state } = await call("put", "/v1/rearrangements/{id}/consent", { params: { id }, body: { agrees } });
    this.answered = { id, words: answerWords(state) };
    await this.again();
    focusSoon("wish-answer");
  }
}

/** What has become of a wish with this answer. */
function answerWords(state: Wish["state"]): string {
  switch (state) {
    case "done":
      return t("You agreed, and so did everybody else. It is done.");
    case "declined":
      return t("You said no. Everything stays as it is.");
    case "ended":
      return t("The city has ended it meanwhile. Everything stays as it is.");
    case "open":
      return t("You agreed. The others are asked, too.");
  }
}
