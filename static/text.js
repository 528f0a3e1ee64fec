/** The text beside the picture: corrected in place, its doubtful words walked through. */

import { on, one } from "./elements.js";

const REST = 500;

export class Text {
  /**
   * @param {HTMLElement} article
   * @param {(lines: string | undefined, shown: boolean) => void} onLine told the lines pointed at
   * @param {(corrections: Record<string, string>) => Promise<void>} save
   */
  constructor(article, onLine, save) {
    this.article = article;
    this.onLine = onLine;
    this.save = save;
    this.text = one(article, "#text");
    this.isEdited = false;
    /** The doubtful word that was come to last. @type {Element | undefined} */
    this.doubt = undefined;
    /** Done once what was changed last is kept. @type {Promise<void> | undefined} */
    this.saved = undefined;
    /** @type {Record<string, string>} */
    this.corrections = JSON.parse(article.dataset.corrections ?? "{}");
    /** The lines in the order of the text. */
    this.order = [...this.text.querySelectorAll("[data-line]")].map((part) => part.getAttribute("data-line") ?? "");
    this.read = this.lines();
    this.makeEditable();
    this.listen();
    if (this.text.dataset.start === "right") this.startAtRight();
  }

  /** Begin where rows do that run from right to left, once the text is seen. */
  startAtRight() {
    const { text } = this;
    const room = new ResizeObserver(() => {
      if (!text.clientWidth) return;
      text.scrollLeft = text.scrollWidth;
      room.disconnect();
    });
    room.observe(text);
  }

  makeEditable() {
    const { text } = this;
    text.setAttribute("contenteditable", "plaintext-only");
    if (text.contentEditable !== "plaintext-only") text.contentEditable = "true";
    text.setAttribute("role", "textbox");
    text.setAttribute("aria-multiline", "true");
    text.spellcheck = true;
  }

  listen() {
    const { article, text } = this;
    const said = one(article, ".said");
    text.addEventListener("input", () => this.onInput());
    text.addEventListener("paste", (event) => this.onPaste(event));
    text.addEventListener("keydown", (event) => event.key !== "Escape" || text.blur());
    for (const type of ["pointerover", "pointerdown"]) {
      article.addEventListener(type, (event) => {
        const line = lineOf(event.target);
        if (line !== undefined) this.onLine(line, type === "pointerdown" && said.contains(asNode(event.target)));
      });
    }
    text.addEventListener("keyup", () => this.onLine(lineOf(getSelection()?.anchorNode ?? null), true));
    one(article, "#overlay").addEventListener("click", (event) => this.bringIntoView(lineOf(event.target)));
    one(article, "#overlay").addEventListener("copy", (event) => this.onCopy(event));
    on(article, "#next-doubt", "click", () => this.nextDoubt(1));
  }

  /** What is in the text now, line ends and all. */
  get value() {
    return plain(this.text);
  }

  /**
   * Return what each line says, by its number.
   * @returns {Record<string, string>}
   */
  lines() {
    /** @type {Record<string, string>} */
    const lines = {};
    /** Text that stands in no line since the last one. */
    let stray = "";
    let last = -1;
    const settle = (/** @type {number} */ next) => {
      const rows = stray.split("\n").map((row) => row.trim()).filter(Boolean);
      // Browsers drop the element of a line that is written anew as a whole.
      const lost = this.order.slice(last + 1, next).filter((line) => !(line in lines));
      for (const line of lost) lines[line] = rows.shift() ?? "";
      const heir = lost.at(-1) ?? this.order[Math.max(last, 0)];
      if (rows.length && heir !== undefined) lines[heir] = [lines[heir], ...rows].join(" ");
      stray = "";
    };
    for (const node of this.text.childNodes) {
      const line = node instanceof HTMLElement ? node.dataset.line : undefined;
      if (line === undefined) {
        // Rules are drawn, no line says them.
        if (!(node instanceof HTMLElement && node.matches(".rule"))) stray += plain(node);
        continue;
      }
      settle(this.order.indexOf(line));
      lines[line] = `${lines[line] ?? ""}${plain(node)}`;
      last = this.order.indexOf(line);
    }
    settle(this.order.length);
    return lines;
  }

  onInput() {
    this.isEdited = true;
    this.settle();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), REST);
  }

  /** Note what was changed, on the picture's own text, too. */
  settle() {
    const now = this.lines();
    for (const [line, was] of Object.entries(this.read)) {
      const said = (now[line] ?? "").trim();
      if (said === was.trim()) continue;
      this.corrections[line] = said.replace(/\s+/g, " ");
      const shown = this.article.querySelector(`g[data-line="${line}"] text`);
      if (shown) shown.textContent = said;
      this.clearDoubt(line);
      this.read[line] = said;
    }
  }

  /** @param {string} line */
  clearDoubt(line) {
    for (const doubt of this.article.querySelectorAll(`[data-line="${line}"].doubt, [data-line="${line}"] .doubt`)) {
      doubt.classList.remove("doubt");
    }
    this.text.querySelector(`[data-line="${line}"]`)?.removeAttribute("title");
    this.article.querySelector(`g[data-line="${line}"] title`)?.remove();
  }

  /** Have what was changed kept at once, if anything was. */
  async flush() {
    if (this.timer) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.saved = this.save(this.corrections);
    }
    await this.saved;
  }

  /** @param {ClipboardEvent} event */
  onPaste(event) {
    const said = event.clipboardData?.getData("text/plain");
    if (!said) return;
    event.preventDefault();
    event.stopPropagation();
    // The one way to insert text that can be undone.
    document.execCommand("insertText", false, said);
  }

  /**
   * Copy lines selected on the picture as lines: Firefox would join them with spaces.
   * @param {ClipboardEvent} event
   */
  onCopy(event) {
    const selection = getSelection();
    if (!selection?.rangeCount) return;
    const range = selection.getRangeAt(0);
    const lines = [...this.article.querySelectorAll("#overlay text")]
      .filter((line) => range.intersectsNode(line))
      .map((line) => within(range, line))
      .filter(Boolean);
    if (!lines.length) return;
    event.preventDefault();
    event.clipboardData?.setData("text/plain", lines.join("\n"));
  }

  /** @param {string | undefined} line */
  bringIntoView(line) {
    if (line === undefined || !getSelection()?.isCollapsed) return;
    this.text.querySelector(`[data-line="${line}"]`)?.scrollIntoView({ block: "nearest" });
  }

  /**
   * Select the next doubtful word, or the one before.
   * @param {1 | -1} step
   */
  nextDoubt(step) {
    const doubts = [...this.text.querySelectorAll(".doubt")];
    if (!doubts.length) return;
    const at = this.doubt ? doubts.indexOf(this.doubt) : -1;
    const next = at < 0 && step < 0 ? doubts.length - 1 : (at + step + doubts.length) % doubts.length;
    this.doubt = doubts[next];
    this.text.focus({ preventScroll: true });
    getSelection()?.selectAllChildren(this.doubt);
    this.doubt.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.onLine(lineOf(this.doubt), true);
  }
}

/** @param {EventTarget | null} target */
function asNode(target) {
  return target instanceof Node ? target : null;
}

/**
 * Return the number of the line that a node belongs to, or the numbers of several.
 * @param {EventTarget | null} target
 */
function lineOf(target) {
  const element = target instanceof Element ? target : asNode(target)?.parentElement;
  const part = element?.closest("[data-line]");
  return part?.getAttribute("data-line") ?? undefined;
}

/**
 * Return the part of a line that is selected.
 * @param {Range} range
 * @param {Element} line
 */
function within(range, line) {
  const part = document.createRange();
  part.selectNodeContents(line);
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) part.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset);
  return part.toString();
}

/**
 * Return what a node says: some browsers break lines by an element.
 * @param {Node} node
 * @returns {string}
 */
function plain(node) {
  if (node instanceof HTMLBRElement) return "\n";
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue ?? "";
  return [...node.childNodes].map(plain).join("");
}
