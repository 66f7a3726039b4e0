import { html, nothing, type TemplateResult } from "lit-html";

import { Offline, Refused } from "../api/call.js";
import { progress } from "../report/parts.js";
import { go } from "../shell/router.js";
import { redraw, type Screen } from "../shell/screen.js";
import type { ProposalStep } from "../store/kept.js";
import { keepsNothing } from "../store/stand_in.js";
import { summary, textField } from "../ui/fields.js";
import { Doing } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { t } from "../words/words.js";
import { partName, type Cycle } from "./catalogue.js";
import { costField, unreadableCost } from "./cost_field.js";
import { meanwhile } from "./meanwhile.js";
import { focusSoon, said } from "./parts.js";
import { Pictures } from "./pictures.js";
import { CITYWIDE, send } from "./sending.js";
import { LONGEST, backTo, keeping, notByItself, pathOf } from "./steps.js";
import type { Writing } from "./writing.js";

/** The last screen: everything once more, the cost and pictures for whoever has them, and sending. */
export function check(writing: Writing, cycle: Cycle): Screen {
  const { kept } = writing;
  const sending = new Doing();
  const pictures = new Pictures(writing);
  let problem: string | undefined;
  const tryIt = async () => {
    problem = fault(writing);
    if (problem) focusSoon("problems");
    else await sent(writing);
    redraw();
  };
  const shown = () => {
    // What is put right meanwhile is wrong no longer.
    problem &&= fault(writing);
    return problem ? [{ id: "cost", words: problem }] : [];
  };
  return {
    title: () => (kept.edits ? t("Check and change it") : t("Check and send")),
    frame: "task",
    withoutNetwork: notByItself,
    back: kept.edits ? `/budgets/${kept.cycle}/proposals/${kept.edits.number}/own` : backTo(writing, "where", false),
    view: () => html`
      ${kept.edits ? nothing : progress(3)} ${summary(shown())} ${notSent(writing)} ${meanwhile(writing, cycle)}
      ${kept.number ? nothing : html`${facts(writing, cycle)} ${costField(writing, cycle)}`}
      ${pictures.view()} ${kept.edits || kept.number ? nothing : about(writing)}
      <p class="soft">${t("Everybody can read this, for good. Leave out names of other people.")}</p>
      ${keeping(writing)}
      ${sending.button(sendWords(writing), tryIt)}
    `,
  };
}

function sendWords({ kept }: Writing): string {
  if (kept.number) return t("Send what is left");
  if (kept.edits?.stands) return t("Send it all the same");
  if (kept.is_decided) return t("Send it again");
  return kept.edits ? t("Change it for everybody") : t("Send");
}

async function sent(writing: Writing): Promise<void> {
  const { cycle, edits } = writing.kept;
  // Asked now that there is something to lose; whatever the answer, it is sent.
  void navigator.storage?.persist?.().catch(() => false);
  delete writing.kept.problem;
  try {
    const number = await send(writing);
    await go(`/budgets/${cycle}/proposals/${number}${edits ? "" : "?sent"}`, { replace: true });
  } catch (error) {
    if (error instanceof Refused) writing.change({ problem: error.problem });
    else if (!(error instanceof Offline)) throw error;
    focusSoon("not-sent");
  }
}

/** Loud: it was to be sent and is not, and why. */
function notSent({ kept, trouble }: Writing): TemplateResult | typeof nothing {
  if (!kept.is_decided) return nothing;
  const { problem } = kept;
  return html`<div id="not-sent" tabindex="-1">${notice("error", html`
    <strong>${kept.number
      ? t("The city has the words, as {number}. Pictures are still on this phone.", { number: kept.number })
      : trouble || keepsNothing() ? t("Not sent yet") : t("Kept on this phone, not sent yet")}</strong>
    ${problem
      ? isKnownOtherwise(problem.type)
        ? html`<p>${t("The city has it already, as you sent it first. Open it under what you proposed, and change it there.")}</p>
            <p><a class="alone" href="/app/proposals/mine">${t("What you proposed and support")}</a></p>`
        : isOvertaken(problem.type) && kept.edits?.stands
          ? html`<p>${t("Somebody changed it meanwhile. Compare the two below. If you send yours all the same, it takes the place of what stands now.")}</p>`
          : html`<p>${problem.title}. ${problem.detail}</p><p>${problem.remedy}</p>`
      : html`<p>${t("There was no connection. Nothing is lost. Send it again when there is one.")}</p>`}
  `)}</div>`;
}

/** The answer to the first sending was lost, and something was changed since. */
const isKnownOtherwise = (type: string): boolean => type.endsWith("/proposal-id-taken");

/** Somebody else has changed the proposal since this change of it began. */
const isOvertaken = (type: string): boolean => type.endsWith("/proposal-moved-on");

/** What is to be put right before it can be sent. */
const fault = (writing: Writing): string | undefined => unreadableCost(writing) ?? unfinished(writing);

function unfinished({ draft, kept, point }: Writing): string | undefined {
  if (!draft.title?.trim() || !draft.summary?.trim()) return t("Its name or its sentence is missing. Change what it is.");
  if (!kept.reach || (kept.reach === "place" && !point)) return t("Its place is missing. Change where it is.");
  return undefined;
}

const facts = (writing: Writing, cycle: Cycle) => {
  const { title = "", summary: words = "", language = "en" } = writing.draft;
  return html`
    <dl class="told">
      ${fact(writing, t("What"), "what", html`<strong>${said(title, language)}</strong><span class="said">${said(words, language)}</span>`)}
      ${fact(writing, t("Where"), "where", whereWords(writing, cycle))}
    </dl>
  `;
};

const fact = (writing: Writing, name: string, step: ProposalStep, words: unknown): TemplateResult => html`
  <div>
    <dt>${name}</dt>
    <dd>${words}</dd>
    <dd><a class="alone" href=${`/app${pathOf(writing, step)}?to=check`} aria-label=${t("Change: {what}", { what: name })}>${t("Change")}</a></dd>
  </div>
`;

function whereWords({ kept, draft, point }: Writing, cycle: Cycle): TemplateResult {
  const part = kept.reach === "city" ? CITYWIDE : draft.part;
  const place = kept.reach === "place" ? (point ? kept.place_label || t("One place, as you picked it") : t("No place yet")) : null;
  return html`${place ? html`<span>${place}</span>` : nothing}${part ? html`<span>${partName(cycle, part)}</span>` : nothing}`;
}

/** What somebody may tell of themselves; nobody has to. */
const about = (writing: Writing) => html`
  <details ?open=${Boolean(writing.kept.display_name || writing.kept.interests)}>
    <summary>${t("About you, if you like")}</summary>
    <div class="stack">
      ${textField({
        id: "display-name",
        label: t("A name to show"),
        hint: t("Everybody can read it. Without one, nobody sees who proposed it."),
        longest: LONGEST.display_name,
        value: writing.kept.display_name ?? "",
        onInput: (display_name) => writing.change({ display_name }),
      })}
      ${textField({
        id: "interests",
        label: t("What you have to gain from it"),
        hint: t("For example: I own the shop beside it. Everybody can read it."),
        lines: 2,
        longest: LONGEST.interests,
        value: writing.kept.interests ?? "",
        onInput: (interests) => writing.change({ interests }),
      })}
    </div>
  </details>
`;
