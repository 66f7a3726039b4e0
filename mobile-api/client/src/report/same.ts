import { html, nothing } from "lit-html";

import { cityTime } from "../api/city_clock.js";
import { decide, handOver } from "../send/outbox.js";
import type { Place } from "../shell/router.js";
import type { Screen } from "../shell/screen.js";
import { Doing } from "../ui/later.js";
import { ago, distance } from "../words/formats.js";
import { n, t } from "../words/words.js";
import { danger } from "./danger.js";
import { finished } from "./finished.js";
import { check } from "./check.js";
import { back, goOn, hasCandidates } from "./next.js";
import { trouble } from "./parts.js";
import { sendOff } from "./send_off.js";
import { questionsOf, serviceOf } from "./services.js";
import type { Writing } from "./writing.js";

type Candidate = NonNullable<Writing["candidates"]>[number];

/** Is it one of those that are reported already? Shown only where there are any. */
export async function same(writing: Writing, place: Place): Promise<Screen> {
  if (!writing.candidates && !(await hasCandidates(writing))) return check(writing, place);
  const service = serviceOf(writing.report.service_code);
  const doing = new Map((writing.candidates ?? []).map(({ number }) => [number, new Doing()]));
  const none = () => {
    for (const { number } of writing.candidates ?? []) writing.others.add(number);
    void goOn(writing, "same", place);
  };
  return {
    title: () => t("Is it one of these?"),
    frame: "task",
    back: back(writing, place, questionsOf(service).length ? "questions" : "where"),
    view: () => html`
      ${danger(writing.isAboutDanger)} ${trouble(writing)}
      <p>${t("These are reported already. If it is one of them, one tap is enough.")}</p>
      <ul class="candidates" role="list">
        ${(writing.candidates ?? []).map((one) => candidate(writing, one, doing.get(one.number)!))}
      </ul>
      <p>
        <button class="button button-quiet button-wide" @click=${none}>${t("No, mine is something else")}</button>
      </p>
    `,
  };
}

const candidate = (writing: Writing, one: Candidate, doing: Doing) => html`
  <li class="entry stack-close">
    <h2>${one.summary || one.service_name}</h2>
    <p class="soft">
      ${[one.service_name, t("{distance} away", { distance: distance(one.metres) }), ago(one.opened_datetime, cityTime())].join(" · ")}
    </p>
    <p>${n(one.reports, "{count} person reported it.", "{count} people reported it.")}</p>
    <details>
      <summary>${t("Why it may be the same")}</summary>
      <ul>${one.factors.map(({ explanation }) => html`<li>${explanation}</li>`)}</ul>
    </details>
    ${ownWords(writing) ? html`<p class="soft">${ownWords(writing)}</p>` : nothing}
    ${doing.button(t("This is it: I saw it too"), () => meToo(writing, one))}
  </li>
`;

/** What goes along with the tap, null where there is nothing but that. */
function ownWords({ report, photos }: Writing): string | null {
  if (report.description?.trim()) return photos.length ? t("Your words and photos are added to it.") : t("Your words are added to it.");
  return photos.length ? t("Your photos are added to it.") : null;
}

/** One tap: a report of its own for the same thing, where there are words or pictures of its own. */
async function meToo(writing: Writing, one: Candidate): Promise<void> {
  const { id } = writing.draft;
  await writing.arriving;
  if (ownWords(writing)) {
    const report = finished(writing, { service_code: one.service_code, repeat_of: one.number });
    if (one.service_code !== writing.report.service_code) delete report.attributes;
    await sendOff(writing, { ...report, kind: "report", id }, () => handOver(writing.draft, report, writing.kept, { isDangerous: writing.isAboutDanger }));
  } else {
    const requested_datetime = (writing.decided_at ??= cityTime().toISOString());
    const body = { kind: "me_too", id, report: one.number, requested_datetime };
    await sendOff(writing, body, () => decide(body, { insteadOf: id, isDangerous: writing.isAboutDanger }));
  }
}
