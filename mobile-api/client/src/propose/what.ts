import { html, nothing } from "lit-html";

import { onward, progress } from "../report/parts.js";
import { redraw, type Screen } from "../shell/screen.js";
import { summary, textField } from "../ui/fields.js";
import { LANGUAGES, t } from "../words/words.js";
import type { Cycle } from "./catalogue.js";
import { focusSoon, select } from "./parts.js";
import { Similar } from "./similar.js";
import { LONGEST, backTo, goTo, keeping, notByItself } from "./steps.js";
import type { Writing } from "./writing.js";

/** The first screen: what, and for whom; what is like it comes up while the name is typed. */
export function what(writing: Writing, cycle: Cycle, isChange: boolean): Screen {
  const { draft } = writing;
  const similar = new Similar(writing);
  let problems: { id: "title" | "summary"; words: string }[] = [];
  const wrong = (id: string) => problems.find((one) => one.id === id)?.words;

  const next = async () => {
    problems = missing(writing);
    redraw();
    if (problems.length) focusSoon("problems");
    else await goTo(writing, isChange ? "check" : "where");
  };

  return {
    title: () => (writing.kept.edits ? t("Say it in other words") : t("What do you propose?")),
    frame: "task",
    withoutNetwork: notByItself,
    back: isChange ? backTo(writing, "what", true) : `/budgets/${cycle.slug}/proposals`,
    leave: () => similar.stop(),
    view: () => html`
      ${progress(1)} ${summary(problems)}
      ${textField({
        id: "title",
        label: t("A short name for it"),
        hint: t("For example: Benches along the canal"),
        value: writing.draft.title ?? "",
        longest: LONGEST.title,
        problem: wrong("title"),
        onInput: (title) => {
          writing.say({ title });
          similar.look();
        },
      })}
      ${writing.kept.edits ? nothing : similar.hints()}
      ${textField({
        id: "summary",
        label: t("What should change, and for whom?"),
        hint: t("One or two sentences. Everybody can read them."),
        lines: 4,
        value: writing.draft.summary ?? "",
        longest: LONGEST.summary,
        problem: wrong("summary"),
        onInput: (words) => writing.say({ summary: words }),
      })}
      <details ?open=${Boolean(draft.description || draft.category)}>
        <summary>${t("Say more, if you like")}</summary>
        <div class="stack">
          ${textField({
            id: "description",
            label: t("More about it"),
            hint: t("Why it is needed, and how it could look"),
            lines: 5,
            value: writing.draft.description ?? "",
            longest: LONGEST.description,
            onInput: (description) => writing.say({ description }),
          })}
          ${kinds(writing, similar)}
          ${select({
            id: "language",
            label: t("The language you write in"),
            chosen: writing.draft.language ?? "en",
            choices: languages(writing.draft.language),
            onChange: (language) => writing.say({ language }),
          })}
        </div>
      </details>
      ${keeping(writing)} ${onward(isChange ? t("Done") : t("Next"), () => void next())}
    `,
  };
}

function missing({ draft }: Writing): { id: "title" | "summary"; words: string }[] {
  return [
    ...(draft.title?.trim() ? [] : [{ id: "title" as const, words: t("Give it a short name.") }]),
    ...(draft.summary?.trim() ? [] : [{ id: "summary" as const, words: t("Say in a sentence what should change.") }]),
  ];
}

/** The kinds that others in this budget go by; there is nothing to choose where there are none. */
function kinds(writing: Writing, { categories }: Similar) {
  const own = writing.draft.category ?? "";
  const all = [...new Set([...categories, ...(own ? [own] : [])])].sort();
  if (!all.length) return nothing;
  return select({
    id: "category",
    label: t("Kind"),
    chosen: own,
    choices: [{ value: "", words: t("No kind") }, ...all.map((one) => ({ value: one, words: one }))],
    onChange: (category) => writing.say({ category: category || null }),
  });
}

/** Those this app speaks, by their own names, and whatever it was written in before. */
function languages(own = ""): { value: string; words: string }[] {
  const known = Object.entries(LANGUAGES).map(([value, words]) => ({ value, words }));
  return own && !(own in LANGUAGES) ? [...known, { value: own, words: own }] : known;
}
