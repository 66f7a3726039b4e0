import { html } from "lit-html";

import type { Make } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { oneOf } from "../ui/fields.js";
import { t } from "../words/words.js";
import { chooseTextSize, SIZES, textSize } from "./text_size.js";

/** How large the words are, beside what the phone itself says. */
const size: Make = async () => {
  let chosen = await textSize();
  const change = (value: string) => {
    chosen = Number(value);
    void chooseTextSize(chosen);
    redraw();
  };
  return {
    title: () => t("Text size"),
    back: "/more",
    view: () => html`
      ${oneOf({
        id: "size",
        label: t("How large should the words be?"),
        choices: SIZES.map((one) => ({ value: String(one), words: sizeWords(one) })),
        chosen: String(chosen),
        onChange: change,
      })}
      <p class="lead">${t("So large are words that matter.")}</p>
    `,
  };
};

const sizeWords = (size: (typeof SIZES)[number]): string =>
  ({ 1: t("As usual"), 1.25: t("Larger"), 1.5: t("Large"), 2: t("Very large, twice as usual") })[size];

export default size;
