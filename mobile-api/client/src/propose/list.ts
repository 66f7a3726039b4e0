import { html, nothing, type TemplateResult } from "lit-html";

import { OnAMap } from "../follow/on_a_map.js";
import { PLACE, WhereField, type Where } from "../follow/where.js";
import { phaseStands } from "../budget/phases.js";
import type { Make } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { choice, choose } from "../store/database.js";
import type { Reading } from "../store/read.js";
import { oneOf, textField } from "../ui/fields.js";
import { Later } from "../ui/later.js";
import { asOf, empty } from "../ui/notices.js";
import { day } from "../words/formats.js";
import { n, t } from "../words/words.js";
import { datesOf, isCollecting, lastDay, readCatalogue, type Catalogue, type Cycle, type Line } from "./catalogue.js";
import { chosen, EVERYTHING, metresTo, orderSeed, type Order, type Wanted } from "./choosing.js";
import { Compared } from "./compared.js";
import { KeepAll } from "./keep_all.js";
import { line } from "./line.js";
import { compareBar, focusSoon, readAgain, select } from "./parts.js";
import { kindOf, stateWords, type State } from "./states.js";
import { draftsOf, unsentNotice } from "./unsent.js";

/** How somebody left the list of a budget, so that they come back to the same place of it. */
interface Left {
  wanted: Wanted;
  catalogue: Later<Reading<Catalogue>>;
  /** The proposal they went on to. */
  opened?: string;
}
const left = new Map<string, Left>();

/** Everything that is proposed for a budget. */
const list: Make = async ({ params }) => {
  const slug = params["slug"] ?? "";
  const [compared, seed, drafts] = await Promise.all([Compared.of(slug), orderSeed(), draftsOf(slug)]);
  let place = await choice<Where>(PLACE);
  const before = left.get(slug);
  const catalogue = before?.catalogue ?? new Later(() => readCatalogue(slug));
  if (before) void catalogue.again();
  let wanted = before?.wanted ?? EVERYTHING;
  left.set(slug, { wanted, catalogue });
  if (before?.opened) focusSoon(`p-${before.opened}`);

  const shown = (): Line[] => chosen(catalogue.value?.document.lines ?? [], wanted, seed, place);
  const map = new OnAMap(() => shown().flatMap((one) => pointOf(one, slug)));
  const keeping = new KeepAll(() => shown().map(({ number }) => number));
  const want = (change: Partial<Wanted>) => {
    wanted = { ...wanted, ...change };
    left.set(slug, { wanted, catalogue });
    map.close();
    redraw();
  };
  const where = new WhereField((found) => {
    place = found;
    void choose(PLACE, found);
    redraw();
    focusSoon("order");
  });

  const whole = (reading: Reading<Catalogue>): TemplateResult => {
    const { cycle, lines } = reading.document;
    const found = shown();
    return html`
      ${asOf(reading)} ${invitation(cycle)} ${unsentNotice(drafts)}
      ${lines.length === 0
        ? empty(t("Nobody has proposed anything yet."))
        : html`
            ${filters(cycle, lines, wanted, want)}
            ${wanted.order === "near" && !place ? where.view() : nothing}
            <section class="stack-close" aria-labelledby="found">
              <h2 id="found">${howMany(found.length)}</h2>
              <p class="for-screen-readers" role="status">${howMany(found.length)}</p>
              <p class="small soft">${orderWords(wanted.order, place)} ${t("Support shows interest; no number is needed.")}</p>
              ${wanted.order === "near" && place ? anotherPlace(() => { place = null; redraw(); }) : nothing}
              ${found.some(({ lat }) => lat !== null) ? map.view() : nothing}
              ${found.length
                ? html`<ul class="proposals" role="list">${found.map((one) => line(one, cycle, compared, wanted.order === "near" ? near(one, place) : null, () => left.set(slug, { wanted, catalogue, opened: one.number })))}</ul>`
                : html`<p>${t("Nothing fits. Try fewer words, or all districts.")}</p>`}
              ${found.length ? keeping.view() : nothing}
            </section>
            <div class="compare-bar">${compareBar(compared, slug)}</div>
          `}
      <ul class="ways" role="list"><li><a href="/app/proposals/mine">${t("What you proposed and support")}</a></li></ul>
    `;
  };

  return {
    title: () => (catalogue.value ? t("Proposals: {budget}", { budget: catalogue.value.document.cycle.title }) : t("Proposals")),
    back: `/budgets/${slug}`,
    withoutNetwork: readAgain,
    leave: () => map.close(),
    view: () => catalogue.shown(whole),
  };
};

/** Whether one can propose now, and how. */
function invitation(cycle: Cycle): TemplateResult {
  if (isCollecting(cycle))
    return html`
      <p>${t("Ideas are collected until {day}.", { day: lastDay(cycle, "ideas") })}</p>
      <p><a class="button button-wide" href=${`/app/budgets/${cycle.slug}/propose`}>${t("Propose something")}</a></p>
    `;
  return html`<p class="soft">${notNow(cycle)}</p>`;
}

function notNow(cycle: Cycle): string {
  const ideas = datesOf(cycle, "ideas");
  if (ideas && phaseStands(cycle, "ideas") === "to-come") return t("Ideas are collected from {day} on.", { day: day(ideas.starts_at) });
  return t("Ideas are not collected any more. You can read all of them.");
}

const filters = (cycle: Cycle, lines: readonly Line[], wanted: Wanted, want: (change: Partial<Wanted>) => void) => html`
  <div class="stack" role="search">
    ${textField({ id: "search", label: t("Search"), type: "search", inputmode: "search", value: wanted.words, onInput: (words) => want({ words }) })}
    <details ?open=${Boolean(wanted.part || wanted.state) || wanted.order !== "mixed"}>
      <summary>${t("Filter and order")}</summary>
      <div class="stack">
        ${select({
          id: "part",
          label: t("District"),
          chosen: wanted.part,
          choices: [{ value: "", words: t("All districts") }, ...cycle.parts.map(({ code, name }) => ({ value: code, words: name }))],
          onChange: (part) => want({ part }),
        })}
        ${select({
          id: "state",
          label: t("Where it stands"),
          chosen: wanted.state,
          choices: [{ value: "", words: t("Wherever it stands") }, ...statesOf(lines).map((state) => ({ value: state, words: stateWords(state) }))],
          onChange: (state) => want({ state: state as State | "" }),
        })}
        ${oneOf<Order>({
          id: "order",
          label: t("Order"),
          chosen: wanted.order,
          choices: [
            { value: "mixed", words: t("Mixed"), hint: t("Another order on each phone") },
            { value: "newest", words: t("Newest first") },
            { value: "support", words: t("Most supported first") },
            { value: "near", words: t("Near me first") },
          ],
          onChange: (order) => want({ order }),
        })}
      </div>
    </details>
  </div>
`;

const howMany = (count: number): string => n(count, "{count} proposal", "{count} proposals");

const statesOf = (lines: readonly Line[]): State[] => [...new Set(lines.map(({ state }) => state))].sort();

function orderWords(order: Order, place: Where | null): string {
  switch (order) {
    case "mixed":
      return t("Mixed anew for each phone, so that nobody is ahead by standing first.");
    case "newest":
      return t("Newest first.");
    case "support":
      return t("Most supported first.");
    case "near":
      return place?.label ? t("Nearest to {place} first.", { place: place.label }) : t("Nearest first.");
  }
}

const anotherPlace = (ask: () => void) => html`<p><button class="button-link" type="button" @click=${ask}>${t("Another place")}</button></p>`;

function near(one: Line, place: Where | null): number | null {
  const metres = metresTo(one, place);
  return metres === Number.MAX_SAFE_INTEGER ? null : metres;
}

function pointOf({ lat, lon, state, title, number }: Line, slug: string) {
  if (lat === null || lon === null) return [];
  const words = `${title}: ${stateWords(state)}`;
  return [{ lat, lon, kind: kindOf(state), words, path: `/budgets/${slug}/proposals/${number}` }];
}

export default list;
