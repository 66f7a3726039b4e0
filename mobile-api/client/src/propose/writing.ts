import { InHand } from "../photo/in_hand.js";
import { announceChange } from "../send/changes.js";
import { photosOf } from "../send/outbox.js";
import { redraw } from "../shell/screen.js";
import { dropWhenForgotten } from "../store/begin_anew.js";
import { database } from "../store/database.js";
import type { Photo, Point, ProposalDraft } from "../store/kept.js";
import { uuid7 } from "../store/uuid.js";
import { language } from "../words/words.js";
import type { Proposal } from "./catalogue.js";

/** A proposal in hand: whatever is typed is on the phone with the letter. */
export class Writing extends InHand {
  constructor(
    readonly kept: ProposalDraft,
    photos: Photo[],
  ) {
    super(photos);
  }

  get id(): string {
    return this.kept.id;
  }

  /** The words and the place, as far as they are there. */
  get draft(): ProposalDraft["draft"] {
    return this.kept.draft;
  }

  get point(): Point | null {
    const { lat, lon } = this.draft;
    return lat == null || lon == null ? null : { lat, lon };
  }

  /** Change what is said. */
  say(part: ProposalDraft["draft"]): void {
    this.change({ draft: { ...this.draft, ...part } });
  }

  /** Change anything, and keep it now. */
  change(part: Partial<ProposalDraft>): void {
    Object.assign(this.kept, part);
    void this.keep();
    redraw();
  }

  async keep(): Promise<void> {
    await this.tried(async () => {
      const work = (await database()).transaction("proposal", "readwrite");
      const put = work.store.put(this.kept);
      // Not left to the page, which may be closed before it hears that the words have arrived.
      work.commit();
      await Promise.all([put, work.done]);
      await this.keepRest();
    });
  }

  /** Add a picture, or put it in the place of `old`; returns whether it is there. */
  async addPhoto(blob: Blob, old?: string): Promise<boolean> {
    const before = this.photos.find(({ photo }) => photo.id === old)?.photo;
    const photo: Photo = { id: uuid7(), report: this.id, blob, made_at: before?.made_at ?? new Date().toISOString() };
    const isHere = await this.take(photo, old, async () => {
      const work = (await database()).transaction(["proposal", "photo"], "readwrite");
      await work.objectStore("proposal").put(this.kept);
      await work.objectStore("photo").put(photo);
      await work.done;
      await this.keepRest();
    });
    if (!isHere) return false;
    if (old) {
      this.change({ alts: { ...this.kept.alts, [photo.id]: this.kept.alts?.[old] ?? "" } });
      await this.removePhoto(old);
    }
    this.photos.sort((one, other) => one.photo.made_at.localeCompare(other.photo.made_at));
    redraw();
    return true;
  }
}

let current: Writing | null = null;
dropWhenForgotten(async () => current && drop(current.id));

function inHand(writing: Writing): Writing {
  current?.release();
  return (current = writing);
}

/** Begin a proposal for a budget; it is kept once there is something to keep. */
export function begin(cycle: string): Writing {
  const kept: ProposalDraft = { id: uuid7(), cycle, started_at: new Date().toISOString(), step: "what", draft: { language: language() } };
  return inHand(new Writing(kept, []));
}

/** Begin to say a proposal in other words. */
export async function beginEdit(one: Proposal, cost_typed: string): Promise<Writing> {
  const { number, version, title, summary, description, category, language: tag, part, lat, lon, cost } = one;
  const reach = lat !== null ? "place" : part === "citywide" ? "city" : "part";
  const kept: ProposalDraft = {
    id: uuid7(),
    cycle: one.cycle,
    started_at: new Date().toISOString(),
    step: "check",
    draft: { title, summary, description, category, language: tag, part, lat, lon, cost },
    reach,
    cost_typed,
    edits: { number, version },
  };
  const writing = inHand(new Writing(kept, []));
  await writing.keep();
  return writing;
}

/** The proposal in hand with that id, or the one this phone keeps; null where there is none. */
export async function take(id: string): Promise<Writing | null> {
  if (current?.id === id) return current;
  const kept = await (await database()).get("proposal", id);
  return kept ? inHand(new Writing(kept, await photosOf(id))) : null;
}

/** Drop a proposal that is being written, with its pictures. */
export async function drop(id: string): Promise<void> {
  if (current?.id === id) {
    current.release();
    current = null;
  }
  const work = (await database()).transaction(["proposal", "photo"], "readwrite");
  for (const photo of await work.objectStore("photo").index("report").getAllKeys(id)) await work.objectStore("photo").delete(photo);
  await work.objectStore("proposal").delete(id);
  await work.done;
  announceChange();
}
