import { html, nothing, type TemplateResult } from "lit-html";

import { onward } from "../report/parts.js";
import { go } from "../shell/router.js";
import type { Screen } from "../shell/screen.js";
import { read } from "../store/read.js";
import { Doing, Later } from "../ui/later.js";
import { distance } from "../words/formats.js";
import { t } from "../words/words.js";
import type { Cycle } from "./catalogue.js";
import { said, supportWords } from "./parts.js";
import { standing } from "./states.js";
import { alike, type Alike } from "./similar.js";
import { backTo, goTo, notByItself } from "./steps.js";
import { support } from "./support.js";
import type { Writing } from "./writing.js";

interface Known extends Alike {
  summary: string;
  language: string;
  endorsements: number;
}

/** Between the place and the check: is it one of those? Shown only where there are any. */
export function same(writing: Writing, cycle: Cycle): Screen {
  const found = new Later(() => known(writing));
  const doing = new Map<string, Doing>();
  const supporting = (number: string) => doing.get(number) ?? doing.set(number, new Doing()).get(number)!;
  return {
    title: () => t("Is it one of these?"),
    frame: "task",
    withoutNetwork: notByItself,
    back: backTo(writing, "where", false),
    view: () => html`
      <p>${t("These are proposed already. Two that are alike take support from each other: if yours is one of them, support it.")}</p>
      ${found.shown((all) => html`<ul role="list">${all.map((one) => entry(one, cycle, supporting(one.number)))}</ul>`)}
      ${onward(t("No, mine is something else"), () => void goTo(writing, "check"))}
    `,
  };
}

async function known(writing: Writing): Promise<Known[]> {
  const found = await alike(writing);
  const whole = (number: string) => read("/v1/proposals/{number}", { params: { number } });
  return Promise.all(found.map(async (one) => ({ ...(await whole(one.number)).document, ...one })));
}

const entry = (one: Known, cycle: Cycle, supporting: Doing): TemplateResult => html`
  <li class="entry stack-close">
    <h2>${said(one.title, one.language)}</h2>
    <p>${standing(one.state)}</p>
    <p>${said(one.summary, one.language)}</p>
    <p class="small soft">${supportWords(one.endorsements)}${one.metres === null ? nothing : html` · ${t("{distance} away", { distance: distance(one.metres) })}`}</p>
    ${supporting.button(t("This is it: support it"), () => supportInstead(one.number, cycle))}
    <a class="alone" href=${`/app/budgets/${cycle.slug}/proposals/${one.number}`}>${t("Read all of it")}</a>
  </li>
`;

async function supportInstead(number: string, cycle: Cycle): Promise<void> {
  await support(number);
  await go(`/budgets/${cycle.slug}/proposals/${number}?instead`, { replace: true });
}
