import { html, nothing, type TemplateResult } from "lit-html";

import { day } from "../words/formats.js";
import { until } from "../budget/phases.js";
import { t } from "../words/words.js";
import { summary, textField } from "../ui/fields.js";
import type { Booth } from "./booth.js";
import { showReceipt } from "./receipt.js";

/** The way in: with the letter, or with a code that is sent. */
export function startView(booth: Booth): TemplateResult {
  const { form, ballot } = booth;
  return html`
    <p class="lead">${form.title}</p>
    ${form.is_open ? html`<p>${t("You can vote, and vote again to change it, {until}. The last ballot counts.", { until: until(form.closes_datetime) })}</p>` : closedWords(booth)}
    ${ballot ? openedHere(booth) : form.is_open ? ways(booth) : isEarly(booth) ? testCode(booth) : nothing}
    ${form.is_over ? nothing : promises()}
  `;
}

const isEarly = ({ form }: Booth) => !form.is_open && !form.is_over;

export const startTitle = (booth: Booth): string =>
  booth.form.is_open ? t("Vote") : isEarly(booth) ? t("The vote has not begun") : t("The vote is over");

const closedWords = (booth: Booth) => {
  const { slug, opens_datetime, closes_datetime } = booth.form;
  if (isEarly(booth)) return html`<p>${t("You can vote from {day} on, {until}.", { day: day(opens_datetime), until: until(closes_datetime) })}</p>`;
  return html`
    <p>${t("It went on {until}. A ballot you put in before the end counts.", { until: until(closes_datetime) })}</p>
    ${booth.isKiosk ? nothing : html`<p><a class="alone" href=${`/app/budgets/${slug}/results`}>${t("What won, and why")}</a></p>`}
  `;
};

/** What is private, and how anybody can check the count. */
const promises = () => html`
  <section class="stack-close">
    <h2>${t("What is private")}</h2>
    <p>${t("Who voted stands on one list, what was voted lies sealed in another place, and nothing leads from one to the other.")}</p>
    <p>${t("After the count every ballot is published without a name, so that you find yours by your receipt and anybody can count again.")}</p>
  </section>
`;

const ways = (booth: Booth) => html`
  ${letterForm(booth)}
  <section class="stack-close">
    <h2>${t("No letter?")}</h2>
    <p>${t("We can send a code to the e-mail address or phone that the register has of you.")}</p>
    <p><button class="button button-quiet button-wide" @click=${() => booth.go("number")}>${t("Get a code sent")}</button></p>
  </section>
`;

const letterForm = (booth: Booth) => html`
  <form class="stack" @submit=${stay}>
    ${booth.problem ? summary([booth.problem]) : nothing}
    ${textField({
      id: "letter",
      label: t("The code in your letter"),
      hint: t("16 letters and digits. Dashes and small letters do not matter."),
      value: booth.typed.letter,
      problem: booth.problem?.id === "letter" ? booth.problem.words : undefined,
      onInput: (value) => (booth.typed.letter = value),
    })}
    <p class="soft">${t("Opening the ballot uses your right to vote: from then on you vote here and no longer on paper. Keep the letter. Its code opens the ballot again, on any device.")}</p>
    ${booth.isKiosk ? nothing : keepTick(booth)}
    ${booth.doing.button(t("Open my ballot"), () => booth.openByLetter())}
  </form>
`;

const testCode = (booth: Booth) => html`
  <details>
    <summary>${t("Try it with a test code")}</summary>
    ${letterForm(booth)}
  </details>
`;

/** A ballot lies open here: whose it is, only the voter knows. */
const openedHere = (booth: Booth) => html`
  <section class="standing stack">
    <h2>${booth.ballot?.isCast ? t("Your ballot is in the box") : t("A ballot is open on this phone")}</h2>
    <p>${t("If you opened it, go on without a code. For somebody else, have this phone forget it first.")}</p>
    <p><button class="button button-wide" @click=${() => booth.go(booth.firstStep)}>${booth.ballot?.isCast ? t("Change my ballot") : t("Go on with my ballot")}</button></p>
    ${booth.ballot?.receipt ? showReceipt(booth) : nothing}
    ${booth.ballot?.opening.pass ? passAgain(booth.ballot.opening.pass) : nothing}
    ${booth.doing.button(t("Forget it on this phone"), () => booth.forget(), "button button-quiet button-wide")}
  </section>
`;

const passAgain = (pass: string) => html`
  <details>
    <summary>${t("Show my pass")}</summary>
    <p class="code-shown">${pass}</p>
    <p>${t("Write it down before this phone forgets it: the ballot can be finished or changed with nothing else.")}</p>
  </details>
`;

/** Whether what opens the ballot stays on the phone. */
export const keepTick = (booth: Booth): TemplateResult => html`
  <label class="choice">
    <input type="checkbox" .checked=${booth.isKept} @change=${(event: Event) => (booth.isKept = (event.target as HTMLInputElement).checked)} />
    <span>${t("Keep my ballot on this phone {until}, so that I can go on later. Not on a phone that others use.", { until: until(booth.form.closes_datetime) })}</span>
  </label>
`;

/** The button does what the form is for. */
export const stay = (event: Event): void => event.preventDefault();
