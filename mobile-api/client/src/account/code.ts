import { html, type TemplateResult } from "lit-html";

import { call } from "../api/call.js";
import { go, type Make } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { textField } from "../ui/fields.js";
import { Doing } from "../ui/later.js";
import { empty, notice } from "../ui/notices.js";
import { plainDigits } from "../words/digits.js";
import { n, t } from "../words/words.js";
import { codeAsked, keepCodeAsked, type CodeAsked } from "./code_asked.js";
import { forgetOwnAnswers } from "./forget.js";

/** The second screen: the code that came. */
const code: Make = async () => {
  const asked = await codeAsked();
  const typing = asked && new TypedCode(asked);
  return {
    title: () => t("Type the code"),
    back: "/more/account/sign-in",
    view: () =>
      typing?.view() ?? empty(t("No code is on its way."), { path: "/more/account/sign-in", words: t("Ask for one") }),
  };
};

class TypedCode {
  private typed = "";
  private problem: string | undefined;
  private isSentAgain = false;
  private readonly doing = new Doing();
  private readonly asking = new Doing();

  constructor(private readonly asked: CodeAsked) {}

  view(): TemplateResult {
    const { address, digits, kind } = this.asked;
    return html`
      <p>${kind === "email" ? t("We have sent a mail to {address}.", { address }) : t("We have sent a text message to {address}.", { address })}
        ${t("It can take a minute to come.")}</p>
      <form class="form stack" @submit=${(event: Event) => { event.preventDefault(); void this.doing.run(() => this.signIn()); }}>
        ${textField({
          id: "code",
          label: n(digits, "The code of {count} digit", "The code of {count} digits"),
          autocomplete: "one-time-code",
          inputmode: "numeric",
          value: this.typed,
          problem: this.problem,
          onInput: (typed) => (this.typed = typed),
        })}
        ${this.doing.button(t("Sign in"), () => this.signIn())}
      </form>
      ${this.asking.button(t("Send it again"), () => this.sendAgain(), "button-link")}
      ${this.isSentAgain ? notice("done", t("Sent again.")) : html``}
    `;
  }

  private async signIn(): Promise<void> {
    this.problem = this.typed.trim() ? undefined : t("Type the code first.");
    if (this.problem) {
      redraw();
      document.getElementById("code")?.focus();
      return;
    }
    const body = { address: this.asked.address, code: plainDigits(this.typed).trim(), in_cookie: true };
    await call("post", "/v1/accounts/sessions", { body });
    await Promise.all([keepCodeAsked(null), forgetOwnAnswers()]);
    await go("/more/account?signed-in", { replace: true });
  }

  private async sendAgain(): Promise<void> {
    await call("post", "/v1/accounts/codes", { body: { address: this.asked.address } });
    this.isSentAgain = true;
  }
}

export default code;
