import { html, nothing, type TemplateResult } from "lit-html";

import { city } from "../city/city.js";
import { t } from "../words/words.js";
import { connection } from "./connection.js";
import { brandMark, icon, type IconName } from "./icons.js";
import type { Screen } from "./screen.js";

/** The page around a screen: who speaks, the way back, what is not sent yet, the ways onward. */
export const frame = (screen: Screen): TemplateResult => FRAMES[screen.frame ?? "site"](screen);

const siteFrame = (screen: Screen) => html`
  ${skip()}
  <header class="masthead">
    <div class="page">
      <a class="brand" href="/app/">${brandMark()}<strong>${city().city}</strong></a>
    </div>
  </header>
  ${connection(screen)} ${body(screen)}
  <nav class="bar" aria-label=${t("Main")}>
    ${way("/", "report", t("Report"))} ${way("/reports", "follow", t("Reports"))}
    ${way("/budgets", "vote", t("Budget"))} ${way("/more", "more", t("More"))}
  </nav>
`;

const taskFrame = (screen: Screen) => html`${skip()} ${connection(screen)} ${body(screen)}`;

const bareFrame = (screen: Screen) => html`${skip()} ${body(screen)}`;

const FRAMES = { site: siteFrame, task: taskFrame, bare: bareFrame };

const skip = () => html`<a class="skip" href="#main">${t("Skip to the main part")}</a>`;

const body = (screen: Screen) => html`
  <main id="main" tabindex="-1">
    <div class="page stack">
      ${screen.back
        ? html`<a class="back" href=${`/app${screen.back}`}>${icon("back", "mirrors")}${t("Back")}</a>`
        : nothing}
      <h1 tabindex="-1">${screen.title()}</h1>
      ${screen.view()}
    </div>
  </main>
`;

const way = (path: string, mark: IconName, words: string) => html`
  <a href=${`/app${path}`} aria-current=${isHere(path) ? "page" : nothing}>${icon(mark)}<span>${words}</span></a>
`;

/** What belongs to a way though its address begins otherwise. */
const ALSO: Record<string, string[]> = { "/reports": ["/near"], "/budgets": ["/proposals"], "/more": ["/kiosk"] };

function isHere(path: string): boolean {
  const here = location.pathname.slice("/app".length) || "/";
  if (path === "/") return here === "/" || here.startsWith("/report/") || here === "/waiting";
  return here.startsWith(path) || (ALSO[path]?.some((one) => here.startsWith(one)) ?? false);
}
