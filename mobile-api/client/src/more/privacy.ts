import { html, nothing } from "lit-html";

import { city } from "../city/city.js";
import type { Make } from "../shell/router.js";
import { distance } from "../words/formats.js";
import { n, t } from "../words/words.js";

/** What becomes of what people tell, in short. */
const privacy: Make = () => ({
  title: () => t("Privacy"),
  back: "/more",
  view: () => {
    const { public_grid_metres: grid, retention_days: days, url } = city().privacy;
    return html`
      <h2>${t("What everybody sees")}</h2>
      <p>${t("What you saw, where, your pictures, and what became of it. Never who you are, and never how to reach you.")}</p>
      ${grid ? html`<p>${t("Where it is about a home, the place is shown to within {distance} only.", { distance: distance(grid) })}</p>` : nothing}
      <h2>${t("What only the city sees")}</h2>
      <p>${t("How to reach you, where you said so. It is kept sealed and read by whoever has your report on their desk.")}</p>
      ${days === null ? nothing : html`<p>${n(days, "It is erased a day after your report is closed, at the latest.", "It is erased {count} days after your report is closed, at the latest.")}</p>`}
      <h2>${t("What is on this phone")}</h2>
      <p>${t("Drafts, what is not sent yet, and what you read last, so that it is there without a network. Nothing is loaded from anybody but the city, and nobody counts what you look at.")}</p>
      <p>${t("Pictures are made smaller on this phone, and what the camera wrote into them is taken out before they are sent.")}</p>
      <ul class="ways" role="list">
        <li><a href="/app/more/account/data">${t("What the city keeps of you")}</a></li>
        <li><a href="/app/more/account/forget">${t("Forget this browser")}</a></li>
        ${url ? html`<li><a href=${url} rel="external noopener">${t("The city's privacy notice")}</a></li>` : nothing}
      </ul>
    `;
  },
});

export default privacy;
