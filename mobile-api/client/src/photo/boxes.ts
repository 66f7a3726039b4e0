/** What is covered, in pixels of the picture. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A share of the picture: the side of a new box, and a step of an arrow key. */
const NEW = 0.2;
const STEP = 0.02;
/** A tap that hardly moved covers nothing. */
const LEAST = 0.015;

const ARROWS: Record<string, readonly [right: number, down: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The boxes over a picture, drawn by finger, added and moved by keys. */
export class Boxes {
  all: Box[] = [];
  private start: { x: number; y: number } | null = null;

  constructor(
    private readonly width: number,
    private readonly height: number,
    private readonly onChange: () => void,
  ) {}

  /** Put a box into the middle, and the focus on it. */
  add(): void {
    const [width, height] = [this.width * NEW, this.height * NEW];
    this.all.push({ x: (this.width - width) / 2, y: (this.height - height) / 2, width, height });
    this.onChange();
    this.focus(this.all.length);
  }

  /** Take the last box away. */
  undo(): void {
    this.all.pop();
    this.onChange();
  }

  readonly begin = (event: PointerEvent): void => {
    if (!event.isPrimary) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.start = this.at(event);
    this.all.push({ ...this.start, width: 0, height: 0 });
  };

  readonly drag = (event: PointerEvent): void => {
    const box = this.all[this.all.length - 1];
    if (!this.start || !box || !event.isPrimary) return;
    const { x, y } = this.at(event);
    box.x = Math.min(x, this.start.x);
    box.y = Math.min(y, this.start.y);
    box.width = Math.abs(x - this.start.x);
    box.height = Math.abs(y - this.start.y);
    this.onChange();
  };

  readonly end = (): void => {
    const box = this.all[this.all.length - 1];
    if (!this.start || !box) return;
    this.start = null;
    if (box.width < this.width * LEAST || box.height < this.height * LEAST) this.all.pop();
    this.onChange();
  };

  /** Move a box, change its size, or take it away. */
  press(event: KeyboardEvent, box: Box): void {
    const arrow = ARROWS[event.key];
    if (arrow) this.shift(box, arrow, event.shiftKey);
    else if (event.key === "Delete" || event.key === "Backspace") this.remove(box);
    else return;
    event.preventDefault();
    this.onChange();
  }

  private shift(box: Box, [right, down]: readonly [number, number], isSize: boolean): void {
    const [across, along] = [right * this.width * STEP, down * this.height * STEP];
    if (isSize) {
      box.width = between(box.width + across, this.width * STEP, this.width - box.x);
      box.height = between(box.height + along, this.height * STEP, this.height - box.y);
    } else {
      box.x = between(box.x + across, 0, this.width - box.width);
      box.y = between(box.y + along, 0, this.height - box.height);
    }
  }

  private remove(box: Box): void {
    this.all = this.all.filter((one) => one !== box);
    this.focus(this.all.length);
  }

  private focus(number: number): void {
    setTimeout(() => document.getElementById(`box-${number}`)?.focus());
  }

  /** Where a finger is, in pixels of the picture. */
  private at({ currentTarget, clientX, clientY }: PointerEvent): { x: number; y: number } {
    const frame = (currentTarget as Element).getBoundingClientRect();
    return {
      x: between(((clientX - frame.left) / frame.width) * this.width, 0, this.width),
      y: between(((clientY - frame.top) / frame.height) * this.height, 0, this.height),
    };
  }
}

const between = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
