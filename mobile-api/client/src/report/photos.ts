import { html, nothing, type TemplateResult } from "lit-html";

import { city } from "../city/city.js";
import { Coming } from "../photo/coming.js";
import type { Shown } from "../photo/in_hand.js";
import { positionIn } from "../photo/position.js";
import { icon } from "../shell/icons.js";
import { n, t } from "../words/words.js";
import { focusSoon } from "./parts.js";
import type { Writing } from "./writing.js";

const full = (most: number) =>
  n(most, "{count} photo is all a report takes.", "{count} photos are all a report takes.");

/** The pictures of a draft: taken, chosen, covered, removed. */
export class PhotoList {
  private readonly coming = new Coming((picture, file) => this.add(picture, file));

  constructor(private readonly writing: Writing) {}

  view(): TemplateResult {
    return html`
      <section class="stack-close" aria-labelledby="photos-title">
        <h2 id="photos-title">${t("Photos")}</h2>
        ${this.room > 0
          ? html`<div class="photo-ways">
              ${this.way("camera", t("Take a photo"), "button", true)}
              ${this.way("chosen", t("From this phone"), "button button-quiet", false)}
            </div>`
          : html`<p class="soft">${full(city().limits.photos)}</p>`}
        ${this.coming.view()}
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
          capture=${isCamera ? "environment" : nothing} @change=${({ target }: Event) => this.choose(target as HTMLInputElement)}
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

  private get room(): number {
    return city().limits.photos - this.writing.photos.length - this.coming.count;
  }

  private choose(field: HTMLInputElement): void {
    this.writing.arriving = Promise.allSettled([this.writing.arriving, this.coming.take(field, this.room)]);
  }

  private async add(picture: Blob, file: File): Promise<void> {
    await this.writing.addPhoto(picture, undefined, await positionIn(file));
  }

  private async remove(id: string): Promise<void> {
    await this.writing.removePhoto(id);
    focusSoon("camera");
  }
}
