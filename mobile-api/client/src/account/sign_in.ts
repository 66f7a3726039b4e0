import { html, nothing, type TemplateResult } from "lit-html";

import { call } from "../api/call.js";
import { city } from "../city/city.js";
import { go, type Make } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { textField } from "../ui/fields.js";
import { Doing } from "../ui/later.js";
import { t } from "../words/words.js";
import { keepCodeAsked } from "./code_asked.js";
import { beginSession } from "./session.js";

/** The first of two screens: where the code goes. */
const signIn: Make = async () => {
  const { email, phone, firebase } = city().sign_in;
  const outside = firebase ? new (await import("./firebase_sign_in.js")).FirebaseSignIn(firebase) : null;
  const doing = new Doing();
  let address = "";
  let problem: string | undefined;

  const send = async () => {
    problem = address.trim() ? undefined : t("Type an address first.");
    if (problem) {
      redraw();
      document.getElementById("address")?.focus();
      return;
    }
    // So that the reports of this phone come along.
    await beginSession();
    const asked = await call("post", "/v1/accounts/codes", { body: { address: address.trim() } });
    await keepCodeAsked({ ...asked, address: address.trim() });
    await go("/more/account/code");
  };

  const byCode = (): TemplateResult => html`
    <p>${t("We send a code there. There is no password.")}</p>
    <form class="form stack" @submit=${(event: Event) => { event.preventDefault(); void doing.run(send); }}>
      ${textField({
        id: "address",
        label: addressLabel(email, phone),
        hint: t("It is kept sealed. Nobody sees it but you."),
        type: phone ? "text" : "email",
        autocomplete: phone && !email ? "tel" : "email",
        value: address,
        problem,
        onInput: (typed) => (address = typed),
      })}
      ${doing.button(t("Send me a code"), send)}
    </form>
  `;

  return {
    title: () => t("Sign in"),
    back: "/more/account",
    view: () => html`
      ${email || phone ? byCode() : nothing}
      ${outside?.view() ?? nothing}
      ${email || phone || outside ? nothing : html`<p>${t("This city has no accounts. You need none.")}</p>`}
    `,
  };
};

function addressLabel(email: boolean, phone: boolean): string {
  if (email && phone) return t("Your e-mail address or phone number");
  return email ? t("Your e-mail address") : t("Your phone number");
}

export default signIn;
