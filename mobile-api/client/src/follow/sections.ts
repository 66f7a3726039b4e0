import { html, nothing, type TemplateResult } from "lit-html";

import { t } from "../words/words.js";

/** The two lists of reports, side by side. */
export const lists = (here: "mine" | "near"): TemplateResult => html`
  <nav class="tabs" aria-label=${t("Which reports")}>
    <a href="/app/reports" aria-current=${here === "mine" ? "page" : nothing}>${t("Mine")}</a>
    <a href="/app/near" aria-current=${here === "near" ? "page" : nothing}>${t("Near me")}</a>
  </nav>
`;
