import { html, nothing } from "lit-html";

import { beginSession } from "../account/session.js";
import { call } from "../api/call.js";
import { go, type Make } from "../shell/router.js";
import { redraw } from "../shell/screen.js";
import { summary, textField } from "../ui/fields.js";
import { Doing, Later } from "../ui/later.js";
import { plainDigits } from "../words/digits.js";
import { t } from "../words/words.js";
import { ByNumber } from "./by_number.js";
import { readProposal } from "./catalogue.js";
import { focusSoon, said } from "./parts.js";
import { LONGEST } from "./steps.js";

/** Stand behind a proposal that somebody else made, with the code they gave. */
const join: Make = ({ query }) => {
  const number = (query.get("number") ?? "").trim().toUpperCase();
  const one = number ? new Later(() => readProposal(number)) : null;
  const doing = new Doing();
  const form = { code: location.hash.slice(1), display_name: "", interests: "" };
  // Without a number, or with one nobody knows, it is asked for.
  const byNumber = new ByNumber(form.code);
  // Nobody who looks at this phone later finds the code among its addresses.
  history.replaceState(null, "", location.pathname + location.search);
  let problem: string | undefined;

  const stand = async () => {
    problem = form.code.trim() ? undefined : t("Type the code you were given.");
    redraw();
    if (problem) return focusSoon("problems");
    await beginSession();
    const { cycle } = await call("post", "/v1/proposals/{number}/proposers", { params: { number }, body: { ...form, code: plainDigits(form.code).trim() } });
    await go(`/budgets/${cycle}/proposals/${number}`, { replace: true });
  };

  return {
    title: () => t("Stand behind a proposal"),
    back: "/proposals/mine",
    view: () => html`${one?.shown(({ document }) => html`
      ${summary(problem ? [{ id: "code", words: problem }] : [])}
      <p class="lead">${said(document.title, document.language)}</p>
      <p>${t("Then you can change it, answer questions and invite others, as whoever proposed it.")}</p>
      ${textField({ id: "code", label: t("The code"), value: form.code, longest: 100, problem, onInput: (code) => (form.code = code) })}
      ${textField({
        id: "display-name",
        label: t("A name to show, if you like"),
        hint: t("Everybody can read it."),
        longest: LONGEST.display_name,
        value: form.display_name,
        onInput: (name) => (form.display_name = name),
      })}
      ${textField({
        id: "interests",
        label: t("What you have to gain from it, if you like"),
        hint: t("Everybody can read it."),
        lines: 2,
        longest: LONGEST.interests,
        value: form.interests,
        onInput: (interests) => (form.interests = interests),
      })}
      ${doing.button(t("Stand behind it"), stand)}
    `) ?? nothing} ${!one || one.hasFailed ? byNumber.view() : nothing}`,
  };
};

export default join;
