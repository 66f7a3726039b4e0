import { redraw } from "../shell/screen.js";
import type { Command } from "../store/kept.js";
import { onChange } from "./changes.js";
import { outbox } from "./outbox.js";

/** The outbox as it is now, for a screen that shows it; drawn again whenever it changes. */
export class OutboxWatch {
  commands: Command[] = [];
  /** Look no more. */
  readonly close = onChange(() => void this.read().then(redraw));

  /** A watch that knows the outbox already. */
  static async begun(): Promise<OutboxWatch> {
    const watch = new OutboxWatch();
    await watch.read();
    return watch;
  }

  /** The pictures of a report that have not arrived. */
  photosLeft(report: string): Command[] {
    return this.commands.filter(
      ({ body, state }) => body.kind === "photo" && body["report"] === report && state !== "sent",
    );
  }

  private async read(): Promise<void> {
    this.commands = await outbox();
  }
}
