import "./parts.js";

import { html } from "lit-html";

import { phaseStands } from "../budget/phases.js";
import { failed } from "../shell/failed.js";
import type { Make } from "../shell/router.js";
import type { Screen } from "../shell/screen.js";
import { day } from "../words/formats.js";
import { t } from "../words/words.js";
import { datesOf, isCollecting, readCycle, type Cycle } from "./catalogue.js";
import { check } from "./check.js";
import list from "./list.js";
import { same } from "./same.js";
import { what } from "./what.js";
import { where } from "./where.js";
import { begin, take, type Writing } from "./writing.js";

type MakeStep = (writing: Writing, cycle: Cycle, isChange: boolean) => Screen;
const SCREENS: Record<string, MakeStep> = { what, where, same, check };

/** A new proposal, or one screen of one that is being written. */
const propose: Make = async ({ params, query }) => {
  const slug = params["slug"] ?? "";
  const { document: cycle } = await readCycle(slug);
  const id = params["draft"];
  if (id === undefined) {
    if (!isCollecting(cycle)) return notNow(cycle);
    const writing = begin(slug);
    // Its own address from here on: going back to it finds the same draft.
    history.replaceState(null, "", `/app/budgets/${slug}/propose/${writing.id}/what`);
    return what(writing, cycle, false);
  }
  const make = SCREENS[params["step"] ?? ""];
  if (!make) return failed(null, null);
  const writing = await take(id);
  if (writing) return make(writing, cycle, query.get("to") === "check");
  // What was sent is a draft no longer: going back leads to all that is proposed.
  history.replaceState(null, "", `/app/budgets/${slug}/proposals`);
  return list({ params: { slug }, query: new URLSearchParams() });
};

const notNow = (cycle: Cycle): Screen => {
  const ideas = datesOf(cycle, "ideas");
  const isToCome = ideas !== undefined && phaseStands(cycle, "ideas") === "to-come";
  return {
    title: () => t("Propose something"),
    back: `/budgets/${cycle.slug}/proposals`,
    view: () => html`
      <p>${isToCome ? t("Ideas are collected from {day} on.", { day: day(ideas.starts_at) }) : t("Ideas are not collected any more. You can read all of them.")}</p>
      <p><a class="button" href=${`/app/budgets/${cycle.slug}/proposals`}>${t("See all proposals")}</a></p>
    `,
  };
};

export default propose;
