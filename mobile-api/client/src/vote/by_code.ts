import { html, nothing, type TemplateResult } from "lit-html";

import { summary, textField } from "../ui/fields.js";
import { saveFile } from "../ui/save_file.js";
import { t } from "../words/words.js";
import type { Booth } from "./booth.js";
import { keepTick, stay } from "./start.js";

/** Who asks for a code, and where it goes. */
export const numberView = (booth: Booth): TemplateResult => html`
  <form class="stack" @submit=${stay}>
    ${booth.problem ? summary([booth.problem]) : nothing}
    ${textField({ id: "number", label: t("Your number in the register"), value: booth.typed.number, problem: problemOf(booth, "number"), onInput: (value) => (booth.typed.number = value) })}
    ${textField({ id: "address", label: t("E-mail address or phone number"), hint: t("The one the register has of you."), value: booth.typed.address, problem: problemOf(booth, "address"), autocomplete: booth.isKiosk ? "off" : "email", onInput: (value) => (booth.typed.address = value) })}
    ${booth.doing.button(t("Send me a code"), () => booth.sendCode())}
  </form>
`;

/** The pass first, for nobody can tell it again; then the code. */
export const codeView = (booth: Booth): TemplateResult => html`
  <section class="standing stack-close">
    <h2>${t("1. Your pass")}</h2>
    <p class="code-shown">${booth.pass}</p>
    <p>${t("Once you open the ballot, this pass is the way back to it: not the letter, not a new code, and not paper. We do not have it and cannot tell you again.")}</p>
    ${booth.isKiosk ? html`<p><strong>${t("Write it down now. This tablet keeps nothing.")}</strong></p>` : ownPhone(booth)}
  </section>
  <form class="stack" @submit=${stay}>
    <h2>${t("2. The code we sent you")}</h2>
    <p>${t("If number and address belong together, it is on its way. It is good for ten minutes.")}</p>
    ${booth.problem ? summary([booth.problem]) : nothing}
    ${textField({ id: "code", label: t("Code"), hint: t("Six digits"), inputmode: "numeric", autocomplete: "one-time-code", value: booth.typed.code, problem: problemOf(booth, "code"), onInput: (value) => (booth.typed.code = value) })}
    <details ?open=${booth.problem?.id === "own-pass"}>
      <summary>${t("I opened a ballot before and have another pass")}</summary>
      ${textField({ id: "own-pass", label: t("The pass I have"), value: booth.typed.pass, problem: problemOf(booth, "own-pass"), onInput: (value) => (booth.typed.pass = value) })}
    </details>
    ${booth.doing.button(t("Open my ballot"), () => booth.openByCode())}
    <p><button type="button" class="button-link" @click=${() => booth.go("number")}>${t("No code came")}</button></p>
  </form>
`;

const ownPhone = (booth: Booth) => html`
  <p><button class="button button-quiet" @click=${() => saveFile(`${booth.form.slug}-pass.txt`, `${booth.form.title}: ${booth.pass}\n`, "text/plain")}>${t("Save it as a file")}</button></p>
  ${keepTick(booth)}
`;

const problemOf = ({ problem }: Booth, id: string) => (problem?.id === id ? problem.words : undefined);
