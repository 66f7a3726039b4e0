import { html, nothing, type TemplateResult } from "lit-html";

import type { Make } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { Later } from "../ui/later.js";
import { empty } from "../ui/notices.js";
import type { ProposalDraft } from "../store/kept.js";
import { t } from "../words/words.js";
import { ByNumber } from "./by_number.js";
import { readProposal } from "./catalogue.js";
import { focusSoon } from "./parts.js";
import { readOwnPart } from "./own_part.js";
import { draftWay, draftsOf, unsentNotice } from "./unsent.js";
import { drop } from "./writing.js";

interface Own {
  made: readonly Way[];
  supported: readonly Way[];
}
interface Way {
  number: string;
  title: string;
}

/** What this person proposed and supports, and what they have begun on this phone. */
const mine: Make = async () => {
  let drafts = await draftsOf();
  const byNumber = new ByNumber();
  const found = new Later(readOwn);
  const dropped = async (id: string) => {
    await drop(id);
    drafts = await draftsOf();
    redraw();
    focusSoon("drafts");
  };

  return {
    title: () => t("What you proposed and support"),
    back: "/budgets",
    view: () => html`
      ${unsentNotice(drafts.filter(({ is_decided }) => is_decided))} ${begun(drafts, dropped)}
      ${found.shown(({ made, supported }) => html`
        ${!made.length && !supported.length && !drafts.length
          ? empty(t("You have proposed nothing and support nothing yet."), { path: "/budgets", words: t("See the budgets") })
          : nothing}
        ${ways("made", t("You stand behind these"), made)} ${ways("supported", t("You support these"), supported)}
      `)}
      <section class="stack-close" aria-labelledby="join">
        <h2 id="join">${t("Somebody gave you a code")}</h2>
        ${byNumber.view()}
      </section>
    `,
  };
};

/** The titles of what they support are read as well, for a number says nothing. */
async function readOwn(): Promise<Own> {
  const { proposals, endorsed } = await readOwnPart();
  const supported = await Promise.all(
    endorsed.map(async (number) => {
      const one = await readProposal(number).catch(() => null);
      return { number, title: one?.document.title ?? t("Proposal {number}", { number }) };
    }),
  );
  return { made: proposals, supported };
}

const begun = (drafts: readonly ProposalDraft[], dropped: (id: string) => Promise<void>): TemplateResult | typeof nothing =>
  drafts.length
    ? html`
        <section class="stack-close" aria-labelledby="drafts">
          <h2 id="drafts" tabindex="-1">${t("On this phone only")}</h2>
          <ul role="list">
            ${drafts.map((one) => html`
              <li class="entry stack-close">
                <div class="ways">${draftWay(one)}</div>
                <button class="button-link" type="button" aria-label=${t("Drop: {title}", { title: one.draft.title || t("A proposal without words yet") })} @click=${() => void dropped(one.id)}>${t("Drop it")}</button>
              </li>`)}
          </ul>
        </section>
      `
    : nothing;

const ways = (id: string, title: string, all: readonly Way[]) =>
  all.length
    ? html`
        <section class="stack-close" aria-labelledby=${id}>
          <h2 id=${id}>${title}</h2>
          <ul class="ways" role="list">
            ${all.map((one) => html`<li><a href=${`/app/proposals/${one.number}`} dir="auto">${one.title}<span class="number-tag">${one.number}</span></a></li>`)}
          </ul>
        </section>
      `
    : nothing;

export default mine;
