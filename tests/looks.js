// What tests/looks.py asks of a page, in the page: `looks.wear("2", "rtl")` and so on.
"use strict";

// Violations of the page's policy have an event, whether the console names them or not.
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
  console.error(`policy: ${violatedDirective} ${blockedURI} ${sample}`),
);

const TAPPED = "a[href], button, input, select, textarea, summary, [role=button], [tabindex='0']";
const MIN_PX = 43.5;

globalThis.looks = {
  /** Words in another size, as the app itself makes them, and another direction of reading. */
  wear(size, direction) {
    document.documentElement.style.setProperty("--text-size", size);
    document.documentElement.dir = direction;
  },

  faults: () => [...looks.wider(), ...looks.small(), ...looks.moving()],

  /** What sticks out where the page is wider than its window. */
  wider() {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const out = [...document.querySelectorAll("body *")]
      .map((one) => [one, one.getBoundingClientRect()])
      .filter(([, { width, left, right }]) => width && (left < -1 || right > clientWidth + 1))
      .sort(([, one], [, other]) => other.width - one.width);
    return out.slice(0, 3).map(([one, { width }]) => `wider than the window, ${width}: ${begun(one)}`);
  },

  /** What has no room for a thumb; a link in a sentence needs none (WCAG 2.2, 2.5.5). */
  small() {
    return tapped()
      .filter((one) => !isInSentence(one))
      .map((one) => [one, ...room(one)])
      .filter(([, width, height]) => Math.min(width, height) < MIN_PX)
      .map(([one, width, height]) => `${Math.round(width)} by ${Math.round(height)}: ${begun(one)}`);
  },

  /** What would still move, where somebody asked for as little of it as can be. */
  moving() {
    const moves = [...document.querySelectorAll("body *")].filter((one) => {
      const { transitionDuration, animationName } = getComputedStyle(one);
      return /[1-9]/.test(transitionDuration) || animationName !== "none";
    });
    return moves.slice(0, 3).map((one) => `moves: ${begun(one)}`);
  },

  /** How many things Tab ought to come to, from the top; of radio buttons with one name only one. */
  reachable() {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    come.length = 0;
    const groups = new Set();
    return tapped({ hidden: true }).filter((one) => {
      if (one.disabled || one.tabIndex < 0 || one.closest("[inert]")) return false;
      if (one.type !== "radio") return true;
      const isFirst = !groups.has(one.name);
      groups.add(one.name);
      return isFirst;
    }).length;
  },

  /** What has the focus, whether it or the label around it shows so, and its words; null for nothing. */
  focused() {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    if (!come.includes(one)) come.push(one);
    const isShown = withLabel(one).some((each) => {
      const { outlineStyle, outlineWidth, strokeWidth } = getComputedStyle(each);
      // Not every engine draws outlines around parts of a picture.
      if (one.ownerSVGElement) return parseFloat(strokeWidth) >= 4;
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    });
    return [come.indexOf(one), isShown, begun(one)];
  },
};

/** What had the focus so far. */
const come = [];

/** Everything to be tapped that is shown, but the way past the header, which only keys come to. */
function tapped({ hidden = false } = {}) {
  return [...document.querySelectorAll(TAPPED)].filter(
    (one) => one.checkVisibility({ visibilityProperty: true }) && (hidden || !isHidden(one)),
  );
}

const isHidden = (one) => withLabel(one).every((each) => getComputedStyle(each).clipPath !== "none");
const withLabel = (one) => [one, one.closest("label")].filter(Boolean);
const begun = (one) => one.outerHTML.replace(/<!--.*?-->/g, "").replace(/\s+/g, " ").slice(0, 120);

/** A box with its label around it is one target. */
function room(one) {
  const boxes = withLabel(one).map((each) => each.getBoundingClientRect());
  return ["width", "height"].map((side) => Math.max(...boxes.map((box) => box[side])));
}

function isInSentence(one) {
  const isBesideWords = [...one.parentElement.childNodes].some((near) => near.nodeType === 3 && near.data.trim());
  return getComputedStyle(one).display === "inline" && isBesideWords;
}
