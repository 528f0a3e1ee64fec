/**
 * The picture: as large as one likes, moved about, its lines lit, a part of it chosen.
 *
 * All places are pixels of the upright picture until they are laid out.
 */

import { on, one } from "./elements.js";

const LARGEST = 8;
const STEP = 1.25;

/** A share of the picture that is chosen is at least as large, in pixels. */
const SMALLEST_PART = 8;

/** How the picture is looked at stays from one to the next. */
const view = { scale: 0 };

export class Stage {
  /**
   * @param {HTMLElement} article
   * @param {(region: string) => void} onPart told the part that was dragged over
   */
  constructor(article, onPart) {
    this.article = article;
    this.onPart = onPart;
    this.stage = one(article, "#stage");
    this.sheet = one(article, "#sheet");
    this.width = Number(article.dataset.width);
    this.height = Number(article.dataset.height);
    /** @type {Map<number, PointerEvent>} */
    this.pointers = new Map();
    this.resized = new ResizeObserver(() => this.layOut());
    this.resized.observe(this.stage);
    this.listen();
    this.showRegions();
    this.showSplit();
    this.layOut();
  }

  /** Let go of what outlives the elements. */
  close() {
    this.resized.disconnect();
  }

  listen() {
    const { stage } = this;
    stage.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    stage.addEventListener("keydown", (event) => this.onKey(event));
    stage.addEventListener("pointerdown", (event) => this.onDown(event));
    stage.addEventListener("pointermove", (event) => this.onMove(event));
    for (const end of ["pointerup", "pointercancel"]) {
      stage.addEventListener(end, (event) => this.onUp(/** @type {PointerEvent} */ (event)));
    }
    stage.addEventListener("dragstart", (event) => event.preventDefault());
    on(this.article, "#larger", "click", () => this.zoomTo(this.scale * STEP));
    on(this.article, "#smaller", "click", () => this.zoomTo(this.scale / STEP));
    on(this.article, "#fit", "click", () => this.fit());
    on(this.article, "#split", "input", () => this.showSplit());
  }

  /** Screen pixels to a pixel of the picture at which all of it is seen. */
  get fitting() {
    const across = this.stage.clientWidth / this.width;
    // On a phone the page itself scrolls: there the width is what counts.
    const down = matchMedia("(min-width: 56rem)").matches ? this.stage.clientHeight / this.height : across;
    return Math.max(0.01, Math.min(across, down, LARGEST));
  }

  get scale() {
    return view.scale || this.fitting;
  }

  fit() {
    view.scale = 0;
    this.layOut();
  }

  /**
   * @param {number} scale
   * @param {{ clientX: number, clientY: number }} [about] what stays where it is
   */
  zoomTo(scale, about) {
    const frame = this.stage.getBoundingClientRect();
    const x = about ? about.clientX - frame.left : frame.width / 2;
    const y = about ? about.clientY - frame.top : frame.height / 2;
    const across = (this.stage.scrollLeft + x) / this.sheet.offsetWidth;
    const down = (this.stage.scrollTop + y) / this.sheet.offsetHeight;
    view.scale = Math.min(LARGEST, Math.max(Math.min(this.fitting, 0.1), scale));
    this.layOut();
    this.stage.scrollLeft = across * this.sheet.offsetWidth - x;
    this.stage.scrollTop = down * this.sheet.offsetHeight - y;
  }

  layOut() {
    this.sheet.style.width = `${this.width * this.scale}px`;
    one(this.article, "#zoom").textContent = `${Math.round(100 * this.scale)} %`;
  }

  showSplit() {
    const split = this.article.querySelector("#split");
    if (split instanceof HTMLInputElement) this.sheet.style.setProperty("--split", `${split.value}%`);
  }

  /** @param {WheelEvent} event */
  onWheel(event) {
    // Browsers tell a pinch on a trackpad as a wheel with Ctrl.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoomTo(this.scale * Math.exp(-event.deltaY / 300), event);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const keys = {
      "+": () => this.zoomTo(this.scale * STEP),
      "=": () => this.zoomTo(this.scale * STEP),
      "-": () => this.zoomTo(this.scale / STEP),
      0: () => this.fit(),
      1: () => this.zoomTo(1),
    };
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  }

  /** @param {PointerEvent} event */
  onDown(event) {
    this.pointers.set(event.pointerId, event);
    if (event.button > 1) return;
    const target = /** @type {Element} */ (event.target);
    if (this.isChoosing) this.begin(event, "part");
    else if (this.article.dataset.look === "redrawn" && event.pointerType !== "touch") this.begin(event, "split");
    else if (event.button === 1 || (event.pointerType === "mouse" && !target.closest("text"))) this.begin(event, "pan");
  }

  /**
   * @param {PointerEvent} event
   * @param {"part" | "split" | "pan"} what
   */
  begin(event, what) {
    this.stage.setPointerCapture(event.pointerId);
    this.drag = { what, x: event.clientX, y: event.clientY };
    if (what === "pan") getSelection()?.removeAllRanges();
    if (what !== "pan") event.preventDefault();
    this.onMove(event);
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    if (this.pointers.size === 2 && this.pointers.has(event.pointerId)) this.pinch(event);
    else if (this.drag?.what === "part") this.draw(event);
    else if (this.drag?.what === "split") this.splitAt(event);
    else if (this.drag?.what === "pan") {
      this.stage.scrollLeft -= event.clientX - this.drag.x;
      this.stage.scrollTop -= event.clientY - this.drag.y;
      this.drag = { ...this.drag, x: event.clientX, y: event.clientY };
    }
  }

  /** @param {PointerEvent} event */
  onUp(event) {
    this.pointers.delete(event.pointerId);
    const { drag } = this;
    this.drag = undefined;
    if (drag?.what === "part" && event.type === "pointerup") this.choosePart(drag, event);
  }

  /** @param {PointerEvent} event */
  pinch(event) {
    const other = [...this.pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
    const before = this.pointers.get(event.pointerId);
    this.pointers.set(event.pointerId, event);
    if (!other || !before) return;
    const grown = distance(event, other) / (distance(before, other) || 1);
    const middle = { clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2 };
    this.zoomTo(this.scale * grown, middle);
  }

  /** @param {PointerEvent} event */
  splitAt(event) {
    const split = this.article.querySelector("#split");
    if (!(split instanceof HTMLInputElement)) return;
    const frame = this.sheet.getBoundingClientRect();
    split.value = String((100 * (event.clientX - frame.left)) / frame.width);
    this.showSplit();
  }

  /** Whether the next drag chooses a part of the picture. */
  get isChoosing() {
    const part = this.article.querySelector("#part");
    return part instanceof HTMLDetailsElement && part.open;
  }

  /**
   * @param {{ clientX: number, clientY: number }} point
   * @returns {[number, number]}
   */
  at({ clientX, clientY }) {
    const frame = this.sheet.getBoundingClientRect();
    const across = Math.min(1, Math.max(0, (clientX - frame.left) / frame.width));
    const down = Math.min(1, Math.max(0, (clientY - frame.top) / frame.height));
    return [across * this.width, down * this.height];
  }

  /** @param {PointerEvent} event */
  draw(event) {
    this.article.querySelector(".dragged")?.remove();
    this.outline(this.between(event)).classList.add("dragged");
  }

  /** @param {[number, number, number, number]} part left, top, right and bottom */
  outline([left, top, right, low]) {
    const rectangle = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    one(this.article, "#overlay").append(rectangle);
    rectangle.setAttribute("x", String(left));
    rectangle.setAttribute("y", String(top));
    rectangle.setAttribute("width", String(right - left));
    rectangle.setAttribute("height", String(low - top));
    return rectangle;
  }

  /**
   * @param {PointerEvent} event
   * @returns {[number, number, number, number]}
   */
  between(event) {
    const [x0, y0] = this.at({ clientX: this.drag?.x ?? 0, clientY: this.drag?.y ?? 0 });
    const [x1, y1] = this.at(event);
    return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
  }

  /**
   * @param {{ x: number, y: number }} drag
   * @param {PointerEvent} event
   */
  choosePart(drag, event) {
    this.drag = { what: "part", ...drag };
    const part = this.between(event);
    this.drag = undefined;
    const [left, top, right, low] = part;
    if (Math.min(right - left, low - top) >= SMALLEST_PART) this.onPart(this.asSent(part));
  }

  /** Show what parts of the picture were read, if not all of it. */
  showRegions() {
    for (const region of (this.article.dataset.region ?? "").split(";")) {
      const numbers = region.split(",").map((each) => [parseFloat(each), each.includes("%")]);
      if (numbers.length === 4) this.outline(this.upright(/** @type {[number, boolean][]} */ (numbers)));
    }
  }

  /**
   * Return a part of the picture as it was sent where it is on the upright one.
   * @param {[number, boolean][]} region left, top, width and height, each maybe in percent
   * @returns {[number, number, number, number]} left, top, right and bottom
   */
  upright(region) {
    const rotation = Number(this.article.dataset.rotation);
    const [width, height] = rotation % 180 ? [this.height, this.width] : [this.width, this.height];
    const [left, top, across, down] = region.map(([value, isPercent], at) => (
      isPercent ? (value / 100) * (at % 2 ? height : width) : value
    ));
    return turned([left, top, left + across, top + down], width, height, rotation);
  }

  /**
   * Return a part of the picture as it was sent, before it was turned upright.
   * @param {[number, number, number, number]} part left, top, right and bottom
   */
  asSent(part) {
    const back = (360 - Number(this.article.dataset.rotation)) % 360;
    const [left, top, right, low] = turned(part, this.width, this.height, back).map(Math.round);
    return `${left},${top},${right - left},${low - top}`;
  }

  /**
   * Light lines, alone, and bring the first into view if asked.
   * @param {string | undefined} lines their numbers, with spaces between
   * @param {boolean} [shown]
   */
  light(lines, shown = false) {
    for (const lit of this.article.querySelectorAll(".lit")) lit.classList.remove("lit");
    for (const line of lines?.split(" ") ?? []) {
      for (const part of this.article.querySelectorAll(`[data-line~="${line}"]`)) part.classList.add("lit");
    }
    const box = this.article.querySelector("#overlay .lit polygon");
    if (shown && box) this.reveal(box.getBoundingClientRect());
  }

  /**
   * Bring a place into view within the stage, without a move of the page.
   * @param {DOMRect} box
   */
  reveal(box) {
    const frame = this.stage.getBoundingClientRect();
    const isSeen = box.top >= frame.top && box.bottom <= frame.bottom && box.left >= frame.left && box.right <= frame.right;
    if (isSeen || !frame.width) return;
    this.stage.scrollTop += box.top - frame.top - (frame.height - box.height) / 2;
    this.stage.scrollLeft += Math.min(box.left - frame.left, Math.max(0, box.right - frame.right));
  }
}

/**
 * @param {PointerEvent} a
 * @param {PointerEvent} b
 */
function distance(a, b) {
  return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
}

/**
 * Return where a part of a picture is once the picture is turned to the left.
 * @param {[number, number, number, number]} part left, top, right and bottom
 * @param {number} width of the picture before it is turned
 * @param {number} height
 * @param {number} degrees
 * @returns {[number, number, number, number]}
 */
function turned([left, top, right, low], width, height, degrees) {
  if (degrees === 90) return [top, width - right, low, width - left];
  if (degrees === 180) return [width - right, height - low, width - left, height - top];
  if (degrees === 270) return [height - low, left, height - top, right];
  return [left, top, right, low];
}
