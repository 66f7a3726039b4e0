import type { Auth, UserCredential } from "@firebase/auth";
import { html, nothing, type TemplateResult } from "lit-html";

import { ask } from "../api/call.js";
import { go } from "../shell/router.js";
import { textField } from "../ui/fields.js";
import { Doing } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { t } from "../words/words.js";
import { forgetOwnAnswers } from "./forget.js";

type Sdk = typeof import("./firebase_sdk.js");

/**
 * Signing in through the city's Firebase project, by an address and a password.
 *
 * Firebase's token is shown to the city once, for the cookie that no script reads, and kept nowhere.
 */
export class FirebaseSignIn {
  private email = "";
  private password = "";
  private said: TemplateResult | null = null;
  private readonly entering = new Doing();
  private readonly making = new Doing();
  private readonly forgetting = new Doing();

  constructor(private readonly config: Record<string, string>) {}

  view(): TemplateResult {
    return html`
      <section class="stack" aria-labelledby="by-password">
        <h2 id="by-password">${t("With a password")}</h2>
        <p class="soft">${t("The city uses Google's Firebase for this: Google learns that you sign in.")}</p>
        <form class="form stack" @submit=${(event: Event) => { event.preventDefault(); void this.entering.run(() => this.enter()); }}>
          ${textField({ id: "firebase-email", label: t("E-mail address"), type: "email", autocomplete: "username", value: this.email, onInput: (typed) => (this.email = typed) })}
          ${textField({ id: "firebase-password", label: t("Password"), type: "password", autocomplete: "current-password", value: this.password, onInput: (typed) => (this.password = typed) })}
          ${this.said ?? nothing}
          ${this.entering.button(t("Sign in with the password"), () => this.enter())}
        </form>
        <div class="joined">
          ${this.making.button(t("Make an account"), () => this.make(), "button button-quiet")}
          ${this.forgetting.button(t("I forgot the password"), () => this.reset(), "button button-quiet")}
        </div>
      </section>
    `;
  }

  private enter = () => this.through((sdk, auth) => sdk.signInWithEmailAndPassword(auth, this.email.trim(), this.password));
  private make = () => this.through((sdk, auth) => sdk.createUserWithEmailAndPassword(auth, this.email.trim(), this.password));

  private async through(prove: (sdk: Sdk, auth: Auth) => Promise<UserCredential>): Promise<void> {
    this.said = null;
    try {
      const [sdk, auth] = await this.load();
      const { user } = await prove(sdk, auth);
      const proof = await user.getIdToken();
      await ask("/v1/accounts/sessions/outside", { method: "POST", headers: { Authorization: `Bearer ${proof}` } });
      await auth.signOut();
    } catch (error) {
      this.refuse(error);
      return;
    }
    await forgetOwnAnswers();
    await go("/more/account?signed-in", { replace: true });
  }

  private reset = async () => {
    try {
      const [sdk, auth] = await this.load();
      await sdk.sendPasswordResetEmail(auth, this.email.trim());
    } catch (error) {
      // A Firebase project may say who has no account; we do not.
      if (codeOf(error) !== "auth/user-not-found") {
        this.refuse(error);
        return;
      }
    }
    this.said = notice("done", t("If there is such an account, a mail is on its way."));
  };

  private async load(): Promise<[Sdk, Auth]> {
    const sdk = await import("./firebase_sdk.js");
    // In memory alone: what lies in a database could be read by a script.
    const auth = sdk.initializeAuth(sdk.initializeApp(this.config), { persistence: sdk.inMemoryPersistence });
    return [sdk, auth];
  }

  /** Say what Firebase says in our words; whatever is not Firebase's is said as always. */
  private refuse(error: unknown): void {
    const code = codeOf(error);
    if (!code.startsWith("auth/")) throw error;
    this.said = notice("error", refusalWords(code));
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function refusalWords(code: string): string {
  switch (code) {
    case "auth/email-already-in-use":
      return t("There is an account with this address already. Sign in, or ask for a new password.");
    case "auth/weak-password":
    case "auth/missing-password":
    case "auth/password-does-not-meet-requirements":
      return t("The password is too short. Take three or four words.");
    case "auth/invalid-email":
    case "auth/missing-email":
      return t("This is no e-mail address.");
    case "auth/too-many-requests":
      return t("Too many tries. Wait some minutes.");
    case "auth/network-request-failed":
      return t("There is no connection to the sign-in service. Try again when there is one.");
  }
  return t("The address or the password is not right.");
}
