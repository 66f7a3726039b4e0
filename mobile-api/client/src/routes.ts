import type { Route } from "./shell/router.js";
import { knowAllWords } from "./words/words.js";

/** What everybody meets; its words come first (build/first_words.js). */
const first: readonly Route[] = [
  ["/", () => import("./home/home.js")],
  ["/report", () => import("./report/report.js")],
  ["/report/:draft/:step", () => import("./report/report.js")],
  ["/report/:draft/cover/:photo", () => import("./photo/cover.js")],
  ["/waiting", () => import("./waiting/waiting.js")],
];

const others: readonly Route[] = [
  ["/reports", () => import("./follow/reports.js")],
  ["/reports/:number", () => import("./follow/report.js")],
  ["/near", () => import("./follow/near.js")],
  ["/budgets", () => import("./budget/budgets.js")],
  ["/budgets/:slug", () => import("./budget/cycle.js")],
  ["/budgets/:slug/vote", () => import("./vote/vote.js")],
  ["/budgets/:slug/vote/:step", () => import("./vote/vote.js")],
  ["/budgets/:slug/vote/part/:part", () => import("./vote/vote.js")],
  ["/budgets/:slug/results", () => import("./results/results.js")],
  ["/budgets/:slug/results/:part", () => import("./results/part_result.js")],
  ["/budgets/:slug/receipt", () => import("./results/receipt.js")],
  ["/budgets/:slug/projects", () => import("./results/projects.js")],
  ["/budgets/:slug/projects/:code", () => import("./results/project.js")],
  ["/budgets/:slug/proposals", () => import("./propose/list.js")],
  ["/budgets/:slug/proposals/:number", () => import("./propose/proposal.js")],
  ["/budgets/:slug/proposals/:number/own", () => import("./propose/own.js")],
  ["/budgets/:slug/compare", () => import("./propose/compare.js")],
  ["/budgets/:slug/propose", () => import("./propose/propose.js")],
  ["/budgets/:slug/propose/:draft/:step", () => import("./propose/propose.js")],
  ["/budgets/:slug/propose/:draft/cover/:photo", () => import("./propose/cover.js")],
  ["/proposals/mine", () => import("./propose/mine.js")],
  ["/proposals/join", () => import("./propose/join.js")],
  ["/proposals/:number", () => import("./propose/proposal.js")],
  ["/kiosk", () => import("./vote/set_up_kiosk.js")],
  ["/kiosk/:slug", () => import("./vote/set_up_kiosk.js")],
  ["/kiosk/:slug/vote", () => import("./vote/kiosk.js")],
  ["/more", () => import("./more/more.js")],
  ["/more/language", () => import("./more/language.js")],
  ["/more/size", () => import("./more/size.js")],
  ["/more/about", () => import("./more/about.js")],
  ["/more/privacy", () => import("./more/privacy.js")],
  ["/more/notices", () => import("./notices/notices.js")],
  ["/more/account", () => import("./account/account.js")],
  ["/more/account/sign-in", () => import("./account/sign_in.js")],
  ["/more/account/code", () => import("./account/code.js")],
  ["/more/account/data", () => import("./account/own_data.js")],
  ["/more/account/forget", () => import("./account/forget_browser.js")],
];

const withAllWords = ([pattern, load]: Route): Route => [
  pattern,
  async () => (await Promise.all([load(), knowAllWords()]))[0],
];

/** Every address under /app and the screen behind it, each in a file that is loaded when needed. */
export const routes: readonly Route[] = [...first, ...others.map(withAllWords)];
