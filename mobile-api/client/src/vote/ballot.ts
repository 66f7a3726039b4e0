import { Refused } from "../api/call.js";
import { askCredential, askStatus, putBallot, type BallotForm, type Part, type Proof, type Receipt, type SentChoices } from "./ask.js";
import type { Choices } from "./choices.js";
import { faultsOf } from "./faults.js";
import { isShown, keptReceipt, nowhere, type Attempt, type Chosen, type Keeper, type KeptBallot } from "./kept.js";
import { newSeed, shuffled } from "./order.js";
import { randomHex } from "./pass.js";

/** While this ballot was filled in, another of the same voter went into the box. */
export class CastMeanwhile extends Error {}

/** Whose device it is: who keeps what, and what the city is told of it. */
export interface Device {
  keeper: Keeper;
  channel: "app" | "kiosk";
}

/** A ballot that was opened: what is chosen, and its way into the box. */
export class Ballot {
  private constructor(
    private readonly device: Device,
    private kept: KeptBallot,
    /** Whether anything was chosen since it went into the box. */
    private isChanged: boolean,
  ) {}

  /** The ballot that was opened on this device before, null where none was. */
  static async resume(device: Device, slug: string): Promise<Ballot | null> {
    const kept = await device.keeper.load(slug);
    return kept && new Ballot(device, kept, true);
  }

  /** Use a right to vote, or open again what was opened with it. */
  static async open(device: Device, form: BallotForm, proof: Proof, pass: string | null, isKept: boolean): Promise<Ballot> {
    const { slug } = form;
    const opening = { ...(await askCredential(slug, proof)), pass };
    const ballot = new Ballot(isKept ? device : { ...device, keeper: nowhere }, {
      slug,
      form,
      opening,
      seed: newSeed(),
      choices: {},
      stars: [],
      cast_before: 0,
      attempt: null,
      receipt: null,
    }, true);
    // The right is used by now: whatever fails from here on, the way back to it is kept.
    await ballot.save();
    await ballot.update();
    return ballot;
  }

  get form(): BallotForm {
    return this.kept.form;
  }

  /** The form as it is now: words may have been covered, and the close may be later. */
  async renew(form: BallotForm): Promise<void> {
    this.kept = { ...this.kept, form, receipt: this.receipt && this.kept.receipt };
    await this.save();
  }

  get opening() {
    return this.kept.opening;
  }

  get receipt(): Receipt | null {
    const { receipt } = this.kept;
    return receipt && isShown(receipt) ? receipt : null;
  }

  /** Whether a ballot of this voter is in the box. */
  get isCast(): boolean {
    return this.kept.cast_before > 0;
  }

  /** Whether it is in the box as it is, and nothing else was chosen since. */
  get isInBox(): boolean {
    return this.isCast && !this.isOnItsWay && (this.isBlank || !this.isChanged);
  }

  /** Whether it was sent and nobody knows whether it arrived. */
  get isOnItsWay(): boolean {
    return this.kept.attempt !== null;
  }

  /** The parts this voter may fill in. */
  get parts(): Part[] {
    const { districts } = this.form.form;
    const own = this.opening.district;
    return this.form.parts.filter(
      (part) =>
        part.projects.length > 0 &&
        (part.is_citywide || (districts === "any-one" && own !== null) || (districts === "own" && part.code === own)),
    );
  }

  /** Whether one district of several is to be chosen. */
  get isOneDistrict(): boolean {
    return this.form.form.districts === "any-one" && this.parts.filter((part) => !part.is_citywide).length > 1;
  }

  chosen(part: Part): Choices {
    return this.kept.choices[part.code] ?? [];
  }

  choose(part: Part, choices: Chosen[]): void {
    this.kept.choices = { ...this.kept.choices, [part.code]: choices };
    this.isChanged = true;
    void this.save();
  }

  isStarred(part: Part, code: string): boolean {
    return this.kept.stars.includes(`${part.code}/${code}`);
  }

  star(part: Part, code: string): void {
    const name = `${part.code}/${code}`;
    const { stars } = this.kept;
    this.kept.stars = stars.includes(name) ? stars.filter((one) => one !== name) : [...stars, name];
    this.isChanged = true;
    void this.save();
  }

  /** The projects of a part in this voter's own order. */
  inOrder(part: Part): Part["projects"] {
    return shuffled(part.projects, this.kept.seed);
  }

  /** Districts that are filled in though only one may be. */
  get filledDistricts(): Part[] {
    return this.parts.filter((part) => !part.is_citywide && this.chosen(part).length > 0);
  }

  get isBlank(): boolean {
    return this.parts.every((part) => this.chosen(part).length === 0);
  }

  /** Whether the city would take it as it is, as far as this device can tell. */
  get isFine(): boolean {
    const hasOneDistrict = !this.isOneDistrict || this.filledDistricts.length <= 1;
    return !this.isBlank && hasOneDistrict && this.parts.every((part) => faultsOf(this.form, part, this.chosen(part)).length === 0);
  }

  /** Learn whether a ballot of this voter is in the box. */
  async update(): Promise<void> {
    this.kept.cast_before = await askStatus(this.kept.slug, this.opening.credential);
    await this.save();
  }

  /**
   * Put it into the box. Called again after a lost answer it is the same ballot.
   *
   * Raises `CastMeanwhile` where another ballot of this voter came first, and as `call` does.
   */
  async cast(): Promise<void> {
    const attempt = await this.attempt();
    try {
      await this.acknowledge(await putBallot(this.kept.slug, this.sent(attempt)));
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.status >= 500) throw error;
      // The city has said no, so nothing of it is on its way any longer.
      this.kept.attempt = null;
      await this.save();
      if (error.slug !== "ballot-superseded") throw error;
      await this.update();
      throw new CastMeanwhile();
    }
  }

  /** What went into the box is in sight no longer; what was chosen after it stays. */
  async dropCast(): Promise<void> {
    if (!this.isChanged) this.kept = { ...this.kept, choices: {}, stars: [] };
    await this.save();
  }

  async dropReceipt(): Promise<void> {
    this.kept = { ...this.kept, receipt: null };
    await this.save();
  }

  async forget(): Promise<void> {
    await this.device.keeper.forget(this.kept.slug);
  }

  private async attempt(): Promise<Attempt> {
    const said = JSON.stringify(this.filled());
    const last = this.kept.attempt;
    if (last?.said === said) return last;
    // An earlier one may have arrived although its answer did not.
    if (last) await this.update();
    const attempt = { attempt: randomHex(), sequence: this.kept.cast_before + 1, said };
    this.kept.attempt = attempt;
    await this.save();
    return attempt;
  }

  private sent({ attempt, sequence }: Attempt) {
    const { channel } = this.device;
    return { credential: this.opening.credential, sequence, attempt, channel, parts: this.filled() };
  }

  private filled(): Record<string, SentChoices> {
    const hasPoints = this.form.form.points !== null;
    const parts = this.parts.filter((part) => this.chosen(part).length > 0);
    return Object.fromEntries(parts.map((part) => [part.code, sentChoices(this.chosen(part), hasPoints)]));
  }

  /** What was chosen stays in sight, to be changed, and is nowhere on the device any longer. */
  private async acknowledge(receipt: Receipt): Promise<void> {
    this.kept = { ...this.kept, cast_before: receipt.sequence, attempt: null, receipt: keptReceipt(receipt) };
    this.isChanged = false;
    await this.save();
  }

  private save(): Promise<void> {
    return this.device.keeper.save(this.isChanged ? this.kept : { ...this.kept, choices: {}, stars: [] });
  }
}

const sentChoices = (choices: Choices, hasPoints: boolean): SentChoices => ({
  projects: choices.map((one) => one.code),
  points: hasPoints ? choices.map((one) => one.points) : null,
});
