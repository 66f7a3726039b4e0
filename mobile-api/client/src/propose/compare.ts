import { html, nothing, type TemplateResult } from "lit-html";

import type { Make } from "../shell/router.js";
import type { Reading } from "../store/read.js";
import { Later } from "../ui/later.js";
import { asOf, empty } from "../ui/notices.js";
import { n, t } from "../words/words.js";
import { partName, readCycle, readProposal, type Cycle, type Proposal } from "./catalogue.js";
import { Compared } from "./compared.js";
import { placeName } from "./place_name.js";
import { costWords, focusSoon, readAgain, said, supportWords } from "./parts.js";
import { lastFinding, verdictWords, type Criterion } from "./review.js";
import { standing } from "./states.js";

interface Beside {
  cycle: Cycle;
  all: Reading<Proposal>[];
  /** The streets their places are at, by their numbers. */
  streets: ReadonlyMap<string, string | null>;
}

/** Two to four proposals, question by question. */
const compare: Make = async ({ params }) => {
  const slug = params["slug"] ?? "";
  const compared = await Compared.of(slug);
  const found = new Later(async (): Promise<Beside> => {
    const [cycle, all] = await Promise.all([readCycle(slug), Promise.all(compared.numbers.map(readProposal))]);
    const streets = await Promise.all(all.map(async ({ document }) => [document.number, await placeName(document)] as const));
    return { cycle: cycle.document, all, streets: new Map(streets) };
  });
  const drop = async (number: string) => {
    await compared.toggle(number);
    await found.again();
    focusSoon("beside");
  };

  const whole = ({ cycle, all, streets }: Beside): TemplateResult => {
    if (!all.length)
      return empty(t("Nothing to compare yet. Choose two to four proposals in the list."), { path: `/budgets/${slug}/proposals`, words: t("All proposals") });
    const ones = all.map(({ document }) => document);
    return html`
      ${asOf(all.find(({ is_old }) => is_old) ?? all[0]!)}
      <section class="stack-close" aria-labelledby="beside">
        <h2 id="beside" tabindex="-1">${n(ones.length, "{count} proposal", "{count} proposals")}</h2>
        <ol class="beside" role="list">${ones.map((one, at) => named(one, at, drop))}</ol>
        ${ones.length < 2 ? html`<p><a class="button" href=${`/app/budgets/${slug}/proposals`}>${t("Add another one")}</a></p>` : nothing}
      </section>
      ${questions(cycle, streets).map(([id, title, answer]) => criterion(id, title, ones, answer))}
    `;
  };

  return {
    title: () => t("Compare"),
    back: `/budgets/${slug}/proposals`,
    withoutNetwork: readAgain,
    view: () => found.shown(whole),
  };
};

const named = (one: Proposal, at: number, drop: (number: string) => Promise<void>) => html`
  <li>
    <a class="alone" href=${`/app/budgets/${one.cycle}/proposals/${one.number}`}>${tag(at)} ${said(one.title, one.language)}</a>
    <button class="button-link" type="button" aria-label=${t("Take away: {title}", { title: one.title })} @click=${() => void drop(one.number)}>${t("Take away")}</button>
  </li>
`;

/** A letter each, so that a narrow screen need not say the title each time. */
const tag = (at: number) => html`<span class="letter" aria-hidden="true">${String.fromCharCode(65 + at)}</span>`;

type Answer = (one: Proposal) => unknown;

/** What is asked of each, in the order somebody decides by. */
const questions = (cycle: Cycle, streets: Beside["streets"]): readonly (readonly [string, string, Answer])[] => [
  ["what", t("What it does"), (one) => said(one.summary, one.language)],
  ["whom", t("For whom"), (one) => html`<p>${partName(cycle, one.part)}</p>${found(one, "benefit")}`],
  ["cost", t("What it costs"), (one) => html`<p class="figure"><strong>${costWords(one.cost, one)}</strong></p>${found(one, "upkeep")}`],
  ["where", t("Where"), (one) => (one.lat === null ? t("No single place") : (streets.get(one.number) ?? t("One place, shown on its own page")))],
  ["findings", t("What the city found"), findings],
  ["pros", t("What speaks for it"), (one) => points(one.pack?.pros)],
  ["cons", t("Drawbacks"), (one) => points(one.pack?.cons)],
  ["support", t("Support so far"), (one) => supportWords(one.endorsements)],
];

const criterion = (id: string, title: string, ones: readonly Proposal[], answer: Answer) => html`
  <section class="criterion stack-close" aria-labelledby=${`by-${id}`}>
    <h2 id=${`by-${id}`}>${title}</h2>
    <dl class="side-by-side">
      ${ones.map((one, at) => html`<div><dt>${tag(at)} ${said(one.title, one.language)}</dt><dd dir="auto">${answer(one)}</dd></div>`)}
    </dl>
  </section>
`;

function found(one: Proposal, by: Criterion): TemplateResult | typeof nothing {
  const last = lastFinding(one, by);
  return last ? html`<p class="small">${last.words}</p>` : nothing;
}

function findings(one: Proposal): TemplateResult {
  return html`
    <p>${standing(one.state)}</p>
    <ul class="checks" role="list">
      ${(["legal", "technical", "cost"] as const).map((by) => {
        const last = lastFinding(one, by);
        return last ? html`<li class="small">${shortWords(by)}: <strong>${verdictWords(last.verdict)}</strong></li>` : nothing;
      })}
    </ul>
  `;
}

const shortWords = (by: "legal" | "technical" | "cost"): string =>
  ({ legal: t("Lawful"), technical: t("Can be built"), cost: t("Cost is right") })[by];

const points = (all: readonly string[] | undefined) =>
  all?.length ? html`<ul class="points">${all.map((words) => html`<li><span dir="auto">${words}</span></li>`)}</ul>` : html`<span class="soft">${t("Not written yet")}</span>`;

export default compare;
