import "./report.css";

import { commandOf } from "../send/outbox.js";
import { failed } from "../shell/failed.js";
import type { Make, Place } from "../shell/router.js";
import type { Screen } from "../shell/screen.js";
import type { NewReport } from "../store/kept.js";
import { check } from "./check.js";
import { questions } from "./questions.js";
import { same } from "./same.js";
import { sent } from "./sent.js";
import { meetServices } from "./services.js";
import { what } from "./what.js";
import { where } from "./where.js";
import { begin, take, type Writing } from "./writing.js";

type MakeStep = (writing: Writing, place: Place) => Screen | Promise<Screen>;
const SCREENS: Record<string, MakeStep> = { what, where, questions, same, check };

/** A new report, or one screen of a report that is being written, or what has become of it. */
const report: Make = (place) => (place.params["draft"] ? step(place, place.params["draft"]) : fresh(place));

async function step(place: Place, id: string): Promise<Screen> {
  const make = SCREENS[place.params["step"] ?? ""];
  const writing = make ? await take(id) : null;
  if (make && writing) {
    await meetServices();
    return make(writing, place);
  }
  // What was sent is a draft no longer: going back leads to what has become of it.
  const command = await commandOf(id);
  if (command) return sent(command);
  return make ? fresh(place) : failed(null, null);
}

/** A new report, at the place of another one where the address says `near`. */
async function fresh(place: Place): Promise<Screen> {
  const before = (await commandOf(place.query.get("near") ?? ""))?.body as Partial<NewReport> | undefined;
  const isNear = before?.lat !== undefined && before.lon !== undefined;
  const writing = isNear ? begin({ lat: before.lat!, lon: before.lon! }, before.address ?? undefined) : begin();
  await meetServices();
  // Its own address from here on: going back to it finds the same draft.
  history.replaceState(null, "", `/app/report/${writing.draft.id}/what`);
  return what(writing, { ...place, query: new URLSearchParams() });
}

export default report;
