import "./follow.css";

import { html, nothing, type TemplateResult } from "lit-html";

import { cityTime } from "../api/city_clock.js";
import { onChange } from "../send/changes.js";
import type { Make } from "../shell/router.js";
import { read, type Reading } from "../store/read.js";
import { Later } from "../ui/later.js";
import { asOf } from "../ui/notices.js";
import { day, moment, number as figure } from "../words/formats.js";
import { n, t } from "../words/words.js";
import { Answers } from "./answers.js";
import { Deeds } from "./deeds.js";
import { OnAMap } from "./on_a_map.js";
import { ownPart } from "./own.js";
import { Pictures } from "./pictures.js";
import { isRepeat, kindOf, nextWords, standing, stateWords, type Report } from "./standing.js";
import { Timeline } from "./timeline.js";
import { whenWords } from "./when.js";

/** One report: how it stands, what I can do, and what happened. */
const report: Make = ({ params, query }) => {
  const number = (params.number ?? "").toUpperCase();
  const found = new Later(() => read("/v1/reports/{number}", { params: { number } }));
  const part = new Later(() => ownPart(number));
  const pictures = new Pictures(number);
  const deeds = new Deeds(number);
  const answers = new Answers(number);
  const timeline = new Timeline(number);
  const map = new OnAMap(() => (found.value ? [pointOf(found.value.document)] : []));

  const close = onChange(() => void Promise.all([answers.pending.again(), found.again(), part.again()]));

  const whole = (reading: Reading<Report>): TemplateResult => {
    const { document: one } = reading;
    return html`
      ${asOf(reading)}
      ${one.emergency_number && one.status === "open" ? danger(one.emergency_number) : nothing}
      ${head(one)} ${answers.view(one, part.value)} ${deeds.view(one, part.value, answers.said)}
      ${pictures.view()} ${timeline.view(one)} ${answers.comment(one, part.value)}
      ${facts(one)} ${map.view()} ${answers.appeal(one, part.value)}
    `;
  };

  return {
    title: () => found.value?.document.service_name ?? t("Report {number}", { number }),
    back: query.has("near") ? "/near" : "/reports",
    leave: () => {
      close();
      map.close();
      void answers.forgetArrived();
    },
    view: () => found.shown(whole),
  };
};

const danger = (emergency: string) => html`
  <p class="urgent" role="note">
    <strong>${t("This is about danger. Is somebody at risk right now? Call first:")}</strong>
    <a class="alone" href=${`tel:${emergency}`}>${emergency}</a>
  </p>
`;

const head = (one: Report) => html`
  <div class="stack-close">
    ${one.description ? html`<p class="said" dir="auto">${one.description}</p>` : nothing}
    <p class="soft">${whereWords(one)}<br /><span class="figure">${t("Report {number}", { number: one.number })}</span></p>
  </div>
  <section class="standing stack-close" aria-labelledby="standing">
    <h2 class="for-screen-readers" id="standing">${t("Where it stands")}</h2>
    <p>${standing(one.state, 28)}</p>
    <p class="lead">${nextWords(one.state)}</p>
    ${whenWords(one, cityTime())}
  </section>
`;

const facts = (one: Report) => html`
  <section class="stack-close section" aria-labelledby="facts">
    <h2 id="facts">${t("What is known")}</h2>
    <p>${n(one.reports, "{count} person reported it.", "{count} people reported it.")}
      <span class="soft">${t("Nothing here says who reported it.")}</span></p>
    ${isRepeat(one) ? html`<dl class="known-facts"><dt>${t("First reported")}</dt><dd>${moment(one.opened_datetime)}</dd></dl>` : nothing}
    ${one.agency ? html`<dl class="known-facts"><dt>${t("Who has it")}</dt><dd>${one.agency}${one.agency_contact ? html`<br />${one.agency_contact}` : nothing}</dd></dl>` : nothing}
  </section>
`;

function whereWords(one: Report): unknown {
  const outside = one.is_outside_jurisdiction ? t("Outside the city. It is passed on where that is possible.") : null;
  const named = [one.address, one.district, outside].filter(Boolean);
  // A street's number stays beside its street where the page runs the other way.
  if (named.length) return named.map((words, at) => html`${at ? ", " : nothing}<bdi>${words}</bdi>`);
  return t("About {lat}, {lon}", { lat: figure(one.lat), lon: figure(one.lon) });
}

const pointOf = (one: Report) => ({
  lat: one.lat,
  lon: one.lon,
  kind: kindOf(one.state),
  words: `${one.service_name}: ${stateWords(one.state)}, ${day(one.updated_datetime)}`,
  path: `/reports/${one.number}`,
});

export default report;
