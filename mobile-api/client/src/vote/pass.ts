import { plainDigits } from "../words/digits.js";
import { hex } from "../words/hex.js";

/**
 * The pass of somebody who votes with a one-time code: sixteen symbols that open the ballot again on
 * this phone, on another, and on the city's own page, which makes the same of it.
 */

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS = 16;
const LOOK_ALIKES: Record<string, string> = { O: "0", I: "1", L: "1" };

/** A fresh pass: 80 random bits. */
export function newPass(): string {
  // 256 is a multiple of 32, so every symbol is as likely as any other.
  const symbols = Array.from(crypto.getRandomValues(new Uint8Array(SYMBOLS)), (byte) => CROCKFORD.charAt(byte % 32));
  return grouped(symbols.join(""));
}

/** The code somebody typed, null where it is none; blanks, dashes, small letters and whose digits they are do not matter. */
export function readCode(text: string): string | null {
  const plain = plainDigits(text).replace(/[\s-]/g, "").toUpperCase().replace(/[OIL]/g, (letter) => LOOK_ALIKES[letter] ?? letter);
  const isCode = plain.length === SYMBOLS && [...plain].every((symbol) => CROCKFORD.includes(symbol));
  return isCode ? grouped(plain) : null;
}

/** The device's secret that goes with a pass: of the number too, for two may share a pass, in whichever digits it is typed. */
export async function nonceOf(pass: string, slug: string, registerNumber: string): Promise<string> {
  const number = plainDigits(registerNumber.normalize("NFKC")).toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
  return (await hmac(pass, `nonce ${slug}\0${number}`)).slice(0, 32);
}

/** 128 random bits, as the city takes them. */
export const randomHex = (): string => hex(crypto.getRandomValues(new Uint8Array(16)));

const grouped = (plain: string) => plain.replace(/(.{4})(?=.)/g, "$1-");

async function hmac(key: string, message: string): Promise<string> {
  const bytes = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const made = await crypto.subtle.importKey("raw", bytes.encode(key), algorithm, false, ["sign"]);
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", made, bytes.encode(message))));
}
