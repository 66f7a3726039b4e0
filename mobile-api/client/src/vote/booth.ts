import { Offline } from "../api/call.js";
import { Doing } from "../ui/later.js";
import { plainDigits } from "../words/digits.js";
import { t } from "../words/words.js";
import { askCode, askForm, type BallotForm, type Part, type Proof } from "./ask.js";
import { Ballot, type Device } from "./ballot.js";
import { Browsing } from "./browsing.js";
import { Casting } from "./casting.js";
import { Copying } from "./copying.js";
import { newPass, nonceOf, readCode } from "./pass.js";

/** The steps of a vote; `part/…` is the ballot of one part. */
export type Step = "start" | "number" | "code" | "parts" | `part/${string}` | "check" | "receipt";

/** One vote on one device, from the code to the receipt. */
export class Booth {
  readonly doing = new Doing();
  readonly casting = new Casting();
  readonly copied = new Copying();
  typed = { letter: "", number: "", address: "", code: "", pass: "" };
  /** Whether this phone shall keep what opens the ballot. */
  isKept = true;
  /** Shown before the code is used: whoever has it can come back. */
  pass = newPass();
  /** What is wrong with what was typed, by its field. */
  problem: { id: string; words: string } | null = null;
  private lead: (step: Step) => void = () => undefined;
  private readonly browsed = new Map<string, Browsing>();

  private constructor(
    readonly device: Device,
    public form: BallotForm,
    public ballot: Ballot | null,
  ) {}

  /** Without a network it begins with the form of the ballot that is open here, or with `known`. */
  static async enter(device: Device, slug: string, known: BallotForm | null = null): Promise<Booth> {
    const ballot = await Ballot.resume(device, slug);
    try {
      const form = await askForm(slug);
      if (form.is_over) await ballot?.forget();
      else await ballot?.renew(form);
      return new Booth(device, form, form.is_over ? null : ballot);
    } catch (error) {
      const form = ballot?.form ?? known;
      if (!form || !(error instanceof Offline)) throw error;
      return new Booth(device, form, ballot);
    }
  }

  get isKiosk(): boolean {
    return this.device.channel === "kiosk";
  }

  /** The first step on the ballot itself. */
  get firstStep(): Step {
    const [only, ...others] = this.ballot?.parts ?? [];
    return only && others.length === 0 ? `part/${only.code}` : "parts";
  }

  /** On to another step; what went wrong in this one stays behind. */
  go(step: Step): void {
    this.problem = null;
    this.doing.error = null;
    this.casting.error = null;
    this.lead(step);
  }

  /** Whoever shows the steps says how one leads to the next. */
  leadBy(lead: (step: Step) => void): void {
    this.lead = lead;
  }

  browsing(part: Part): Browsing {
    const known = this.browsed.get(part.code) ?? new Browsing(this, part);
    this.browsed.set(part.code, known);
    return known;
  }

  async openByLetter(): Promise<void> {
    const code = readCode(this.typed.letter);
    if (!code) return this.wrong("letter", t("A code has 16 letters and digits, and never the letter U."));
    await this.open({ access_code: code }, null);
  }

  async sendCode(): Promise<void> {
    const { number, address } = this.typed;
    if (!number.trim()) return this.wrong("number", t("Write your number in the register."));
    if (!address.trim()) return this.wrong("address", t("Write the address the register has of you."));
    await notHeard(askCode(this.form.slug, number, address));
    this.go("code");
  }

  async openByCode(): Promise<void> {
    const { number, address, code, pass: own } = this.typed;
    const pass = own.trim() ? readCode(own) : this.pass;
    if (!pass) return this.wrong("own-pass", t("A pass has 16 letters and digits, and never the letter U."));
    if (!code.trim()) return this.wrong("code", t("Write the code we sent you."));
    const nonce = await nonceOf(pass, this.form.slug, number);
    await this.open({ register_number: number, address, one_time_code: plainDigits(code).trim(), nonce }, pass);
  }

  async cast(): Promise<void> {
    await this.ballot?.cast();
    if (this.isKiosk) await this.ballot?.dropCast();
    this.go("receipt");
  }

  /** The ballot and what opened it leave this device. */
  async forget(): Promise<void> {
    await this.ballot?.forget();
    this.begin();
  }

  /** The receipt was seen; nothing of what was sent stays. */
  async finish(): Promise<void> {
    await this.ballot?.dropCast();
    await this.ballot?.dropReceipt();
    this.browsed.clear();
  }

  private async open(proof: Proof, pass: string | null): Promise<void> {
    this.problem = null;
    this.ballot = await notHeard(Ballot.open(this.device, this.form, proof, pass, this.isKept));
    this.typed = { letter: "", number: "", address: "", code: "", pass: "" };
    this.go(this.firstStep);
  }

  private begin(): void {
    this.ballot = null;
    this.pass = newPass();
    this.isKept = true;
    this.browsed.clear();
  }

  private wrong(id: string, words: string): void {
    this.problem = { id, words };
    queueMicrotask(() => queueMicrotask(() => document.getElementById(id)?.focus()));
  }
}

/** The same, with what it means for a vote when nobody answers. */
export async function notHeard<T>(asked: Promise<T>): Promise<T> {
  return asked.catch((error: unknown) => {
    if (!(error instanceof Offline)) throw error;
    throw new Offline({
      title: t("No connection"),
      detail: t("What you typed is still here. Nothing is lost if you try again."),
      remedy: t("Try again when you have a connection."),
    });
  });
}
