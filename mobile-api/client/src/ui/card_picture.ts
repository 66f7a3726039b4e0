import "./card_picture.css";

import { html, nothing, type TemplateResult } from "lit-html";

/** The small picture of a card, fetched when it comes near; nothing where there is none. */
export const cardPicture = (photo: { thumbnail_url: string; alt: string | null } | null | undefined): TemplateResult | typeof nothing =>
  photo
    ? html`<img class="card-picture" src=${photo.thumbnail_url} alt=${photo.alt ?? ""} width="72" height="72" loading="lazy" decoding="async" @error=${hide} />`
    : nothing;

/** Without a network there is no picture; a broken one would say nothing. */
export function hide({ target }: Event): void {
  (target as HTMLElement).hidden = true;
}
