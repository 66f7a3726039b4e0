import { html, nothing, type TemplateResult } from "lit-html";

import { city } from "../city/city.js";
import { icon } from "../shell/icons.js";
import type { Place } from "../shell/router.js";
import { redraw, type Screen } from "../shell/screen.js";
import { summary, textField } from "../ui/fields.js";
import { distance } from "../words/formats.js";
import { t } from "../words/words.js";
import { danger } from "./danger.js";
import { exactness } from "./exactness.js";
import { Finder } from "./finder.js";
import { metresBetween } from "./fix.js";
import { PlaceOnMap } from "./on_map.js";
import { back, goOn } from "./next.js";
import { focusSoon, onward, progress, trouble } from "./parts.js";
import type { Found } from "./places_called.js";
import type { Writing } from "./writing.js";

/** A fix that may be a street off. */
const ROUGH_METRES = 100;

/** The second screen: where it is. */
export function where(writing: Writing, place: Place): Screen {
  const finder = new Finder(writing);
  const map = new PlaceOnMap(writing, (point) => finder.pick(point, "map"));
  let isTried = false;
  let isBusy = false;

  const next = async () => {
    isTried = true;
    if (missing(writing, finder)) focusSoon("problems");
    else {
      isBusy = true;
      redraw();
      await goOn(writing, "where", place);
      isBusy = false;
    }
    redraw();
  };

  return {
    title: () => t("Where is it?"),
    frame: "task",
    back: back(writing, place, "what"),
    view: () => {
      const problem = isTried ? missing(writing, finder) : undefined;
      return html`
        ${progress(2)} ${summary(problem ? [{ id: "address", words: problem }] : [])}
        ${danger(writing.isAboutDanger)} ${trouble(writing)}
        ${standing(writing, finder)} ${photoOffer(writing, finder)} ${typed(writing, finder, problem)}
        ${results(writing, finder)} ${streets(finder)} ${map.view()} ${onward(t("Next"), () => void next(), isBusy)}
      `;
    },
    leave: () => {
      finder.stop();
      map.close();
    },
  };
}

const typed = (writing: Writing, finder: Finder, problem: string | undefined) =>
  textField({
    id: "address",
    label: t("Address, or words that help to find it"),
    hint: t("For example: 12 Mill Street, behind the bus stop"),
    value: writing.report.address ?? "",
    longest: city().limits.address,
    problem,
    onInput: (address) => {
      writing.say({ address });
      finder.search();
    },
  });

/** What is missing; without a network words will do, for they can be looked up later. */
function missing({ point, report }: Writing, { isDeaf, watch }: Finder): string | undefined {
  if (point) return undefined;
  if (watch?.state === "looking" && !report.address?.trim())
    return t("This phone is still looking for where you are. Wait a moment, or type the place.");
  if (!report.address?.trim()) return t("Say where it is: type an address, or words such as a shop beside it.");
  return isDeaf || !navigator.onLine ? undefined : t("Pick one of the places under the address, so that somebody can find it.");
}

/** Where it is as far as it is known, and how well. */
const standing = (writing: Writing, finder: Finder) => html`
  <div class="standing stack-close" role="status">
    <p class="found">${icon("place")}<strong>${name(writing, finder)}</strong></p>
    ${how(writing, finder)}
    ${writing.point && finder.isOutside
      ? html`<p>${t("This is outside of {city}. You can send it: it is passed on to whoever looks after the place.", { city: city().city })}</p>`
      : nothing}
    ${finder.watch
      ? nothing
      : html`<button class="button-link" type="button" @click=${() => finder.look()}>${t("Use where I am now")}</button>`}
  </div>
`;

/** The place in words: what was picked, else the street beside it. */
function name({ point, draft }: Writing, { watch }: Finder): string {
  if (!point && watch?.state === "looking") return t("Looking for where you are …");
  if (!point) return t("No place yet");
  const { label, near, by } = draft.place ?? {};
  return label ?? near ?? (by === "gps" ? t("Where you are") : t("The place is known"));
}

function how(writing: Writing, { watch, isDeaf }: Finder): TemplateResult | typeof nothing {
  const { point, draft, report } = writing;
  const isTyped = Boolean(report.address?.trim()) && (isDeaf || !navigator.onLine);
  if (!point && !isTyped) return unknown(watch?.state);
  const known = exactness(writing);
  return html`
    ${known ? html`<p>${known}</p>` : nothing}
    ${(draft.place?.accuracy ?? 0) > ROUGH_METRES ? html`<p>${t("That is rough. Add the street or what is beside it, or wait a moment.")}</p>` : nothing}
  `;
}

function unknown(state: string | undefined): TemplateResult | typeof nothing {
  if (state === "denied") return html`<p>${t("This phone is not allowed to say where it is. Type the place instead, or allow it in the browser's settings.")}</p>`;
  if (state === "missing") return html`<p>${t("This phone cannot tell where it is. Type the place instead.")}</p>`;
  return nothing;
}

/** The photo's own position, which stays on the phone until somebody says that it is the place. */
function photoOffer({ draft, point, photos }: Writing, finder: Finder): TemplateResult | typeof nothing {
  const taken = photos.find(({ photo }) => photo.place)?.photo.place;
  if (!taken || draft.place?.by === "photo") return nothing;
  const far = point ? metresBetween(taken, point) : null;
  return html`
    <div class="offer stack-close">
      <p>
        ${t("Your photo says where it was taken. Only this phone has seen that.")}
        ${far === null ? nothing : t("It is {distance} from the place above.", { distance: distance(far) })}
      </p>
      <button class="button button-quiet" type="button" @click=${() => finder.pick(taken, "photo")}>${t("Use the photo's place")}</button>
    </div>
  `;
}

/** What fits the typed words; where the place is known they need not be the name of one. */
const results = (writing: Writing, finder: Finder) => html`
  <div role="status">
    ${finder.keptStreets.length
      ? html`<p class="soft">${t("Streets on this phone's map. Do you mean one of these?")}</p>
          <ul class="picks" role="list">${finder.keptStreets.map((one) => html`
            <li><button class="pick" type="button" @click=${() => finder.pickStreet(one)}>${one.label}</button></li>
          `)}</ul>`
      : nothing}
    ${finder.found?.length
      ? html`<p class="soft">${t("Do you mean one of these?")}</p>
          <ul class="picks" role="list">${finder.found.map((one) => result(finder, one))}</ul>`
      : finder.found && !writing.point
        ? html`<p>${t("No place is called that. Write the street first, then what is beside it.")}</p>`
        : nothing}
  </div>
`;

const result = (finder: Finder, one: Found) => html`
  <li>
    <button class="pick" type="button" @click=${() => void finder.pickFound(one)}>${one.label}</button>
  </li>
`;

const streets = (finder: Finder) =>
  finder.streets.length === 0
    ? nothing
    : html`
        <details>
          <summary>${t("Pick a street near here")}</summary>
          <ul class="picks" role="list">
            ${finder.streets.map(
              (street) => html`
                <li>
                  <button class="pick" type="button" @click=${() => finder.pickNear(street)}>
                    ${street.label}<span class="hint">${distance(street.metres)}</span>
                  </button>
                </li>
              `,
            )}
          </ul>
        </details>
      `;
