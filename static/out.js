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
  document.addEventListener("copy", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData?.setData("text/plain", said);
  }, { once: true, capture: true });
  if (!document.execCommand("copy")) throw new Error("refused");
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
