/** Out of the page: to the clipboard, and into files. */

import { say } from "./news.js";
import { words } from "./words.js";

/**
 * Copy a text.
 * @param {string} said
 * @returns {Promise<void>}
 */
export async function copyText(said) {
  // Browsers give no clipboard to pages that come over plain HTTP.
  if (navigator.clipboard) return navigator.clipboard.writeText(said);
  copyByEvent({ "text/plain": said });
}

/**
 * Copy a table for spreadsheets and for documents.
 * @param {Promise<HTMLTableElement>} table
 * @returns {Promise<void>}
 */
export async function copyTable(table) {
  // As with pictures, Safari wants the item at once.
  if (navigator.clipboard?.write) {
    const forms = { "text/plain": written(table, tabbed, "text/plain"), "text/html": written(table, plainTable, "text/html") };
    return navigator.clipboard.write([new ClipboardItem(forms)]);
  }
  const ready = await table;
  copyByEvent({ "text/plain": tabbed(ready), "text/html": plainTable(ready) });
}

/**
 * @param {Promise<HTMLTableElement>} table
 * @param {(table: HTMLTableElement) => string} write
 * @param {string} type
 */
async function written(table, write, type) {
  return new Blob([write(await table)], { type });
}

/**
 * Copy by the event of a copy that is made for it.
 * @param {Record<string, string>} forms texts by their types
 */
function copyByEvent(forms) {
  document.addEventListener("copy", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const [type, said] of Object.entries(forms)) event.clipboardData?.setData(type, said);
  }, { once: true, capture: true });
  if (!document.execCommand("copy")) throw new Error("refused");
}

/**
 * Return a table's rows as lines, tabs between their cells.
 * @param {HTMLTableElement} table
 */
function tabbed(table) {
  /** @type {string[][]} */
  const grid = [...table.rows].map(() => []);
  for (const [down, row] of [...table.rows].entries()) {
    for (const cell of row.cells) {
      const free = grid[down].findIndex((said) => said === undefined);
      fill(grid, cell, down, free < 0 ? grid[down].length : free);
    }
  }
  return grid.map((row) => row.join("\t")).join("\n");
}

/**
 * Write a cell into its first place, and nothing into the others that it reaches over.
 * @param {string[][]} grid
 * @param {HTMLTableCellElement} cell
 * @param {number} top
 * @param {number} left
 */
function fill(grid, cell, top, left) {
  for (let row = top; row < top + cell.rowSpan; row += 1) {
    for (let column = left; column < left + cell.colSpan; column += 1) grid[row][column] = "";
  }
  grid[top][left] = copied(cell);
}

/**
 * Return a table as HTML with nothing of this page in it.
 * @param {HTMLTableElement} table
 */
function plainTable(table) {
  const plain = /** @type {HTMLTableElement} */ (table.cloneNode(true));
  plain.removeAttribute("aria-labelledby");
  for (const cell of plain.querySelectorAll("th, td")) {
    cell.textContent = copied(/** @type {HTMLTableCellElement} */ (cell));
    for (const name of ["class", "data-line", "data-copied"]) cell.removeAttribute(name);
  }
  return plain.outerHTML;
}

/**
 * Return what a spreadsheet may take of a cell: no formula.
 * @param {HTMLTableCellElement} cell
 */
function copied(cell) {
  return cell.dataset.copied ?? cell.textContent ?? "";
}

/**
 * Copy a picture as it is shown.
 * @param {HTMLImageElement} drawn
 * @returns {Promise<void>}
 */
export function copyPicture(drawn) {
  // Safari wants the item at once and its content, PNG only, when it is there.
  return navigator.clipboard.write([new ClipboardItem({ "image/png": toPng(drawn) })]);
}

/**
 * @param {HTMLImageElement} image
 * @returns {Promise<Blob>}
 */
async function toPng(image) {
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext("2d")?.drawImage(image, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob((png) => (png ? resolve(png) : reject(new Error("too large"))), "image/png");
  });
}

/**
 * Tell on the button how copying went.
 * @param {Event} event
 * @param {Promise<void>} copying
 */
export async function tellCopied(event, copying) {
  const button = /** @type {HTMLElement} */ (event.currentTarget);
  const label = button.dataset.label ?? button.textContent ?? "";
  button.dataset.label = label;
  button.textContent = await copying.then(() => words("Copied"), () => words("Not copied"));
  say(button.textContent);
  setTimeout(() => (button.textContent = label), 2000);
}

/**
 * Have the browser save a file.
 * @param {Blob} file
 * @param {string} name
 */
export function saveFile(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
