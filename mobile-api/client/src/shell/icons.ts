import { svg, html, type TemplateResult } from "lit-html";

/** Plain shapes on a grid of 24, drawn with the ink of the words beside them. */
const SHAPES = {
  back: svg`<path d="M15 5 8 12l7 7" />`,
  report: svg`<path d="M12 21s-7-6.6-7-11.6A7 7 0 0 1 19 9.4c0 5-7 11.6-7 11.6Z" /><path d="M12 6.5v4M12 13.4v.1" />`,
  follow: svg`<path d="M5 6h14M5 12h14M5 18h9" />`,
  vote: svg`<path d="M4 11h16v9H4zM8 11V4h8v7M10 15h4" />`,
  more: svg`<path d="M4 7h16M4 12h16M4 17h16" />`,
  done: svg`<path d="m5 13 4.5 4.5L19 7" />`,
  waiting: svg`<circle cx="12" cy="12" r="8.5" /><path d="M12 7v5.5l3.5 2" />`,
  refused: svg`<path d="m6 6 12 12M18 6 6 18" />`,
  offline: svg`<path d="M4 4l16 16M8.5 15.5a5 5 0 0 1 6.5-.5M5 12a10 10 0 0 1 4-2.4M19 12a10 10 0 0 0-6-2.9M12 19v.1" />`,
  camera: svg`<path d="M4 8h4l1.5-2.5h5L16 8h4v11H4z" /><circle cx="12" cy="13" r="3.5" />`,
  place: svg`<circle cx="12" cy="12" r="3" /><path d="M12 3v4M12 17v4M3 12h4M17 12h4" />`,
  star: svg`<path d="m12 4 2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8Z" />`,
} as const;

export type IconName = keyof typeof SHAPES;

/** A mark beside words that say the same; nobody has to see it. */
export const icon = (name: IconName, className = ""): TemplateResult => html`
  <svg class="icon ${className}" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">${SHAPES[name]}</svg>
`;

/** The product's mark: three level bars. */
export const brandMark = (): TemplateResult => html`
  <svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
    <rect class="mark-ground" width="32" height="32" rx="6" />
    <path class="mark-bars" d="M6 8h6l-2 16H6zM14.2 8h6.3l-1 16h-7.3zM22.7 8H26v16h-4.3z" />
  </svg>
`;
