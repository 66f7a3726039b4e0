import { html, nothing, type TemplateResult } from "lit-html";

import { handOver } from "../send/outbox.js";
import type { Place } from "../shell/router.js";
import type { Screen } from "../shell/screen.js";
import { keepsNothing } from "../store/stand_in.js";
import { Doing } from "../ui/later.js";
import { notice } from "../ui/notices.js";
import { n, t } from "../words/words.js";
import { danger } from "./danger.js";
import { exactness } from "./exactness.js";
import { finished } from "./finished.js";
import { progress, trouble } from "./parts.js";
import { sendOff } from "./send_off.js";
import { questionsOf, serviceOf } from "./services.js";
import { whoView } from "./who.js";
import type { Writing } from "./writing.js";

/** The last screen: everything once more, for whom it is, and sending. */
export function check(writing: Writing, _place: Place): Screen {
  const sending = new Doing();
  const { draft } = writing;
  return {
    title: () => t("Check and send"),
    frame: "task",
    back: `/report/${draft.id}/where`,
    view: () => html`
      ${progress(3)} ${danger(writing.isAboutDanger)}
      ${trouble(writing)} ${refusal(writing)} ${facts(writing)} ${whoView(writing)}
      ${missing(writing) ?? sending.button(t("Send"), () => send(writing))}
      ${navigator.onLine ? nothing : html`<p class="soft">${later(writing)}</p>`}
    `,
  };
}

async function send(writing: Writing): Promise<void> {
  await writing.arriving;
  const { id } = writing.draft;
  const report = finished(writing);
  // Asked now that there is something to lose; whatever the answer, it is sent as soon as it can.
  void navigator.storage?.persist?.().catch(() => false);
  await sendOff(writing, { ...report, kind: "report", id }, () => handOver(writing.draft, report, writing.kept, { isDangerous: writing.isAboutDanger }));
}

const refusal = ({ draft: { problem } }: Writing) =>
  problem ? notice("error", html`<strong>${problem.title}</strong><p>${problem.detail}</p><p>${problem.remedy}</p>`) : nothing;

const later = ({ point, trouble }: Writing) =>
  trouble || keepsNothing()
    ? t("No connection, and nothing is kept on this phone. Leave this page open, and send it when there is one.")
    : point
    ? t("No connection: it is kept on this phone and sent by itself later.")
    : t("No connection: it is kept on this phone. Later one question may come before it is sent.");

/** What it cannot be sent without; null where nothing is missing. */
function missing(writing: Writing): TemplateResult | null {
  if (!serviceOf(writing.report.service_code)) return kindless(writing);
  // What is sent from this page cannot be looked up later.
  return (writing.trouble ? writing.point : writing.isPlaced) ? null : placeless(writing);
}

/** No kind, as where somebody came by an address, or the city takes it no more. */
const kindless = ({ draft }: Writing) => html`
  <p><a class="button button-wide" href=${`/app/report/${draft.id}/what?to=check`}>${t("Choose what kind of problem it is.")}</a></p>
`;

/** No place at all, as after a reload while this phone still looked for it. */
const placeless = ({ draft }: Writing) => html`
  ${notice("error", html`<strong>${t("Its place is still missing")}</strong>
    <p>${t("Everything you wrote is still here. Say where it is, and it can be sent.")}</p>`)}
  <p><a class="button button-wide" href=${`/app/report/${draft.id}/where?to=check`}>${t("Find the place")}</a></p>
`;

const facts = (writing: Writing) => html`
  <dl class="answers">
    ${fact(writing, t("What"), "what", what(writing))} ${fact(writing, t("Kind"), "what", kind(writing))}
    ${fact(writing, t("Where"), "where", whereWords(writing))} ${answers(writing)}
  </dl>
  <p class="soft">${t("Everybody can read your words and see your photos. Leave out names of people.")}</p>
`;

const fact = ({ draft }: Writing, name: string, step: string, words: unknown): TemplateResult => html`
  <div>
    <dt>${name}</dt>
    <dd>${words}</dd>
    <dd>
      <a
        class="alone" href=${`/app/report/${draft.id}/${step}?to=check`}
        aria-label=${t("Change: {what}", { what: name })}
      >${t("Change")}</a>
    </dd>
  </div>
`;

const what = ({ report, photos }: Writing) => html`
  ${report.description?.trim() ? html`<span class="as-written">${report.description.trim()}</span>` : nothing}
  ${photos.length
    ? html`<span class="shots-small">
        ${photos.map(({ url }, index) => html`<img src=${url} alt=${t("Photo {number}", { number: index + 1 })} />`)}
      </span>`
    : nothing}
`;

const kind = ({ report }: Writing) => serviceOf(report.service_code)?.service_name ?? t("Not chosen yet");

function whereWords(writing: Writing): unknown {
  const { report, draft, point } = writing;
  const grid = serviceOf(report.service_code)?.public_grid_metres;
  const { label, near } = draft.place ?? {};
  const place = report.address?.trim() || label;
  const words = [place, place?.includes(near ?? "") ? null : near].filter(Boolean);
  const how = exactness(writing);
  return html`
    ${words.map((line) => html`<span>${line}</span>`)} ${how ? html`<span class="hint">${how}</span>` : nothing}
    ${!words.length && !how ? (point ? t("The place is known") : t("No place yet")) : nothing}
    ${grid ? html`<span class="hint">${rounded(grid)}</span>` : nothing}
  `;
}

const rounded = (grid: number) =>
  n(
    grid,
    "In public the place is only shown to about {count} metre.",
    "In public the place is only shown to about {count} metres.",
  );

const answers = (writing: Writing) =>
  questionsOf(serviceOf(writing.report.service_code)).map((one) => {
    const given = writing.report.attributes?.[one.code] ?? [];
    const names = given.map((key) => one.choices.find((choice) => choice.key === key)?.name ?? key);
    return fact(writing, one.description, "questions", names.join(", ") || t("No answer"));
  });
