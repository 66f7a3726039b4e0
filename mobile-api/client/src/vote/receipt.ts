import { html, nothing, type TemplateResult } from "lit-html";

import { until } from "../budget/phases.js";
import { saveFile } from "../ui/save_file.js";
import { t } from "../words/words.js";
import type { Ballot } from "./ballot.js";
import type { Booth } from "./booth.js";

/** The receipt, and what happens next. */
export function receiptView(booth: Booth, ballot: Ballot): TemplateResult {
  const { receipt, form } = ballot;
  if (!receipt) return html`<p>${t("The receipt is no longer shown. Your ballot counts as you sent it.")}</p>${booth.isKiosk ? nothing : after(booth)}`;
  return html`
    <p class="lead">${t("You can change it {until}. The last ballot counts.", { until: until(form.closes_datetime) })}</p>
    ${ballot.opening.is_test ? html`<p><strong>${t("This was a test. It does not count.")}</strong></p>` : nothing}
    <section class="standing stack-close">
      <h2>${t("Your receipt")}</h2>
      <p class="code-shown">${receipt.receipt}</p>
      <p>${t("Keep it if you want to find your ballot after the count. Show it to nobody: whoever has it can look up what you voted.")}</p>
      <p class="receipt-ways no-print">${keeping(booth, receipt.receipt)}</p>
      <details>
        <summary>${t("Where it will stand in the published files")}</summary>
        <dl class="stack-close">
          ${Object.entries(receipt.published_ids).map(([code, id]) => html`<div><dt>${nameOf(ballot, code)}</dt><dd><code>${id}</code></dd></div>`)}
        </dl>
      </details>
    </section>
    <section class="stack-close">
      <h2>${t("What happens next")}</h2>
      <p>${t("After the vote the sealed ballots are opened and counted. Then the result is published, and with your receipt you find your ballot in it.")}</p>
      ${booth.isKiosk ? nothing : html`<p class="soft">${t("This phone shows the receipt for ten minutes and forgets what you chose.")}</p>`}
    </section>
    ${booth.isKiosk ? ending(booth) : html`<p class="no-print">${booth.doing.button(t("I have kept it"), () => booth.finish())}</p>${after(booth)}`}
  `;
}

/** Back on what was sent: it counts until another one takes its place. */
export const inBoxView = (booth: Booth, ballot: Ballot): TemplateResult => html`
  <p class="lead">${t("You can change it {until}. The last ballot counts.", { until: until(ballot.form.closes_datetime) })}</p>
  <p>${t("To replace it, choose again, check it and put it into the box. Until then the ballot you sent counts.")}</p>
  ${ballot.receipt ? showReceipt(booth) : nothing} ${booth.isKiosk ? ending(booth) : after(booth)}
`;

export const showReceipt = (booth: Booth): TemplateResult =>
  html`<p><button class="button button-quiet button-wide" @click=${() => booth.go("receipt")}>${t("Show my receipt")}</button></p>`;

function keeping(booth: Booth, receipt: string): TemplateResult {
  const print = html`<button class="button button-quiet" @click=${() => window.print()}>${t("Print")}</button>`;
  if (booth.isKiosk) return print;
  const text = fileText(booth, receipt);
  return html`
    ${booth.copied.button(receipt)}
    <button class="button button-quiet" @click=${() => saveFile(`${booth.form.slug}-receipt.txt`, text, "text/plain")}>${t("Save as a file")}</button>
    ${print}
  `;
}

function fileText({ form }: Booth, receipt: string): string {
  const where = `${location.origin}/app/budgets/${form.slug}/receipt`;
  return `${form.title}\n${t("Your receipt")}: ${receipt}\n${t("After the count you find your ballot here:")} ${where}\n`;
}

const nameOf = (ballot: Ballot, code: string) => ballot.form.parts.find((one) => one.code === code)?.name ?? code;

const after = (booth: Booth) => html`
  <p class="no-print"><button class="button-link" @click=${() => booth.go(booth.firstStep)}>${t("Change my ballot")}</button></p>
  <p class="no-print"><a class="alone" href=${`/app/budgets/${booth.form.slug}`}>${t("Back to the budget")}</a></p>
`;

/** Whoever is done leaves nothing for whoever comes next. */
const ending = (booth: Booth) =>
  html`<p class="no-print"><button class="button button-wide" @click=${() => booth.go("start")}>${t("Done. Clear this tablet")}</button></p>`;
