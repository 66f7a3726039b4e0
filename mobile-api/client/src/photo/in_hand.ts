import { photosOf } from "../send/outbox.js";
import { redraw } from "../shell/screen.js";
import { database } from "../store/database.js";
import type { Photo } from "../store/kept.js";

/** A picture in hand, and an address under which the page can show it. */
export interface Shown {
  photo: Photo;
  url: string;
  /** Whether this phone keeps it, or it is in this page alone. */
  isKept: boolean;
}

/** Why something is not kept on this phone. */
export type Trouble = "full" | "broken";

/** Something that is being written: its pictures, and whether this phone keeps what is changed. */
export abstract class InHand {
  photos: Shown[] = [];
  /** Why what was changed last is not kept; null where it is. */
  trouble: Trouble | null = null;

  constructor(photos: readonly Photo[]) {
    for (const photo of photos) this.show(photo);
  }

  async removePhoto(id: string): Promise<void> {
    await (await database()).delete("photo", id);
    const gone = this.photos.find(({ photo }) => photo.id === id);
    if (gone) URL.revokeObjectURL(gone.url);
    this.photos = this.photos.filter((one) => one !== gone);
    redraw();
  }

  /** Take what another page has made of this draft, or of its pictures; of these only while it `isHere`. */
  protected async become<D extends { id: string }>(draft: D, newer: D, isHere: () => boolean): Promise<void> {
    for (const key of Object.keys(draft) as (keyof D)[]) if (!(key in newer)) delete draft[key];
    Object.assign(draft, newer);
    redraw();
    const photos = await photosOf(newer.id);
    if (!isHere()) return;
    const before = this.photos;
    this.photos = before.filter(({ isKept }) => !isKept);
    for (const photo of photos) {
      const shown = before.find((one) => one.photo.id === photo.id);
      if (shown) this.photos.push(shown);
      else this.show(photo);
    }
    for (const one of before) if (!this.photos.includes(one)) URL.revokeObjectURL(one.url);
    redraw();
  }

  /** Something else is in hand now: let go of what the pictures of this one took. */
  release(): void {
    for (const { url } of this.photos) URL.revokeObjectURL(url);
    this.photos = [];
  }

  /** Do what keeps something on the phone; where it cannot be kept, say why, and return false. */
  async tried(keep: () => Promise<unknown>): Promise<boolean> {
    const before = this.trouble;
    try {
      await keep();
      this.trouble = null;
    } catch (error) {
      this.trouble = error instanceof DOMException && error.name === "QuotaExceededError" ? "full" : "broken";
    }
    if (before !== this.trouble) redraw();
    return this.trouble === null;
  }

  /**
   * Do what keeps a new picture, and show it; where it cannot be kept it can still be sent from this page.
   * Returns false where it was to cover `old`, which would come back from where it is kept.
   */
  protected async take(photo: Photo, old: string | undefined, keep: () => Promise<unknown>): Promise<boolean> {
    const isKept = await this.tried(keep);
    if (!isKept && this.photos.some((one) => one.photo.id === old && one.isKept)) return false;
    this.show(photo, isKept);
    return true;
  }

  /** Keep the pictures for which there was no room before. */
  protected async keepRest(): Promise<void> {
    for (const shown of this.photos.filter(({ isKept }) => !isKept)) {
      await (await database()).put("photo", shown.photo);
      shown.isKept = true;
    }
  }

  protected show(photo: Photo, isKept = true): void {
    this.photos.push({ photo, url: URL.createObjectURL(photo.blob), isKept });
  }
}
