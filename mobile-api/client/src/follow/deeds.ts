import { html, nothing, type TemplateResult } from "lit-html";

import { beginSession } from "../account/session.js";
import { call } from "../api/call.js";
import { decide } from "../send/outbox.js";
import { redraw } from "../shell/screen.js";
import { uuid7 } from "../store/uuid.js";
import { Doing } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { Share } from "../ui/share.js";
import { t } from "../words/words.js";
import type { OwnCard } from "./own.js";
import type { Report } from "./standing.js";

/** What takes one tap: follow, me too, share. */
export class Deeds {
  private readonly following = new Doing();
  private readonly sharing = new Share();
  private done: string | null = null;

  constructor(
    private readonly number: string,
    private readonly again: () => Promise<void>,
  ) {}

  view(one: Report, part: OwnCard | null): TemplateResult {
    const isMine = part?.part === "reported";
    const isFollowed = part?.part === "follows";
    return html`
      <div class="stack-close">
        ${isMine ? html`<p>${t("You reported it, so you follow it.")} ${wayToNotices()}</p>` : nothing}
        ${isFollowed ? html`<p>${t("You follow it.")} ${wayToNotices()}</p>` : nothing}
        <div class="quick">
          ${isMine
            ? nothing
            : isFollowed
              ? this.following.button(t("Stop following"), () => this.unfollow(), "button button-quiet")
              : this.following.button(t("Follow"), () => this.follow(), "button")}
          ${!isMine && one.status === "open"
            ? html`<button class="button button-quiet" @click=${() => void this.sawItToo()}>${t("I saw it too")}</button>`
            : nothing}
          ${this.sharing.view(t("Share"), { title: one.service_name, url: one.url })}
        </div>
        ${this.done ? notice("done", this.done) : nothing}
      </div>
    `;
  }

  private async follow(): Promise<void> {
    await beginSession();
    await call("put", "/v1/reports/{number}/following", { params: { number: this.number } });
    this.done = null;
    await this.again();
  }

  private async unfollow(): Promise<void> {
    await call("delete", "/v1/reports/{number}/following", { params: { number: this.number } });
    this.done = t("You do not follow it any more.");
    await this.again();
  }

  private async sawItToo(): Promise<void> {
    const requested_datetime = new Date().toISOString();
    await decide({ kind: "me_too", id: uuid7(), report: this.number, requested_datetime });
    this.done = t("Thank you. It is counted as soon as it is sent.");
    redraw();
  }
}

const wayToNotices = () => html`<a class="alone" href="/app/more/notices">${t("Be told when it changes")}</a>`;
