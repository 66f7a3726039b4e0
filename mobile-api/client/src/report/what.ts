import { html, nothing } from "lit-html";

import { city } from "../city/city.js";
import type { Place } from "../shell/router.js";
import { redraw, type Screen } from "../shell/screen.js";
import { summary, textField } from "../ui/fields.js";
import { t } from "../words/words.js";
import { danger } from "./danger.js";
import { warmUp } from "./fix.js";
import { KindChoice } from "./kind.js";
import { goOn, isChange } from "./next.js";
import { focusSoon, onward, progress, trouble } from "./parts.js";
import { PhotoList } from "./photos.js";
import { serviceOf } from "./services.js";
import type { Writing } from "./writing.js";

/** The first screen: pictures, words, and what kind of problem it is. */
export function what(writing: Writing, place: Place): Screen {
  const kind = new KindChoice(writing);
  const photos = new PhotoList(writing);
  let isTried = false;
  void warmUp();

  const next = () => {
    isTried = true;
    if (!missing(writing).length) return void goOn(writing, "what", place);
    focusSoon("problems");
    redraw();
  };

  return {
    title: () => t("What is it?"),
    frame: "task",
    back: isChange(place) ? `/report/${writing.draft.id}/check` : "/",
    // What was put right is no problem any longer.
    view: () => form(writing, kind, photos, isTried ? missing(writing) : [], next),
  };
}

function form(writing: Writing, kind: KindChoice, photos: PhotoList, problems: readonly Wrong[], next: () => void) {
  const problemOf = (id: string) => problems.find((one) => one.id === id)?.words;
  const advice = serviceOf(writing.report.service_code)?.notice;
  return html`
    ${progress(1)} ${summary(problems)} ${trouble(writing)} ${photos.view()}
    ${textField({
      id: "words",
      label: t("What did you see?"),
      hint: t("For example: a deep hole beside the bus stop"),
      value: writing.report.description ?? "",
      lines: 3,
      longest: city().limits.description,
      problem: problemOf("words"),
      onInput: (description) => writing.say({ description }),
    })}
    ${danger(writing.isAboutDanger)} ${kind.view(problemOf("kind"))} ${advice ? html`<p class="reason">${advice}</p>` : nothing} ${onward(t("Next"), next)}
  `;
}

/** What is wrong with a field. */
interface Wrong {
  id: string;
  words: string;
}

function missing({ report, photos }: Writing): Wrong[] {
  const problems = [];
  if (!report.description?.trim() && !photos.length)
    problems.push({ id: "words", words: t("Write what you saw, or add a photo.") });
  if (!serviceOf(report.service_code))
    problems.push({ id: "kind", words: t("Choose what kind of problem it is.") });
  return problems;
}
