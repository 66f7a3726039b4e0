import "./cover.css";

import { html, svg, type TemplateResult } from "lit-html";

import { trouble } from "../report/parts.js";
import { take } from "../report/writing.js";
import { failed } from "../shell/failed.js";
import { go, type Make } from "../shell/router.js";
import { redraw, type Screen } from "../shell/screen.js";
import { Doing } from "../ui/later.js";
import { t } from "../words/words.js";
import { Boxes, type Box } from "./boxes.js";
import type { InHand } from "./in_hand.js";
import { canvasOf, opened, paint, written } from "./small.js";

/** A screen to cover faces and plates: what is covered is gone from the picture, not only hidden. */
const cover: Make = async ({ params: { draft = "", photo: id = "" } }) => {
  const writing = await take(draft);
  const shown = writing?.photos.find(({ photo }) => photo.id === id);
  if (!writing || !shown) return failed(null, null);
  const picture = await opened(shown.photo.blob);
  return coverScreen(writing, shown.photo.id, shown.url, picture, `/report/${draft}/what`);
};

/** Whatever has the picture: it takes another in its place. */
interface Holder extends Pick<InHand, "trouble"> {
  addPhoto(blob: Blob, old: string): Promise<boolean>;
}

/** Cover parts of the picture with that id, then go `back`. */
export function coverScreen(writing: Holder, id: string, url: string, picture: ImageBitmap, back: string): Screen {
  const boxes = new Boxes(picture.width, picture.height, redraw);
  const saving = new Doing();
  const save = async () => {
    if (!boxes.all.length || (await writing.addPhoto(await covered(picture, boxes.all), id))) await go(back, { replace: true });
  };
  return {
    title: () => t("Cover faces and plates"),
    frame: "task",
    back,
    view: () => html`
      <p id="cover-how">${t("Draw over what nobody should see. What is covered is gone from the picture for good.")}</p>
      ${trouble(writing)} ${drawing(boxes, url, picture)}
      <div class="cover-ways">
        <button class="button button-quiet" type="button" @click=${() => boxes.add()}>${t("Add a box")}</button>
        <button class="button button-quiet" type="button" ?disabled=${!boxes.all.length} @click=${() => boxes.undo()}>${t("Undo")}</button>
      </div>
      <p class="soft" id="cover-keys">${t("With a keyboard: arrow keys move a box, with Shift they change its size, Delete takes it away.")}</p>
      ${saving.button(t("Done"), save)}
    `,
    leave: () => picture.close(),
  };
}

const drawing = (boxes: Boxes, url: string, { width, height }: ImageBitmap): TemplateResult => html`
  <svg
    class="covering" viewBox=${`0 0 ${width} ${height}`} role="group" aria-label=${t("The photo")} aria-describedby="cover-how"
    @pointerdown=${boxes.begin} @pointermove=${boxes.drag} @pointerup=${boxes.end} @pointercancel=${boxes.end}
  >
    <image href=${url} width=${width} height=${height} />
    ${boxes.all.map((box, index) => rectangle(boxes, box, index + 1, { width, height }))}
  </svg>
`;

const rectangle = (boxes: Boxes, box: Box, number: number, { width, height }: { width: number; height: number }) => svg`
  <rect
    id=${`box-${number}`} x=${box.x} y=${box.y} width=${box.width} height=${box.height}
    tabindex="0" role="application" aria-describedby="cover-keys"
    aria-label=${t("Box {number}, {right} % from the left, {down} % from the top", {
      number,
      right: Math.round((100 * box.x) / width),
      down: Math.round((100 * box.y) / height),
    })}
    @keydown=${(event: KeyboardEvent) => boxes.press(event, box)}
  />
`;

/** The picture with the boxes in its pixels. */
function covered(picture: ImageBitmap, boxes: readonly Box[]): Promise<Blob> {
  const canvas = canvasOf(picture.width, picture.height);
  const brush = paint(canvas);
  brush.drawImage(picture, 0, 0);
  for (const { x, y, width, height } of boxes) brush.fillRect(x, y, width, height);
  return written(canvas);
}

export default cover;
