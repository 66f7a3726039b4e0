import { html, nothing, type TemplateResult } from "lit-html";

import { city } from "../city/city.js";
import { positionIn } from "../photo/position.js";
import { NotAPicture, small } from "../photo/small.js";
import { icon } from "../shell/icons.js";
import { redraw } from "../shell/screen.js";
import { notice } from "../ui/notices.js";
import { n, t } from "../words/words.js";
import { focusSoon } from "./parts.js";
import type { Shown, Writing } from "./writing.js";

const full = (most: number) =>
  n(most, "{count} photo is all a report takes.", "{count} photos are all a report takes.");
const coming = (count: number) => n(count, "Making {count} photo smaller …", "Making {count} photos smaller …");

/** The pictures of a draft: taken, chosen, covered, removed. */
export class PhotoList {
  private coming = 0;
  private problem: string | null = null;

  constructor(private readonly writing: Writing) {}

  view(): TemplateResult {
    const left = city().limits.photos - this.writing.photos.length - this.coming;
    return html`
      <section class="stack-close" aria-labelledby="photos-title">
        <h2 id="photos-title">${t("Photos")}</h2>
        ${left > 0
          ? html`<div class="photo-ways">
              ${this.way("camera", t("Take a photo"), "button", true)}
              ${this.way("chosen", t("From this phone"), "button button-quiet", false)}
            </div>`
          : html`<p class="soft">${full(city().limits.photos)}</p>`}
        <p class="soft" role="status">${this.coming ? coming(this.coming) : nothing}</p>
        ${this.problem ? notice("error", this.problem) : nothing}
        ${this.writing.photos.length
          ? html`<ul class="shots" role="list">${this.writing.photos.map((shown, index) => this.shot(shown, index + 1))}</ul>`
          : nothing}
      </section>
    `;
  }

  private way(id: string, words: string, className: string, isCamera: boolean): TemplateResult {
    return html`
      <label class="${className} photo-way">
        <input
          class="for-screen-readers" type="file" id=${id} accept="image/*" ?multiple=${!isCamera}
          capture=${isCamera ? "environment" : nothing} @change=${(event: Event) => (this.writing.arriving = Promise.allSettled([this.writing.arriving, this.add(event)]))}
        />
        ${isCamera ? icon("camera") : nothing}${words}
      </label>
    `;
  }

  private shot({ photo, url }: Shown, number: number): TemplateResult {
    const name = t("Photo {number}", { number });
    return html`
      <li>
        <img src=${url} alt=${name} />
        <a
          class="button button-quiet" href=${`/app/report/${this.writing.draft.id}/cover/${photo.id}`}
          aria-label=${t("Cover something in photo {number}", { number })}
        >${t("Cover")}</a>
        <button
          class="button-link" type="button" aria-label=${t("Remove photo {number}", { number })}
          @click=${() => void this.remove(photo.id)}
        >${t("Remove")}</button>
      </li>
    `;
  }

  private async add(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement;
    const room = city().limits.photos - this.writing.photos.length - this.coming;
    const files = Array.from(input.files ?? []).slice(0, room);
    input.value = "";
    this.problem = null;
    this.coming += files.length;
    redraw();
    // One after the other: a large picture takes much of a small phone's memory.
    for (const file of files) {
      await this.addOne(file);
      this.coming -= 1;
      redraw();
    }
  }

  private async addOne(file: File): Promise<void> {
    try {
      const found = await positionIn(file);
      if (found) this.writing.draft.photo_place ??= found;
      await this.writing.addPhoto(await small(file));
    } catch (error) {
      if (!(error instanceof NotAPicture)) throw error;
      this.problem = t("This file cannot be shown as a picture. Try another one, or take a new photo.");
    }
  }

  private async remove(id: string): Promise<void> {
    await this.writing.removePhoto(id);
    if (!this.writing.photos.length) delete this.writing.draft.photo_place;
    focusSoon("camera");
  }
}
