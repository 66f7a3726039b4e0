/** How long nobody touches a shared tablet before it asks, and how long it waits for an answer. */
export const QUIET_MS = 90_000;
export const WARNING_MS = 20_000;

const SIGNS = ["pointerdown", "keydown", "input", "scroll"] as const;

/**
 * Watches whether anybody is there (WCAG 2.2, 2.2.1): `tell` hears how many seconds are left once
 * nobody has touched anything for a while, and null when somebody is there again; then `end`.
 *
 * Reckoned from the clock, so that a tablet that slept knows how long.
 */
export class Idle {
  private since = Date.now();
  private isWarning = false;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly tell: (secondsLeft: number | null) => void,
    private readonly end: () => void,
  ) {
    for (const sign of SIGNS) window.addEventListener(sign, this.seen, { capture: true, passive: true });
    this.timer = setInterval(() => this.look(), 1000);
  }

  stop(): void {
    clearInterval(this.timer);
    for (const sign of SIGNS) window.removeEventListener(sign, this.seen, { capture: true });
  }

  /** Somebody says that they are there. */
  readonly stay = (): void => {
    this.since = Date.now();
    if (!this.isWarning) return;
    this.isWarning = false;
    this.tell(null);
  };

  /** Once it asks, only an answer counts: a key that ends the question must do nothing else besides. */
  private readonly seen = (): void => {
    if (!this.isWarning) this.since = Date.now();
  };

  private look(): void {
    const left = this.since + QUIET_MS + WARNING_MS - Date.now();
    if (left > WARNING_MS) return;
    if (left <= 0) {
      this.stop();
      this.end();
      return;
    }
    this.isWarning = true;
    this.tell(Math.ceil(left / 1000));
  }
}
