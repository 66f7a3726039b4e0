import { html, nothing, type TemplateResult } from "lit-html";

import { city } from "../city/city.js";
import type { Place } from "../shell/router.js";
import { redraw, type Screen } from "../shell/screen.js";
import { oneOf, summary, textField, tick } from "../ui/fields.js";
import { t } from "../words/words.js";
import { danger } from "./danger.js";
import { back, goOn } from "./next.js";
import { focusSoon, onward, trouble } from "./parts.js";
import { questionsOf, serviceOf, type Service } from "./services.js";
import type { Writing } from "./writing.js";

type Question = Service["attributes"][number];

/** What this kind of problem asks besides, where it asks anything. */
export function questions(writing: Writing, place: Place): Screen {
  const service = serviceOf(writing.report.service_code);
  const asked = questionsOf(service);
  let problems: { id: string; words: string }[] = [];
  let isBusy = false;

  const next = async () => {
    problems = asked.filter((one) => one.is_required && !answers(writing, one).some((text) => text.trim())).map(needed);
    if (problems.length) focusSoon("problems");
    else {
      isBusy = true;
      redraw();
      await goOn(writing, "questions", place);
      isBusy = false;
    }
    redraw();
  };

  return {
    title: () => t("A little more about it"),
    frame: "task",
    back: back(writing, place, "where"),
    view: () => html`
      <p class="soft">${service?.service_name}</p>
      ${summary(problems)} ${danger(writing.isAboutDanger)} ${trouble(writing)}
      ${asked.map((one) => field(writing, one, problems.find(({ id }) => id === idOf(one))?.words))}
      ${onward(t("Next"), () => void next(), isBusy)}
    `,
  };
}

const idOf = ({ code }: Question) => `answer-${code}`;
const answers = ({ report }: Writing, { code }: Question): readonly string[] => report.attributes?.[code] ?? [];
const needed = (one: Question) => ({
  id: idOf(one),
  words: t("Please answer: {question}", { question: one.description }),
});

function say(writing: Writing, { code }: Question, texts: readonly string[]): void {
  writing.say({ attributes: { ...writing.report.attributes, [code]: [...texts] } });
}

function field(writing: Writing, one: Question, problem: string | undefined): TemplateResult {
  const label = one.is_required ? one.description : t("{question} (you can leave this out)", { question: one.description });
  const shared = { id: idOf(one), label, hint: one.datatype_description || undefined, problem };
  const given = answers(writing, one);
  if (one.datatype === "singlevaluelist") {
    const choices = one.choices.map(({ key, name }) => ({ value: key, words: name }));
    return oneOf({ ...shared, choices, chosen: given[0] ?? null, onChange: (key) => say(writing, one, [key]) });
  }
  if (one.datatype === "multivaluelist") return several(writing, one, label, problem);
  return textField({
    ...shared,
    value: given[0] ?? "",
    longest: city().limits.answer,
    ...LOOKS[one.datatype],
    onInput: (text) => say(writing, one, text ? [text] : []),
  });
}

/** How what is asked for is typed: Open311's kinds that are no list. */
const LOOKS: Record<string, { lines?: number; inputmode?: "decimal"; type?: "datetime-local" }> = {
  text: { lines: 3 },
  number: { inputmode: "decimal" },
  datetime: { type: "datetime-local" },
};

function several(writing: Writing, one: Question, label: string, problem: string | undefined): TemplateResult {
  const given = answers(writing, one);
  const change = (key: string, isOn: boolean) => say(writing, one, isOn ? [...given, key] : given.filter((other) => other !== key));
  return html`
    <fieldset class="choices" id=${idOf(one)} aria-describedby=${problem ? `${idOf(one)}-problem` : nothing}>
      <legend>${label}</legend>
      ${one.datatype_description ? html`<span class="hint">${one.datatype_description}</span>` : nothing}
      ${problem ? html`<strong class="problem" id=${`${idOf(one)}-problem`}>${problem}</strong>` : nothing}
      ${one.choices.map(({ key, name }) => tick(name, given.includes(key), (isOn) => change(key, isOn)))}
    </fieldset>
  `;
}
