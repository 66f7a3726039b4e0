import { html, nothing, type TemplateResult } from "lit-html";

import { database } from "../store/database.js";
import type { ProposalDraft } from "../store/kept.js";
import { notice } from "../ui/notices.js";
import { ago } from "../words/formats.js";
import { n, t } from "../words/words.js";

/** The proposals on this phone that the city does not have whole, the newest first; of one budget. */
export async function draftsOf(slug?: string): Promise<ProposalDraft[]> {
  const all = (await (await database()).getAll("proposal")).reverse();
  return slug === undefined ? all : all.filter(({ cycle }) => cycle === slug);
}

/** Loud: what somebody wanted to send and what is still here; quieter: what was only begun. */
export function unsentNotice(drafts: readonly ProposalDraft[]): TemplateResult | typeof nothing {
  const decided = drafts.filter(({ is_decided }) => is_decided);
  const begun = drafts.filter(({ is_decided }) => !is_decided);
  return html`
    ${decided.length
      ? notice("error", html`
          <strong>${n(decided.length, "{count} proposal is kept on this phone and not sent yet", "{count} proposals are kept on this phone and not sent yet")}</strong>
          <p>${t("It is not sent by itself. Open it when you have a connection, and send it.")}</p>
          <ul class="ways" role="list">${decided.map((one) => html`<li>${draftWay(one)}</li>`)}</ul>
        `)
      : nothing}
    ${begun.length
      ? html`
          <section class="stack-close" aria-labelledby="begun">
            <h2 id="begun">${t("Proposals you began")}</h2>
            <ul class="ways" role="list">${begun.map((one) => html`<li>${draftWay(one)}</li>`)}</ul>
          </section>
        `
      : nothing}
  `;
}

/** The way back to a proposal that is being written. */
export const draftWay = ({ id, cycle, step, draft, started_at }: ProposalDraft): TemplateResult => html`
  <a href=${`/app/budgets/${cycle}/propose/${id}/${step}`}>
    <span>${draft.title?.trim() || t("A proposal without words yet")}
      <span class="hint">${t("begun {when}", { when: ago(started_at) })}</span></span>
  </a>
`;
