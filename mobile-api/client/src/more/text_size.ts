import { choice, choose } from "../store/database.js";

export const SIZES = [1, 1.25, 1.5, 2] as const;
const NAME = "text_size";

/** Times the usual size, as this phone chose it. */
export async function textSize(): Promise<number> {
  return (await choice<number>(NAME)) ?? 1;
}

/** Keep a size and wear it; everything is measured in it, so all grows alike. */
export async function chooseTextSize(size: number): Promise<void> {
  await choose(NAME, size);
  wearTextSize(size);
}

/** Wear a size; phone.css says how. */
export function wearTextSize(size: number): void {
  document.documentElement.style.setProperty("--text-size", String(size));
}
