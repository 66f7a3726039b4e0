import type { Answer } from "../api/call.js";
import { InHand } from "../photo/in_hand.js";
import { go } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { dropWhenForgotten } from "../store/begin_anew.js";
import { database } from "../store/database.js";
import type { Draft, NewReport, Photo, PlaceFound, Point } from "../store/kept.js";
import { otherPages } from "../store/other_pages.js";
import { uuid7 } from "../store/uuid.js";
import { commandOf, noteLate, photosOf, sendAfter } from "../send/outbox.js";
import { isAboutDanger } from "./about_danger.js";

// The same draft in another page: the older takes what is newer there.
const tellPages = otherPages<Draft | { sent: string }>("draft", (said) =>
  "sent" in said ? current?.turnToSent(said.sent) : current?.adopt(said),
);

/** A draft in hand: what is changed is kept on the phone at once. */
export class Writing extends InHand {
  /** What may be the same; null before anybody could be asked. */
  candidates: Answer<"/v1/reports/candidates", "post">["candidates"] | null = null;
  /** Reports that somebody said are about something else. */
  readonly others = new Set<string>();
  /** The city found words of danger in it. */
  isDanger = false;
  /** Its place was found by this phone since the page was opened, so it may still get better. */
  isPlacedNow = false;
  /** When it was to be sent first: it is the same report, however often that is tried. */
  decided_at: string | null = null;
  /** Settled once every picture that was chosen is among the others. */
  arriving: Promise<unknown> = Promise.resolve();
  private isGone = false;

  constructor(
    readonly draft: Draft,
    photos: Photo[],
  ) {
    super(photos);
  }

  /** Whether the emergency number is to be shown. */
  get isAboutDanger(): boolean {
    return this.isDanger || isAboutDanger(this.report);
  }

  /** The pictures as they are kept. */
  get kept(): Photo[] {
    return this.photos.map(({ photo }) => photo);
  }

  get report(): Partial<NewReport> {
    return this.draft.report;
  }

  /** The place as far as it is known. */
  get point(): Point | null {
    const { lat, lon } = this.report;
    return lat === undefined || lon === undefined ? null : { lat, lon };
  }

  /** Whether anybody could find it: by its point, or by words that are looked up later. */
  get isPlaced(): boolean {
    return Boolean(this.point ?? this.report.address?.trim());
  }

  /** Change a part of the report. */
  say(part: Partial<NewReport>): void {
    Object.assign(this.draft.report, part);
    this.changed();
  }

  /** Say where it is, and how that is known. */
  place({ lat, lon }: Point, found: PlaceFound): void {
    this.draft.place = found;
    this.candidates = null;
    // A ten-millionth of a degree is a centimetre; nobody knows a place better.
    this.say({ lat: Number(lat.toFixed(6)), lon: Number(lon.toFixed(6)) });
  }

  /** Keep what was changed and show it: at once, for a page may go away between two letters. */
  changed(): void {
    void this.keep();
    redraw();
  }

  /** Keep the draft on the phone now. */
  async keep(): Promise<void> {
    if (this.isGone) return;
    await this.tried(async () => {
      const work = (await database()).transaction("draft", "readwrite");
      const kept = work.store.put(this.draft);
      // Not left to the page, which may be closed before it hears that the words have arrived.
      work.commit();
      await Promise.all([kept, work.done]);
      this.tell();
      await this.keepRest();
    });
  }

  /** Take what another page has made of this draft, or of its pictures. */
  async adopt(newer: Draft): Promise<void> {
    if (newer.id !== this.draft.id || this.isGone) return;
    await this.become(this.draft, newer, () => !this.isGone && current === this);
  }

  /** An older client kept where a picture was taken with the draft: of the first, as far as anybody knows. */
  async movePlace(place: Point): Promise<void> {
    const [first] = this.kept;
    if (first) first.place ??= place;
    delete this.draft.photo_place;
    await this.tried(async () => {
      const work = (await database()).transaction(["draft", "photo"], "readwrite");
      await work.objectStore("draft").put(this.draft);
      if (first) await work.objectStore("photo").put(first);
      await work.done;
    });
  }

  private tell(): void {
    tellPages(this.draft);
  }

  /** It is sent, so it is no draft any longer: its other pages turn to what becomes of it. */
  sent(): void {
    tellPages({ sent: this.draft.id });
    this.letGo();
  }

  /** Another page sent it: show what becomes of that, and note what was typed here too late. */
  async turnToSent(id: string): Promise<void> {
    if (id !== this.draft.id || !(await commandOf(id)) || this.isGone) return;
    this.letGo();
    await noteLate(this.draft);
    if (location.pathname.startsWith(`/app/report/${id}/`)) await go(`/report/${id}/sent`, { replace: true });
  }

  /**
   * Add a picture, taken at `place`, or put it in the place of `old`, which is forgotten for good.
   * Returns whether it is there. Where another page has sent the draft meanwhile, it goes after that.
   */
  async addPhoto(blob: Blob, old?: string, place: Point | null = null): Promise<boolean> {
    const before = this.photos.find(({ photo }) => photo.id === old)?.photo;
    const made_at = before?.made_at ?? new Date().toISOString();
    const taken = place ?? before?.place;
    const photo: Photo = { id: uuid7(), report: this.draft.id, blob, made_at, ...(taken ? { place: taken } : {}) };
    // What covers a picture that is gone already comes too late.
    if (this.isGone) return !old && (await sendAfter(photo));
    const isHere = await this.take(photo, old, async () => {
      const work = (await database()).transaction(["draft", "photo"], "readwrite");
      await work.objectStore("draft").put(this.draft);
      await work.objectStore("photo").put(photo);
      if (old) await work.objectStore("photo").delete(old);
      await work.done;
      await this.keepRest();
    });
    if (!isHere) return false;
    if (!this.trouble && (await sendAfter(photo))) return this.turnToSent(this.draft.id).then(() => true);
    this.tell();
    const index = this.photos.findIndex((one) => one.photo.id === old);
    if (index >= 0) for (const { url } of this.photos.splice(index, 1, this.photos.pop()!)) URL.revokeObjectURL(url);
    redraw();
    return true;
  }

  override async removePhoto(id: string): Promise<void> {
    await super.removePhoto(id);
    this.tell();
  }

  /** It is no draft any longer: what was changed last must not bring it back. */
  letGo(): void {
    this.isGone = true;
    this.release();
    if (current === this) current = null;
  }
}

let current: Writing | null = null;
dropWhenForgotten(async () => current && dropDraft(current.draft.id));

/** Begin a new report, perhaps at a place that is known; it is kept once there is something to keep. */
export function begin(point?: Point, label?: string): Writing {
  const id = uuid7();
  const draft: Draft = { id, started_at: new Date().toISOString(), step: "what", report: { id, ...point } };
  if (point) draft.place = { by: "before", ...(label ? { label } : {}) };
  current?.release();
  return (current = new Writing(draft, []));
}

/** The draft with that id, in hand or from the phone; null where there is none. */
export async function take(id: string): Promise<Writing | null> {
  if (current?.draft.id === id) return current;
  const draft = await (await database()).get("draft", id);
  if (!draft) return null;
  const photos = await photosOf(id);
  current?.release();
  current = new Writing(draft, photos);
  if (draft.photo_place) await current.movePlace(draft.photo_place);
  return current;
}

/** Every draft on this phone, the newest first. */
export async function drafts(): Promise<Draft[]> {
  return (await (await database()).getAll("draft")).reverse();
}

/** Drop a draft for good, with its pictures. */
export async function dropDraft(id: string): Promise<void> {
  if (current?.draft.id === id) current.letGo();
  const work = (await database()).transaction(["draft", "photo"], "readwrite");
  for (const photo of await work.objectStore("photo").index("report").getAllKeys(id))
    await work.objectStore("photo").delete(photo);
  await work.objectStore("draft").delete(id);
  await work.done;
}
