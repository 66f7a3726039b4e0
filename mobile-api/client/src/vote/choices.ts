import type { Chosen } from "./kept.js";

/** What was chosen in one part. */
export type Choices = readonly Chosen[];

export const has = (choices: Choices, code: string): boolean => choices.some((one) => one.code === code);

/** Choose a project, or no longer; a ranking puts it last. */
export const toggled = (choices: Choices, code: string): Chosen[] =>
  has(choices, code) ? without(choices, code) : [...choices, { code, points: 0 }];

export const without = (choices: Choices, code: string): Chosen[] => choices.filter((one) => one.code !== code);

export const pointsOf = (choices: Choices, code: string): number =>
  choices.find((one) => one.code === code)?.points ?? 0;

/** Give a project points; none takes it off. */
export function withPoints(choices: Choices, code: string, points: number): Chosen[] {
  if (points <= 0) return without(choices, code);
  if (!has(choices, code)) return [...choices, { code, points }];
  return choices.map((one) => (one.code === code ? { code, points } : one));
}

/** Move a project of a ranking by some places, no further than its ends. */
export function moved(choices: Choices, code: string, by: number): Chosen[] {
  const from = choices.findIndex((one) => one.code === code);
  const rest = without(choices, code);
  const to = Math.min(Math.max(from + by, 0), rest.length);
  return [...rest.slice(0, to), ...choices.slice(from, from + 1), ...rest.slice(to)];
}

export const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, one) => total + one, 0);
