import "./follow.css";

import { html, nothing, type TemplateResult } from "lit-html";

import type { Answer } from "../api/call.js";
import { cityTime } from "../api/city_clock.js";
import type { Make } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { choice, choose } from "../store/database.js";
import { read, type Reading } from "../store/read.js";
import { Later } from "../ui/later.js";
import { asOf, empty } from "../ui/notices.js";
import { ago, distance } from "../words/formats.js";
import { n, t } from "../words/words.js";
import { card } from "./card.js";
import { OnAMap } from "./on_a_map.js";
import { lists } from "./sections.js";
import { kindOf, stateWords } from "./standing.js";
import { PLACE, WhereField, type Where } from "./where.js";

type Around = Answer<"/v1/reports">;

const NEAR_M = 500;
const FAR_M = 2000;
const MOST = 50;

/** What is reported around a place: a list first, a map for whoever wants one. */
const near: Make = async () => {
  let place = await choice<Where>(PLACE);
  let radius = NEAR_M;
  let isAsking = place === null;
  let found: Later<Reading<Around>> | null = null;

  const map = new OnAMap(() => (found?.value?.document.reports ?? []).map(pointOf));
  const look = () => {
    const { lat, lon } = place ?? { lat: 0, lon: 0 };
    map.close();
    const query = { near: `${lat},${lon}`, radius_m: radius, limit: MOST };
    found = new Later(() => read("/v1/reports", { query }));
  };
  const where = new WhereField((chosen) => {
    [place, radius, isAsking] = [chosen, NEAR_M, false];
    void choose(PLACE, chosen);
    look();
    redraw();
    queueMicrotask(() => document.getElementById("near-where")?.focus());
  });
  if (place) look();
  // A place that was typed stays; the phone's own is where it is now.
  if (!place?.label) void where.locateIfAllowed();

  const ask = () => {
    isAsking = true;
    redraw();
  };
  const lookFurther = () => {
    radius = FAR_M;
    look();
    redraw();
  };

  return {
    title: () => t("Reports near you"),
    leave: () => map.close(),
    view: () => html`
      ${lists("near")}
      ${isAsking || !place ? where.view() : whereNow(place, ask)}
      ${found?.shown((reading) => html`
        ${asOf(reading)} ${listed(reading.document, radius, map, lookFurther)}
      `) ?? nothing}
    `,
  };
};

const whereNow = ({ label }: Where, ask: () => void) => html`
  <p class="where-now" id="near-where" tabindex="-1">
    <span>${label ? t("Around {place}", { place: label }) : t("Around where you are")}</span>
    <button class="button-link" @click=${ask}>${t("Change")}</button>
  </p>
`;

function listed({ reports, closed_days }: Around, radius: number, map: OnAMap, lookFurther: () => void): TemplateResult {
  const far = distance(radius);
  const further =
    radius < FAR_M
      ? html`<p><button class="button button-quiet" @click=${lookFurther}>${t("Look up to {distance} around", { distance: distance(FAR_M) })}</button></p>`
      : nothing;
  if (!reports.length)
    return html`${empty(t("Nothing is reported within {distance}.", { distance: far }), { path: "/report", words: t("Report a problem") })} ${further}`;
  return html`
    <p role="status">${n(reports.length, "{count} thing within {distance}", "{count} things within {distance}", { distance: far })}.
      <span class="soft">${n(closed_days, "What was closed in the last day is here too.", "What was closed in the last {count} days is here too.")}</span></p>
    ${map.view()}
    <ul class="cards" role="list">
      ${reports.map((one) => card(one, t("{distance} away · changed {when}", { distance: distance(one.metres), when: ago(one.updated_datetime, cityTime()) }), "?near"))}
    </ul>
    ${further}
  `;
}

const pointOf = (one: Around["reports"][number]) => ({
  lat: one.lat,
  lon: one.lon,
  kind: kindOf(one.state),
  words: `${one.service_name}: ${stateWords(one.state)}`,
  path: `/reports/${one.number}?near`,
});

export default near;
