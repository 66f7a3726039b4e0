import { html, nothing } from "lit-html";

import { city } from "../city/city.js";
import type { Make } from "../shell/router.js";
import { t } from "../words/words.js";

/** What is needed now and then. */
const more: Make = () => ({
  title: () => t("More"),
  view: () => html`
    <ul class="ways" role="list">
      <li><a href="/app/more/language">${t("Language")}</a></li>
      <li><a href="/app/more/size">${t("Text size")}</a></li>
      <li><a href="/app/more/notices">${t("Be told of changes")}</a></li>
      <li><a href="/app/more/account">${t("You and the city")}</a></li>
      <li><a href="/app/more/privacy">${t("Privacy")}</a></li>
      <li><a href="/app/more/about">${t("About {city}", { city: city().city })}</a></li>
    </ul>
    <h2>${t("The same as plain pages")}</h2>
    <p class="soft">${t("For a large screen, for printing, or without this app.")}</p>
    <ul class="ways" role="list">
      <li><a href="/" rel="external">${t("The city's first page")}</a></li>
      <li><a href="/report" rel="external">${t("Report a problem")}</a></li>
      <li><a href="/budget" rel="external">${t("Budgets and votes")}</a></li>
      <li><a href="/decisions" rel="external">${t("Every decision, in the order it was made")}</a></li>
      ${city().terms_url ? html`<li><a href=${city().terms_url ?? ""} rel="external noopener">${t("Terms of use")}</a></li>` : nothing}
    </ul>
  `,
});

export default more;
