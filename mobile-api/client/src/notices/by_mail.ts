import { html, nothing, type TemplateResult } from "lit-html";

import { call, type Answer } from "../api/call.js";
import { redraw } from "../shell/screen.js";
import { uuid7 } from "../store/uuid.js";
import { textField } from "../ui/fields.js";
import { Doing } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { day } from "../words/formats.js";
import { language, t } from "../words/words.js";

type Registration = Answer<"/v1/me/notices/registrations">[number];
const ONE = "/v1/me/notices/registrations/{registration}";

/** Mail to an address that has sent back a code. */
export class ByMail {
  private address = "";
  private code = "";
  private problem: string | undefined;
  private readonly doing = new Doing();
  private readonly stopping = new Doing();

  constructor(private registrations: Registration[]) {}

  view(): TemplateResult {
    const mine = this.registrations.filter(({ kind }) => kind === "email");
    const open = mine.find(({ is_confirmed }) => !is_confirmed);
    const told = mine.filter(({ is_confirmed }) => is_confirmed);
    return html`
      <section class="stack-close" aria-labelledby="by-mail">
        <h2 id="by-mail">${t("By e-mail")}</h2>
        ${told.map((one) => this.told(one))}
        ${open ? this.askCode(open) : told.length ? nothing : this.askAddress()}
      </section>
    `;
  }

  private told(one: Registration): TemplateResult {
    return html`
      ${notice("done", t("Notices come to your e-mail address. Last confirmed on {day}.", { day: day(one.last_seen_datetime) }))}
      ${this.stopping.button(t("Stop the mails"), () => this.stop(one), "button button-quiet")}
    `;
  }

  private askAddress(): TemplateResult {
    return html`
      <div class="form">
        ${textField({
          id: "notice-mail",
          label: t("Your e-mail address"),
          hint: t("It is kept sealed and used for nothing else."),
          type: "email",
          autocomplete: "email",
          value: this.address,
          problem: this.problem,
          onInput: (address) => (this.address = address),
        })}
        ${this.doing.button(t("Send me a code"), () => this.register(), "button")}
      </div>
    `;
  }

  private askCode(one: Registration): TemplateResult {
    return html`
      <div class="form">
        ${textField({
          id: "notice-code",
          label: t("The code from our mail"),
          hint: t("So that nobody else's address is used. It can take a minute to come."),
          autocomplete: "one-time-code",
          inputmode: "numeric",
          value: this.code,
          problem: this.problem,
          onInput: (code) => (this.code = code),
        })}
        ${this.doing.button(t("Confirm"), () => this.confirm(one), "button")}
        ${this.stopping.button(t("Use another address"), () => this.stop(one), "button-link")}
      </div>
    `;
  }

  private async register(): Promise<void> {
    if (!this.has(this.address, t("Type your e-mail address."))) return;
    const body = { kind: "email" as const, address: { address: this.address.trim() }, language: language() };
    const made = await call("put", ONE, { params: { registration: uuid7() }, body });
    this.registrations = [...this.registrations, made];
    focus(made.is_confirmed ? "by-mail" : "notice-code");
  }

  private async confirm({ id }: Registration): Promise<void> {
    if (!this.has(this.code, t("Type the code from the mail."))) return;
    await call("put", `${ONE}/confirmation`, { params: { registration: id }, body: { code: this.code.trim() } });
    this.code = "";
    this.registrations = await call("get", "/v1/me/notices/registrations");
  }

  private async stop({ id }: Registration): Promise<void> {
    await call("delete", ONE, { params: { registration: id } });
    this.registrations = this.registrations.filter((one) => one.id !== id);
  }

  private has(text: string, problem: string): boolean {
    this.problem = text.trim() ? undefined : problem;
    redraw();
    return !this.problem;
  }
}

/** Once it is drawn. */
function focus(id: string): void {
  setTimeout(() => document.getElementById(id)?.focus());
}
