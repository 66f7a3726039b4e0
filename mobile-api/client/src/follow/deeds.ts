import { html, nothing, type TemplateResult } from "lit-html";

import { cityTime } from "../api/city_clock.js";
import { decide } from "../send/outbox.js";
import { isSending } from "../send/when_possible.js";
import { icon } from "../shell/icons.js";
import type { Command } from "../store/kept.js";
import { uuid7 } from "../store/uuid.js";
import { Share } from "../ui/share.js";
import { t } from "../words/words.js";
import type { OwnCard } from "./own.js";
import type { Report } from "./standing.js";

/** What takes one tap: follow, me too, share. */
export class Deeds {
  private readonly sharing = new Share();

  constructor(private readonly number: string) {}

  /** `said` is what somebody tapped here last of each kind, and is perhaps still on this phone. */
  view(one: Report, part: OwnCard | null, said: (...kinds: string[]) => Command | undefined): TemplateResult {
    const isMine = part?.part === "reported";
    const tapped = said("following", "unfollowing");
    const isFollowed = tapped ? tapped.body.kind === "following" : part?.part === "follows";
    const words = isMine ? t("You reported it, so you follow it.") : isFollowed ? t("You follow it.") : tapped ? t("You do not follow it any more.") : null;
    return html`
      <div class="stack-close">
        <div role="status">
          ${words ? html`<p>${words} ${isMine || isFollowed ? wayToNotices() : nothing}</p>` : nothing}
          ${tapped?.state === "waiting" && !isSending() ? html`<p class="unsent">${icon("waiting")}${t("Not sent yet")}</p>` : nothing}
        </div>
        <div class="quick">
          ${isMine
            ? nothing
            : isFollowed
              ? html`<button class="button button-quiet" @click=${() => void this.tap("unfollowing")}>${t("Stop following")}</button>`
              : html`<button class="button" @click=${() => void this.tap("following")}>${t("Follow")}</button>`}
          ${!isMine && one.status === "open" && !said("me_too")
            ? html`<button class="button button-quiet" @click=${() => void this.tap("me_too")}>${t("I saw it too")}</button>`
            : nothing}
          ${this.sharing.view(t("Share"), { title: one.service_name, url: one.url })}
        </div>
      </div>
    `;
  }

  private async tap(kind: "following" | "unfollowing" | "me_too"): Promise<void> {
    const when = kind === "me_too" ? { requested_datetime: cityTime().toISOString() } : {};
    await decide({ kind, id: uuid7(), report: this.number, ...when });
  }
}

const wayToNotices = () => html`<a class="alone" href="/app/more/notices">${t("Be told when it changes")}</a>`;
