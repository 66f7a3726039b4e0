import { html, nothing, type TemplateResult } from "lit-html";

import { WhereField } from "../follow/where.js";
import { PlaceOnMap } from "../report/on_map.js";
import { onward, progress } from "../report/parts.js";
import { icon } from "../shell/icons.js";
import { redraw, type Screen } from "../shell/screen.js";
import { oneOf, summary } from "../ui/fields.js";
import { notice } from "../ui/notices.js";
import { t } from "../words/words.js";
import { partName, type Cycle } from "./catalogue.js";
import { focusSoon, select } from "./parts.js";
import { PlaceTeller } from "./place_teller.js";
import { CITYWIDE } from "./sending.js";
import { alike } from "./similar.js";
import { backTo, goTo, keeping, notByItself } from "./steps.js";
import type { Writing } from "./writing.js";

type Reach = "place" | "part" | "city";

/** The second screen: one place, a part of the city, or all of it. */
export function where(writing: Writing, cycle: Cycle, isChange: boolean): Screen {
  const districts = cycle.parts.filter(({ code }) => code !== CITYWIDE);
  const isWhole = cycle.parts.length > districts.length;
  const teller = new PlaceTeller(writing, cycle);
  const place = new WhereField(({ lat, lon, label }) => {
    writing.change({ draft: { ...writing.draft, lat, lon }, place_label: label ?? "" });
    void teller.ask();
    focusSoon("where-now");
  });
  const map = new PlaceOnMap(writing, ({ lat, lon }) => {
    writing.change({ draft: { ...writing.draft, lat: rounded(lat), lon: rounded(lon) }, place_label: "" });
    void teller.ask();
  });
  let problem: string | undefined;
  let isBusy = false;

  const reachOut = (reach: Reach) => {
    const part = reach === "city" ? CITYWIDE : reach === "part" ? (districts[0]?.code ?? null) : null;
    map.close();
    problem = undefined;
    writing.change({ reach, draft: { ...writing.draft, part } });
    if (reach === "place") void teller.ask();
  };
  const next = async () => {
    problem = missing(writing, teller);
    if (problem) focusSoon("problems");
    else {
      isBusy = true;
      redraw();
      await onwardFrom(writing, isChange);
      isBusy = false;
    }
    redraw();
  };

  return {
    title: () => t("Where is it?"),
    frame: "task",
    withoutNetwork: notByItself,
    back: backTo(writing, "what", isChange),
    leave: () => map.close(),
    view: () => html`
      ${progress(2)} ${summary(problem ? [{ id: "reach", words: problem }] : [])}
      ${oneOf<Reach>({
        id: "reach",
        label: t("Is it for one place, or for more?"),
        problem,
        chosen: writing.kept.reach ?? null,
        choices: [
          { value: "place", words: t("One place") },
          ...(districts.length ? [{ value: "part" as const, words: t("A whole part of the city") }] : []),
          ...(isWhole ? [{ value: "city" as const, words: t("The whole city") }] : []),
        ],
        onChange: reachOut,
      })}
      ${writing.kept.reach === "place" ? html`${standing(writing, teller, cycle)} ${place.view()} ${map.view()}` : nothing}
      ${writing.kept.reach === "part" ? whichPart(writing, districts) : nothing}
      ${keeping(writing)} ${onward(isChange ? t("Done") : t("Next"), () => void next(), isBusy)}
    `,
  };
}

/** Where it is as far as it is known, and from which money it would be paid. */
const standing = (writing: Writing, teller: PlaceTeller, cycle: Cycle): TemplateResult => html`
  <div class="standing stack-close" role="status" id="where-now" tabindex="-1">
    <p class="found">${icon("place")}<strong>${placeWords(writing, teller)}</strong></p>
    ${teller.isOutside ? notice("error", t("This is outside of the city. Pick a place in the city, or a part of it.")) : nothing}
    ${writing.point && teller.district && !teller.isOutside ? paidFrom(writing, teller.district, cycle) : nothing}
  </div>
`;

function placeWords({ point, kept }: Writing, { street }: PlaceTeller): string {
  if (!point) return t("No place yet");
  return kept.place_label || street || t("The place is known");
}

/** Where the district has money of its own, somebody may mean the whole city all the same. */
function paidFrom(writing: Writing, district: string, cycle: Cycle): TemplateResult {
  const has = (code: string) => cycle.parts.some((one) => one.code === code);
  if (!has(district)) return html`<p>${t("It would be paid from the money of the whole city.")}</p>`;
  if (!has(CITYWIDE)) return html`<p>${t("It would be paid from the money of {district}.", { district: partName(cycle, district) })}</p>`;
  return oneOf({
    id: "paid",
    label: t("For whom is it?"),
    chosen: writing.draft.part === CITYWIDE ? CITYWIDE : district,
    choices: [
      { value: district, words: t("For the people of {district}", { district: partName(cycle, district) }) },
      { value: CITYWIDE, words: t("For people from the whole city") },
    ],
    onChange: (part) => writing.say({ part }),
  });
}

const whichPart = (writing: Writing, districts: Cycle["parts"]) =>
  select({
    id: "which",
    label: t("Which part?"),
    chosen: writing.draft.part ?? "",
    choices: districts.map(({ code, name }) => ({ value: code, words: name })),
    onChange: (part) => writing.say({ part }),
  });

function missing({ kept, point }: Writing, { isOutside }: PlaceTeller): string | undefined {
  if (!kept.reach) return t("Choose whether it is for one place, a part of the city, or all of it.");
  if (kept.reach === "place" && !point) return t("Pick the place: where you are, a street, or on the map. Or choose a whole part of the city.");
  return isOutside && kept.reach === "place" ? t("Pick a place in the city.") : undefined;
}

/** On to what may be the same, where there is something; nobody is asked twice. */
async function onwardFrom(writing: Writing, isChange: boolean): Promise<void> {
  const isAsked = !isChange && !writing.kept.edits && (await alike(writing)).length > 0;
  await goTo(writing, isAsked ? "same" : "check");
}

const rounded = (degrees: number): number => Number(degrees.toFixed(6));
