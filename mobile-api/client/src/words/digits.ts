/** Digits as Arabic and Persian write them, as programs read them; all else stays. */
export const plainDigits = (text: string): string => text.replace(/[\u0660-\u0669\u06F0-\u06F9]/g, (digit) => String(digit.charCodeAt(0) & 15));
