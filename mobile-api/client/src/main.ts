import "./styles/app.css";

import { html, render } from "lit-html";

import { city, meetCity } from "./city/city.js";
import { beginAnewWhereOld, keepUpToDate } from "./shell/keep_up_to_date.js";
import { explained } from "./shell/failed.js";
import { frame } from "./shell/frame.js";
import { routes } from "./routes.js";
import { textSize, wearTextSize } from "./more/text_size.js";
import { sendWhenPossible } from "./send/when_possible.js";
import { start } from "./shell/router.js";
import { drawInside } from "./shell/screen.js";
import { keepBeingTold } from "./notices/keep_being_told.js";
import { beginAnewWhenTold } from "./store/begin_anew.js";
import { choice } from "./store/database.js";
import { standInWhereNothingIsKept } from "./store/stand_in.js";
import { firstLanguage, speak } from "./words/words.js";

async function main(): Promise<void> {
  beginAnewWhereOld();
  beginAnewWhenTold();
  await standInWhereNothingIsKept();
  const chosen = await choice<string>("language");
  wearTextSize(await textSize());
  await meetCity();
  await speak(firstLanguage(chosen, city().languages));
  drawInside(frame);
  await start(routes);
  keepUpToDate();
  sendWhenPossible();
  void keepBeingTold();
  void import("./vote/kept.js").then(({ forgetWhatIsOver }) => forgetWhatIsOver());
}

main().catch((error: unknown) => {
  const { title, detail, remedy } = explained(error);
  render(html`<main class="page stack"><h1>${title}</h1><p>${detail}</p><p>${remedy}</p></main>`, document.body);
});
