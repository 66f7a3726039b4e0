import { redraw } from "../shell/screen.js";
import { choice, choose } from "../store/database.js";
import { readProposal } from "./catalogue.js";

/** More than these cannot be held in mind, or on a small screen. */
export const MOST_COMPARED = 4;

/** The few proposals of a budget that somebody put side by side; kept on this phone. */
export class Compared {
  private constructor(
    private readonly slug: string,
    public numbers: readonly string[],
  ) {}

  static async of(slug: string): Promise<Compared> {
    return new Compared(slug, (await choice<string[]>(nameOf(slug))) ?? []);
  }

  has(number: string): boolean {
    return this.numbers.includes(number);
  }

  get isFull(): boolean {
    return this.numbers.length >= MOST_COMPARED;
  }

  /** Put it beside the others, or take it away. */
  async toggle(number: string): Promise<void> {
    if (this.has(number)) this.numbers = this.numbers.filter((one) => one !== number);
    else if (!this.isFull) this.numbers = [...this.numbers, number];
    redraw();
    await choose(nameOf(this.slug), this.numbers);
    // Read now, so that it can be compared without a network.
    if (this.has(number)) await readProposal(number).catch(() => undefined);
  }
}

const nameOf = (slug: string): string => `compared:${slug}`;
