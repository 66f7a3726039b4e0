import { askPage, NotHad } from "../page/ask.js";

const QUIET_MS = 400;

/** The list beside the map: it follows what is asked for, and stays as it is where nobody answers. */
export class ListInView {
  private asked: AbortController | undefined;
  private waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly id: string,
    private readonly said: (was: "had" | "failed") => void,
  ) {}

  /** Whether the page has such a list. */
  get isThere(): boolean {
    return document.getElementById(this.id) !== null;
  }

  /** Show what the page's address with this `area` lists. */
  follow(area: string): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void this.ask(area), QUIET_MS);
  }

  private async ask(area: string): Promise<void> {
    this.asked?.abort();
    const { signal } = (this.asked = new AbortController());
    const address = new URL(location.href);
    address.searchParams.set("area", area);
    address.searchParams.delete("page");
    try {
      const { page } = await askPage(address.href, { signal });
      const [here, fresh] = [document.getElementById(this.id), page.getElementById(this.id)];
      if (signal.aborted || !here || !fresh) return;
      here.replaceChildren(...document.adoptNode(fresh).childNodes);
      this.said("had");
    } catch (error) {
      if (!(error instanceof NotHad)) throw error;
      if (!signal.aborted) this.said("failed");
    }
  }
}
