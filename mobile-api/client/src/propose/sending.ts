import { beginSession } from "../account/session.js";
import { ask, call } from "../api/call.js";
import { announceChange } from "../send/changes.js";
import { upload } from "../send/upload.js";
import type { ProposalDraft, Said } from "../store/kept.js";
import { change } from "./change.js";
import { drop, type Writing } from "./writing.js";

export const CITYWIDE = "citywide";

/**
 * Send a proposal, then its pictures; its id was made with it, so that sending it twice is once.
 * What has arrived is noted at once, and what is left stays on the phone.
 *
 * Returns its number. Raises `Offline` and `Refused` as `call` does.
 */
export async function send(writing: Writing): Promise<string> {
  writing.change({ is_decided: true });
  await writing.keep();
  announceChange();
  await beginSession();
  const number = writing.kept.number ?? (await sendWords(writing));
  writing.change({ number });
  for (const { photo } of [...writing.photos]) {
    await announce(number, photo.id, photo.blob.size, writing.kept.alts?.[photo.id]?.trim() ?? "");
    await upload(photo.id, photo.blob);
    await writing.removePhoto(photo.id);
  }
  await drop(writing.id, number);
  return number;
}

async function sendWords(writing: Writing): Promise<string> {
  const { kept } = writing;
  const draft = finished(kept.draft, kept.reach);
  if (kept.edits) return change(writing, kept.edits, draft);
  const body = { id: kept.id, draft, display_name: kept.display_name?.trim() ?? "", interests: kept.interests?.trim() ?? "" };
  return (await call("post", "/v1/cycles/{slug}/proposals", { params: { slug: kept.cycle }, body })).number;
}

/** The words and the place as they are sent: what was chosen last counts, and nothing besides. */
export function finished(said: Said, reach: ProposalDraft["reach"]) {
  const { title = "", summary = "", language = "en", description = "", category, cost = null, part, lat, lon } = said;
  const isPlace = reach === "place";
  return {
    title: title.trim(),
    summary: summary.trim(),
    language,
    description: description.trim(),
    category: category?.trim() || null,
    cost,
    part: reach === "city" ? CITYWIDE : (part ?? null),
    lat: isPlace ? (lat ?? null) : null,
    lon: isPlace ? (lon ?? null) : null,
  };
}

/** Room for a picture (tus 1.0, creation); announcing it again is the same room. */
async function announce(number: string, slot: string, bytes: number, alt: string): Promise<void> {
  const said = Object.entries({ slot, proposal: number, ...(alt ? { alt } : {}) });
  const headers = {
    "Tus-Resumable": "1.0.0",
    "Upload-Length": String(bytes),
    "Upload-Metadata": said.map(([name, text]) => `${name} ${base64(text)}`).join(","),
  };
  await ask("/v1/uploads", { method: "POST", headers });
}

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
