import { html } from "lit-html";

import { city } from "../city/city.js";
import type { Make } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { choose } from "../store/database.js";
import { isSpoken, language, LANGUAGES, speak, t, type Language } from "../words/words.js";

const languages: Make = () => ({
  title: () => t("Language"),
  back: "/more",
  view: () => html`
    <fieldset class="choices">
      <legend class="for-screen-readers">${t("Language")}</legend>
      ${city().languages.filter(isSpoken).map(choiceOf)}
    </fieldset>
  `,
});

const choiceOf = (tongue: Language) => html`
  <label class="choice" lang=${tongue}>
    <input type="radio" name="language" ?checked=${tongue === language()} @change=${() => change(tongue)} />
    ${LANGUAGES[tongue]}
  </label>
`;

async function change(tongue: Language): Promise<void> {
  await choose("language", tongue);
  await speak(tongue);
  redraw();
}

export default languages;
