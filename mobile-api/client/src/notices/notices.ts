import "./notices.css";

import { html, nothing, type TemplateResult } from "lit-html";

import { beginSession } from "../account/session.js";
import { call } from "../api/call.js";
import type { Make } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { Doing, Later } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { t } from "../words/words.js";
import { ByMail } from "./by_mail.js";
import { CannotSubscribe, canPush, startPush, stopPush, type CanPush, type Offered } from "./push.js";
import { WishesForm } from "./wishes_form.js";

/** How I am told of changes: by push or mail, of what, and when not. */
const notices: Make = () => {
  const push = new ByPush();
  let mail: ByMail | null = null;
  let wishes: WishesForm | null = null;
  const found = new Later(async () => {
    await beginSession();
    const offered = await call("get", "/v1/notices");
    await push.look(offered);
    const [registrations, wished] = await Promise.all([
      call("get", "/v1/me/notices/registrations"),
      call("get", "/v1/me/notices/wishes"),
    ]);
    mail = offered.carriers.includes("email") ? new ByMail(registrations) : null;
    wishes = new WishesForm(wished, { push: offered.carriers.includes("webpush"), email: mail !== null });
    return offered;
  });

  return {
    title: () => t("Be told of changes"),
    back: "/more",
    view: () => html`
      <p>${t("When something changes with what you reported or follow, the city can tell you. You choose how, of what and when.")}</p>
      ${found.shown((offered) => html`
        ${push.view(offered, mail !== null)}
        ${mail?.view() ?? nothing}
        ${push.isOffered || mail ? wishes?.view() : notice("plain", t("This city sends no notices. Look at your reports from time to time."))}
      `)}
    `,
  };
};

/** Push on this phone; permission is asked for when somebody taps, never before. */
class ByPush {
  private can: CanPush = "not-offered";
  private isRefused = false;
  private isStopped = false;
  private readonly doing = new Doing();

  get isOffered(): boolean {
    return this.can !== "not-offered";
  }

  async look(offered: Offered): Promise<void> {
    this.can = await canPush(offered);
  }

  view(offered: Offered, hasMail: boolean): TemplateResult | typeof nothing {
    if (!this.isOffered) return nothing;
    return html`
      <section class="stack-close" aria-labelledby="by-push">
        <h2 id="by-push">${t("On this phone")}</h2>
        ${this.body(offered, hasMail)}
      </section>
    `;
  }

  private body(offered: Offered, hasMail: boolean): TemplateResult {
    const instead = hasMail ? t("Or be told by e-mail, below.") : t("Look at your reports from time to time instead.");
    if (this.isRefused)
      return notice("plain", html`<strong>${t("This browser cannot get notices.")}</strong><p>${t("Its maker's service for notices did not answer or does not take part.")} ${instead}</p>`);
    switch (this.can) {
      case "on":
        return html`
          ${notice("done", t("Notices come to this phone."))}
          ${this.doing.button(t("Stop them on this phone"), () => this.stop(), "button button-quiet")}
        `;
      case "denied":
        return notice("plain", html`<strong>${t("Notices are not allowed here.")}</strong><p>${t("You said no, or this browser does. You can allow them in the browser's settings for this site.")} ${instead}</p>`);
      case "home-screen":
        return notice("plain", html`<strong>${t("First put this on your home screen.")}</strong><p>${t("Tap the sign for sharing, then “Add to Home Screen”, and open it from there.")} ${instead}</p>`);
      case "unsupported":
        return notice("plain", html`<strong>${t("This browser has no notices.")}</strong><p>${instead}</p>`);
    }
    return html`
      ${this.isStopped ? notice("done", t("No notices come to this phone any more.")) : nothing}
      <p class="soft">${t("Your phone will ask you whether that is fine.")}</p>
      ${this.doing.button(t("Tell me on this phone"), () => this.start(offered))}
    `;
  }

  private async start(offered: Offered): Promise<void> {
    try {
      await startPush(offered);
    } catch (error) {
      if (!(error instanceof CannotSubscribe)) throw error;
      this.isRefused = true;
    }
    await this.look(offered);
    redraw();
  }

  private async stop(): Promise<void> {
    await stopPush();
    [this.can, this.isStopped] = ["yes", true];
  }
}

export default notices;
