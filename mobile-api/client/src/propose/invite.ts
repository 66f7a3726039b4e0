import { html, nothing, type TemplateResult } from "lit-html";

import { call } from "../api/call.js";
import { Doing } from "../ui/later.js";
import { Share } from "../ui/share.js";
import { t } from "../words/words.js";
import type { Proposal } from "./catalogue.js";
import { focusSoon } from "./parts.js";

/** Asks somebody to stand behind a proposal too: one code for one person. */
export class Invite {
  private readonly doing = new Doing();
  private readonly share = new Share();
  private code: string | null = null;

  constructor(private readonly number: string) {}

  view(one: Proposal): TemplateResult {
    return html`
      <section class="action stack-close" aria-labelledby="invite">
        <h2 id="invite">${t("Invite somebody")}</h2>
        <p>${t("With a code one more person can stand behind it, and do here what you can do. It works once, for 14 days.")}</p>
        ${this.code ? this.shown(one, this.code) : nothing}
        ${this.doing.button(this.code ? t("Another code") : t("Make a code"), () => this.make(), this.code ? "button button-quiet" : "button")}
      </section>
    `;
  }

  /** Behind the hash, which no server gets to see or writes down. */
  private shown({ title }: Proposal, code: string): TemplateResult {
    const url = `${location.origin}/app/proposals/join?number=${this.number}#${code}`;
    return html`
      <div role="status" id="code" tabindex="-1">
        <p>${t("Give this code to one person. It is shown once:")}</p>
        <p class="code-shown">${code}</p>
      </div>
      ${this.share.view(t("Send it with the address"), { title: t("Stand behind: {title}", { title }), url })}
    `;
  }

  private async make(): Promise<void> {
    this.code = (await call("post", "/v1/proposals/{number}/invitations", { params: { number: this.number } })).code;
    focusSoon("code");
  }
}
