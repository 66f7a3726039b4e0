import { call } from "../api/call.js";
import { go, type Place } from "../shell/router.js";
import type { Step } from "../store/kept.js";
import { questionsOf, serviceOf } from "./services.js";
import type { Writing } from "./writing.js";

/** As long as somebody waits to hear whether it is reported already. */
const PATIENCE_MS = 5_000;

/** Whether somebody came from the last screen, to change one thing. */
export const isChange = ({ query }: Place): boolean => query.get("to") === "check";

/** Where "Back" leads from a screen. */
export function back({ draft }: Writing, place: Place, before: Step): string {
  return `/report/${draft.id}/${isChange(place) ? "check" : before}`;
}

/** Go on to the next screen that has something to ask. */
export async function goOn(writing: Writing, from: Step, place: Place): Promise<void> {
  const here = location.href;
  const step = await following(writing, from, isChange(place));
  writing.draft.step = step;
  await writing.keep();
  // Whoever went back meanwhile, or tapped twice, is not taken along.
  if (location.href !== here) return;
  await go(`/report/${writing.draft.id}/${step}${isChange(place) && step !== "check" ? "?to=check" : ""}`);
}

async function following(writing: Writing, from: Step, isChanging: boolean): Promise<Step> {
  if (from !== "what" && !serviceOf(writing.report.service_code)) return "what";
  if (from === "same") return "check";
  if (from === "what" && !isChanging) return "where";
  if (from !== "questions" && hasOpenQuestions(writing, isChanging)) return "questions";
  return (await hasCandidates(writing)) ? "same" : "check";
}

/** Whether there is something to ask; who changes one thing is asked only what must be answered. */
function hasOpenQuestions({ report }: Writing, isChanging: boolean): boolean {
  const asked = questionsOf(serviceOf(report.service_code));
  const isOpen = ({ code, is_required }: (typeof asked)[number]) => is_required && !report.attributes?.[code]?.length;
  return isChanging ? asked.some(isOpen) : asked.length > 0;
}

/** Ask whether it may be reported already; without a network nobody knows, and nobody waits. */
export async function hasCandidates(writing: Writing): Promise<boolean> {
  const { point, report } = writing;
  if (!point || !report.service_code || !navigator.onLine) return false;
  const body = { id: null, service_code: report.service_code, description: report.description ?? "", ...point };
  try {
    const signal = after(PATIENCE_MS);
    const answer = await call("post", "/v1/reports/candidates", { body, signal });
    writing.candidates = answer.candidates.filter(({ number }) => !writing.others.has(number));
    writing.isDanger = answer.emergency_number !== null;
  } catch {
    writing.candidates = null;
  }
  return Boolean(writing.candidates?.length);
}

/** A signal that comes after a while; not every phone's browser makes one by itself. */
function after(ms: number): AbortSignal {
  const control = new AbortController();
  setTimeout(() => control.abort(), ms);
  return control.signal;
}
