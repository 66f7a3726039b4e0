import { nothing, render, type TemplateResult } from "lit-html";

/** What fills the page: one thing at a time. */
export interface Screen {
  /** Its name: the heading, and what the browser's tab and history say. */
  title(): string;
  view(): TemplateResult;
  /**
   * `task` is one thing to finish, without the city's navigation around it; `bare` has nothing of
   * this phone's owner around it either, as on a tablet that everybody uses.
   */
  frame?: "site" | "task" | "bare";
  /** What to know without a network, where it is not that things are sent later. */
  withoutNetwork?(): string;
  /** Where "Back" leads, as a path under /app; without it there is no way back but the browser's. */
  back?: string;
  /** Called when another screen takes its place; a camera is switched off here, a timer stopped. */
  leave?(): void;
}

type Frame = (screen: Screen) => TemplateResult;

let current: Screen | null = null;
let frame: Frame = () => {
  throw new Error("The frame is not set.");
};
let isDue = false;

/** Draw every screen inside of `drawn` from now on. */
export function drawInside(drawn: Frame): void {
  frame = drawn;
}

/** Put `screen` in the place of what was there, and begin at its heading. */
export function show(screen: Screen, isFirst: boolean): void {
  current?.leave?.();
  current = screen;
  draw();
  window.scrollTo(0, 0);
  // The first page begins where a browser begins; every other is announced by its heading.
  if (!isFirst) document.querySelector<HTMLElement>("h1")?.focus();
}

/** Draw the current screen again, soon and once, after what it shows has changed. */
export function redraw(): void {
  if (isDue) return;
  isDue = true;
  queueMicrotask(() => {
    isDue = false;
    draw();
  });
}

function draw(): void {
  if (!current) return;
  document.title = current.title();
  render(frame(current) ?? nothing, document.body);
}
