import { html, nothing, type TemplateResult } from "lit-html";

import { day } from "../words/formats.js";
import { t } from "../words/words.js";
import type { Report } from "./standing.js";

const AWAITED = new Set<Report["state"]>(["waiting_reporter", "waiting_contractor"]);

/** When the city means to act, and when the like were done, with how sure that is. */
export function whenWords(one: Report, now: Date): TemplateResult | typeof nothing {
  if (one.status === "closed") return html`<p>${t("Since {day}.", { day: day(one.updated_datetime) })}</p>`;
  return html`${target(one, now)} ${expected(one, now)}`;
}

function target({ state, history, target_datetime }: Report, now: Date): TemplateResult {
  const due = { day: day(target_datetime) };
  const isAwaited = AWAITED.has(state);
  // What was late when the waiting began stays so.
  if (new Date(target_datetime) < (isAwaited ? beganToWait(history) : now))
    return html`<p><strong class="overdue">${t("Late.")}</strong> ${t("The city meant to act by {day}.", due)}</p>`;
  if (isAwaited) return html`<p>${t("Until then its date does not count down.")}</p>`;
  return html`<p>${t("The city means to act by {day}.", due)}</p>`;
}

function beganToWait(history: Report["history"]): Date {
  const steps = history.filter(({ before, after }) => !isWaiting(before) && isWaiting(after));
  return new Date(steps.pop()?.at ?? 0);
}

const isWaiting = (value: string | null) => (AWAITED as Set<string | null>).has(value);

function expected(one: Report, now: Date): TemplateResult | typeof nothing {
  const { expected_datetime: middle, expected_low_datetime: low, expected_high_datetime: high } = one;
  if (!middle) return nothing;
  const days = { day: day(middle), low: low ? day(low) : "", high: high ? day(high) : "" };
  const isPast = new Date(middle) < now;
  return html`
    <p>${isPast ? t("About half of the reports like this one were done by {day}; this one takes longer.", days) : t("About half of the reports like this one are done by {day}.", days)}
      ${range(isPast ? {} : { low, high }, days)}</p>
  `;
}

/** The range is that of the day by which half are done, not of this one's own. */
function range({ low, high }: { low?: string | null; high?: string | null }, days: Record<string, string>) {
  if (low && high) return html`<span class="soft">${t("Going by earlier reports like it, that day is between {low} and {high}. This one may be done sooner or later.", days)}</span>`;
  if (low) return html`<span class="soft">${t("Going by earlier reports like it, that day is not before {low}. This one may be done sooner or later.", days)}</span>`;
  return nothing;
}
