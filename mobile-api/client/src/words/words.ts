/** The languages the client speaks, by their own names; English is the source of all others. */
export const LANGUAGES = { en: "English", es: "Español", pl: "Polski", ar: "العربية" } as const;
export type Language = keyof typeof LANGUAGES;

/** Whether the client speaks it. */
export const isSpoken = (tongue: string): tongue is Language => tongue in LANGUAGES;

/** Which plural category (Unicode CLDR) each form of a catalogue is for, in gettext's order. */
const FORMS: Record<Language, readonly Intl.LDMLPluralRule[]> = {
  en: ["one", "other"],
  es: ["one", "other"],
  pl: ["one", "few", "many"],
  ar: ["zero", "one", "two", "few", "many", "other"],
};
type Part = () => Promise<{ default: Catalogue }>;
/** What is said on a first visit, and the rest. */
const CATALOGUES: Record<Exclude<Language, "en">, readonly [first: Part, rest: Part]> = {
  es: [() => import("../../locales/es.po?first"), () => import("../../locales/es.po?rest")],
  pl: [() => import("../../locales/pl.po?first"), () => import("../../locales/pl.po?rest")],
  ar: [() => import("../../locales/ar.po?first"), () => import("../../locales/ar.po?rest")],
};

/** Sentences by their English source; several forms where they count something. */
export type Catalogue = Record<string, string | string[]>;
export type Values = Record<string, string | number>;

let spoken: Language = "en";
let words: Catalogue = {};
let plural = new Intl.PluralRules("en");
let wished: Language = "en";
let all: Promise<void> | null = null;
/** Whether every screen's words are wanted, and not only the first ones'. */
let isWhole = false;

/** The language that is spoken now. */
export const language = (): Language => spoken;

/** How dates and numbers are written: as the phone has it for the language of the page. */
export const locale = (): string => navigator.languages.find((one) => one.split("-")[0] === spoken) ?? spoken;

/** Speak `language` from now on; what was drawn before has to be drawn again. */
export async function speak(language: Language): Promise<void> {
  wished = language;
  const met = await catalogue(language);
  // Another one was chosen while this one was on its way.
  if (wished !== language) return;
  words = met;
  spoken = language;
  plural = new Intl.PluralRules(language);
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
}

/** Know what is said on every screen, in the language that is spoken and in any that is. */
export function knowAllWords(): Promise<void> {
  isWhole = true;
  all ??= speak(wished);
  return all;
}

async function catalogue(language: Language): Promise<Catalogue> {
  if (language === "en") return {};
  const [first, rest] = CATALOGUES[language];
  // Without a network and never met before, the rest is said in English.
  const parts = [first(), isWhole ? rest().catch(() => null) : null];
  const [early, late] = await Promise.all(parts);
  return { ...early?.default, ...late?.default };
}

/** `source` in the language that is spoken, with `{name}` replaced by the value of that name. */
export function t(source: string, values?: Values): string {
  const found = words[source];
  return filled(typeof found === "string" ? found : source, values);
}

/** The same for a word that means several things: `context` says which. */
export function tc(context: string, source: string, values?: Values): string {
  const found = words[`${context}\u0004${source}`];
  return filled(typeof found === "string" ? found : source, values);
}

/** The form of a sentence for `count` things; `{count}` is the number as the language writes it. */
export function n(count: number, one: string, many: string, values?: Values): string {
  const forms = words[one];
  const category = plural.select(count);
  const all = { count, ...values };
  if (!Array.isArray(forms)) return filled(category === "one" ? one : many, all);
  const place = FORMS[spoken].indexOf(category);
  return filled(forms[place] ?? forms[forms.length - 1] ?? many, all);
}

function filled(sentence: string, values: Values | undefined): string {
  if (!values) return sentence;
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => written(values[name] ?? whole));
}

const written = (value: string | number): string =>
  typeof value === "number" ? new Intl.NumberFormat(locale()).format(value) : value;

/** The language to begin with: chosen before, else the first the phone asks for that is spoken. */
export function firstLanguage(chosen: string | null, offered: readonly string[]): Language {
  for (const wish of [chosen, ...navigator.languages]) {
    const tongue = wish?.split("-")[0];
    if (tongue && isSpoken(tongue) && offered.includes(tongue)) return tongue;
  }
  return "en";
}
