import { city } from "../city/city.js";
import { locale } from "./words.js";

/** A day in words, in the city's time zone: "3 March 2026". */
export const day = (moment: string | Date): string =>
  format(moment, { day: "numeric", month: "long", year: "numeric" });

/** A day and a time of day: "3 Mar 2026, 14:05". */
export const moment = (moment: string | Date): string =>
  format(moment, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

/** Money in whole units of the city's currency, with its minor unit where it is not zero. */
export function money(minorUnits: number, currency = city().currency): string {
  const numbers = new Intl.NumberFormat(locale(), { style: "currency", currency });
  const digits = numbers.resolvedOptions().maximumFractionDigits ?? 2;
  const amount = minorUnits / 10 ** digits;
  if (!Number.isInteger(amount)) return numbers.format(amount);
  const whole = { style: "currency", currency, maximumFractionDigits: 0 } as const;
  return new Intl.NumberFormat(locale(), whole).format(amount);
}

/** An amount as a budget counts it: in 1/`money_scale` of its currency, which may be unknown. */
export function amount(units: number, { currency, money_scale }: { currency: string; money_scale: number }): string {
  if (!currency) return number(units / money_scale);
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return money(Math.round((units / money_scale) * 10 ** digits), currency);
}

/** A day of the calendar in words, which is the same day everywhere: "2026-03-03" is 3 March 2026. */
export const calendarDay = (date: string): string =>
  new Intl.DateTimeFormat(locale(), { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" }).format(new Date(date));

/** The last day of what ends just before `end`, or the moment where that is within a day. */
export function lastMoment(end: string): { words: string; isDay: boolean } {
  const clock = new Intl.DateTimeFormat("en", { timeZone: city().time_zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const isDay = clock.format(new Date(end)) === "00:00";
  return { words: isDay ? day(new Date(new Date(end).getTime() - 1)) : moment(end), isDay };
}

/** A number as the language writes it. */
export const number = (value: number): string => new Intl.NumberFormat(locale()).format(value);

/** A distance a person walks, rounded to what they can tell: "40 m", "1.2 km". */
export function distance(metres: number): string {
  const far = metres >= 1000;
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit: far ? "kilometer" : "meter",
    maximumFractionDigits: far ? 1 : 0,
  }).format(far ? metres / 1000 : Math.max(10, Math.round(metres / 10) * 10));
}

/** How long ago, in the largest unit that fits: "3 days ago". */
export function ago(moment: string | Date, now: Date = new Date()): string {
  const seconds = (new Date(moment).getTime() - now.getTime()) / 1000;
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return relative.format(0, "minute");
}

const UNITS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

const format = (moment: string | Date, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(locale(), { timeZone: city().time_zone, ...options }).format(
    new Date(moment),
  );
