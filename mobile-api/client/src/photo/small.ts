/** Pixels of the longer side at most: what the city keeps of a picture anyway. */
export const LONGEST_SIDE = 2048;
const QUALITY = 0.82;

/**
 * A picture as it is sent: upright, at most `LONGEST_SIDE` pixels a side, and without anything the
 * camera wrote into the file, for it is drawn anew.
 *
 * Raises `NotAPicture` for what the browser cannot show.
 */
export async function small(file: Blob): Promise<Blob> {
  const picture = await opened(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = canvasOf(Math.round(picture.width * scale), Math.round(picture.height * scale));
  paint(canvas).drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return written(canvas);
}

export class NotAPicture extends Error {}

/** The picture in a file, turned upright as its camera says. */
export async function opened(file: Blob): Promise<ImageBitmap> {
  try {
    // Browsers before 2023 do not know the word; they turn a picture upright by themselves.
    const asked = createImageBitmap(file, { imageOrientation: "from-image" });
    return await asked.catch(() => createImageBitmap(file));
  } catch {
    throw new NotAPicture();
  }
}

/** An empty canvas of that many pixels. */
export function canvasOf(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

/** Where to draw on a canvas; without alpha, for a JPEG has none. */
export function paint(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) throw new NotAPicture();
  return context;
}

/** What a canvas shows, as a JPEG. */
export function written(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new NotAPicture())), "image/jpeg", QUALITY),
  );
}
