import { InHand } from "../photo/in_hand.js";
import { announceChange } from "../send/changes.js";
import { photosOf } from "../send/outbox.js";
import { go } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { dropWhenForgotten } from "../store/begin_anew.js";
import { database } from "../store/database.js";
import type { Photo, Point, ProposalDraft, Said } from "../store/kept.js";
import { otherPages } from "../store/other_pages.js";
import { uuid7 } from "../store/uuid.js";
import { language } from "../words/words.js";
import type { Proposal } from "./catalogue.js";

/** It is no draft any longer: dropped, or at the city under this number. */
interface Gone {
  gone: string;
  number?: string | undefined;
}

// The same draft in another page: the older takes what is newer there.
const tellPages = otherPages<ProposalDraft | Gone>("proposal", (said) => ("gone" in said ? current?.turnAway(said) : current?.adopt(said)));

/** A proposal in hand: whatever is typed is on the phone with the letter. */
export class Writing extends InHand {
  private isGone = false;

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
  get draft(): Said {
    return this.kept.draft;
  }

  get point(): Point | null {
    const { lat, lon } = this.draft;
    return lat == null || lon == null ? null : { lat, lon };
  }

  /** Change what is said. */
  say(part: Said): void {
    this.change({ draft: { ...this.draft, ...part } });
  }

  /** Change anything, and keep it now. */
  change(part: Partial<ProposalDraft>): void {
    Object.assign(this.kept, part);
    void this.keep();
    redraw();
  }

  async keep(): Promise<void> {
    if (this.isGone) return;
    await this.tried(async () => {
      const work = (await database()).transaction("proposal", "readwrite");
      const put = work.store.put(this.kept);
      // Not left to the page, which may be closed before it hears that the words have arrived.
      work.commit();
      await Promise.all([put, work.done]);
      tellPages(this.kept);
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
    tellPages(this.kept);
    if (old) {
      this.change({ alts: { ...this.kept.alts, [photo.id]: this.kept.alts?.[old] ?? "" } });
      await this.removePhoto(old);
    }
    this.photos.sort((one, other) => one.photo.made_at.localeCompare(other.photo.made_at));
    redraw();
    return true;
  }

  override async removePhoto(id: string): Promise<void> {
    await super.removePhoto(id);
    tellPages(this.kept);
  }

  /** Take what another page has made of this draft, or of its pictures. */
  async adopt(newer: ProposalDraft): Promise<void> {
    if (newer.id === this.id) await this.become(this.kept, newer, () => current === this);
  }

  /** Another page has sent or dropped it. */
  async turnAway({ gone, number }: Gone): Promise<void> {
    if (gone !== this.id) return;
    this.letGo();
    const proposals = `/budgets/${this.kept.cycle}/proposals`;
    if (location.pathname.includes(`/propose/${gone}/`)) await go(number ? `${proposals}/${number}` : proposals, { replace: true });
  }

  /** What was changed last must not bring it back. */
  letGo(): void {
    this.isGone = true;
    this.release();
    if (current === this) current = null;
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

/** What a proposal says now, as a draft says it. */
export const standing = ({ title, summary, description, category, language: tag, part, lat, lon, cost }: Proposal): Said =>
  ({ title, summary, description, category, language: tag, part, lat, lon, cost });

/** Begin to say a proposal in other words. */
export async function beginEdit(one: Proposal, cost_typed: string): Promise<Writing> {
  const { number, version, part, lat } = one;
  const reach = lat !== null ? "place" : part === "citywide" ? "city" : "part";
  const kept: ProposalDraft = {
    id: uuid7(),
    cycle: one.cycle,
    started_at: new Date().toISOString(),
    step: "check",
    draft: standing(one),
    reach,
    cost_typed,
    edits: { number, version, known: [standing(one)] },
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

/** Drop a proposal that is being written, with its pictures; `number` where the city has it. */
export async function drop(id: string, number?: string): Promise<void> {
  if (current?.id === id) current.letGo();
  const work = (await database()).transaction(["proposal", "photo"], "readwrite");
  for (const photo of await work.objectStore("photo").index("report").getAllKeys(id)) await work.objectStore("photo").delete(photo);
  await work.objectStore("proposal").delete(id);
  await work.done;
  tellPages({ gone: id, number });
  announceChange();
}
