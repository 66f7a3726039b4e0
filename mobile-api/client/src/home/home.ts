import { html, nothing, type TemplateResult } from "lit-html";

import { city } from "../city/city.js";
import { drafts } from "../report/writing.js";
import { meetServices } from "../report/services.js";
import { things } from "../send/outbox.js";
import { OutboxWatch } from "../send/watch.js";
import type { Make } from "../shell/router.js";
import type { Draft } from "../store/kept.js";
import { n, t } from "../words/words.js";
import { draftLine } from "../waiting/lines.js";

const home: Make = async () => {
  const [unfinished, watch] = await Promise.all([drafts(), OutboxWatch.begun()]);
  // So that a report can be written without a network from the first visit on.
  void meetServices().catch(() => undefined);
  return {
    title: () => t("Tell {city} what is broken", { city: city().city }),
    view: () => html`
      <p class="lead">${t("It takes less than a minute, and you need no account.")}</p>
      <p><a class="button button-wide" href="/app/report">${t("Report a problem")}</a></p>
      ${refused(watch)} ${notFinished(unfinished)} ${onTheWay(watch)}
    `,
    leave: () => watch.close(),
  };
};

/** What somebody has to look at: the city did not take it, or nobody knows where it is. */
function refused({ commands }: OutboxWatch): TemplateResult | typeof nothing {
  const count = things(commands, "refused").length;
  if (!count) return nothing;
  return html`
    <div class="notice notice-error">
      <div>
        <strong>${n(count, "{count} thing could not be sent as it is", "{count} things could not be sent as they are")}</strong>
        <p><a class="alone" href="/app/waiting">${t("See why, and change it")}</a></p>
      </div>
    </div>
  `;
}

const notFinished = (unfinished: readonly Draft[]) =>
  unfinished.length === 0
    ? nothing
    : html`
        <section class="stack-close" aria-labelledby="unfinished">
          <h2 id="unfinished">${t("Not finished")}</h2>
          <ul class="ways" role="list">${unfinished.map((draft) => html`<li>${draftLine(draft)}</li>`)}</ul>
        </section>
      `;

const onTheWay = ({ commands }: OutboxWatch) =>
  commands.length === 0
    ? nothing
    : html`<ul class="ways" role="list"><li><a href="/app/waiting">${t("What is sent and what waits")}</a></li></ul>`;

export default home;
