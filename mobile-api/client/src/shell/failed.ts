import { html } from "lit-html";

import { Offline, Refused } from "../api/call.js";
import { t } from "../words/words.js";
import type { Screen } from "./screen.js";

/** The screen for a page that could not be shown: why, and what to do; `null` is an unknown address. */
export function failed(error: unknown, again: (() => void) | null): Screen {
  const { title, detail, remedy } = explained(error);
  return {
    title: () => title,
    back: location.pathname.startsWith("/app/budgets/") ? "/budgets" : "/",
    view: () => html`
      <div class="stack">
        <p>${detail}</p>
        <p>${remedy}</p>
        ${again && html`<button class="button" @click=${again}>${t("Try again")}</button>`}
      </div>
    `,
  };
}

/** What the city says where nobody can be told from anybody, in words for programs. */
const NAMELESS = new Set(["follower-unknown", "person-unknown"]);

/** Whoever asks has been given a cookie before, unless the browser refused it. */
const cookieless = () => ({
  title: t("The city cannot tell you from others"),
  detail: t("This needs a cookie, so that each person counts once. Your browser refuses it."),
  remedy: t("Allow cookies for this site in your browser, then try again."),
});

/** An error in words: what happened, and what to do. */
export function explained(error: unknown): { title: string; detail: string; remedy: string } {
  if (error === null)
    return {
      title: t("There is nothing here"),
      detail: t("This address leads nowhere."),
      remedy: t("Go back, or begin at the start."),
    };
  if (error instanceof Refused) return NAMELESS.has(error.slug) ? cookieless() : error.problem;
  if (error instanceof Offline && error.said) return error.said;
  if (error instanceof Offline)
    return {
      title: t("No connection"),
      detail: t("This cannot be read without a network, and this phone has not kept it."),
      remedy: t("Try again when you have a connection. A report can be written now."),
    };
  console.error(error);
  return {
    title: t("Something went wrong"),
    detail: t("This page could not be shown. What you wrote is still on this phone."),
    remedy: t("Try again. If it happens again, call the city."),
  };
}
