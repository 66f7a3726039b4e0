import { html, nothing, type TemplateResult } from "lit-html";

import { call } from "../api/call.js";
import type { Make } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { read } from "../store/read.js";
import { city } from "../city/city.js";
import { Doing, Later } from "../ui/later.js";
import { asOf, notice } from "../ui/notices.js";
import { n, t } from "../words/words.js";
import { forgetOwnAnswers, forgetSent, silence } from "./forget.js";
import type { Who } from "./session.js";

/** Who I am to the city: nobody, this phone, or an account; none is needed. */
const account: Make = ({ query }) => {
  const who = new Later(() => read("/v1/me"));
  const leaving = new Doing();
  let isOut = false;

  const signOut = async () => {
    // While the city still knows whose address for notices this is.
    await silence();
    await call("delete", "/v1/accounts/sessions/current");
    await Promise.all([forgetOwnAnswers(), forgetSent()]);
    isOut = true;
    await who.again();
    redraw();
  };

  return {
    title: () => t("You and the city"),
    back: "/more",
    view: () => html`
      ${isOut ? notice("done", t("You are signed out. What is not sent yet is still on this phone.")) : nothing}
      ${query.has("signed-in") && !isOut ? notice("done", t("You are signed in.")) : nothing}
      ${who.shown((reading) => html`
        ${asOf(reading)}
        ${reading.document.account ? signedIn(reading.document.account, leaving, signOut) : signedOut(reading.document)}
      `)}
      <ul class="ways" role="list">
        <li><a href="/app/more/account/data">${t("What the city keeps of you")}</a></li>
        <li><a href="/app/more/account/forget">${t("Forget this browser")}</a></li>
      </ul>
    `,
  };
};

const signedIn = ({ address, devices }: NonNullable<Who["account"]>, leaving: Doing, signOut: () => Promise<void>): TemplateResult => html`
  <p>${address ? html`${t("You are signed in:")} <strong>${address}</strong>` : address === null ? t("You are signed in. The city cannot read your address now.") : t("You are signed in with a password.")}</p>
  <p class="soft">${n(devices, "{count} phone has brought its reports along.", "{count} phones have brought their reports along.")}</p>
  ${leaving.button(t("Sign out"), signOut, "button button-quiet")}
`;

const signedOut = ({ kind }: Who): TemplateResult => {
  const { email, phone, firebase } = city().sign_in;
  return html`
    <p>${t("You need no account: not to report, not to follow, not to vote.")}</p>
    ${kind === "device" ? html`<p>${t("The city knows this phone by a number, and nothing else of you.")}</p>` : nothing}
    ${email || phone || firebase
      ? html`
          <p>${t("With an account you find your reports on another phone too, and after this one is lost.")}</p>
          <p><a class="button button-wide" href="/app/more/account/sign-in">${t("Sign in")}</a></p>
        `
      : nothing}
  `;
};

export default account;
