/** What is under way and what went wrong: told in one place, to eyes and ears. */

import { one } from "./elements.js";

const news = one(document, "#news");
const share = /** @type {HTMLProgressElement} */ (one(document, "#share"));
const error = one(document, "#error");
const result = one(document, "#result");

/** What had the focus before something was under way. @type {Element | null} */
let focused = null;

/**
 * Tell those who listen.
 * @param {string} sentence
 */
export function say(sentence) {
  one(document, "#status").textContent = sentence;
}

/**
 * Tell what is under way; until it is there, what is shown looks old.
 * @param {string} doing
 * @param {number} [percent]
 */
export function showWorking(doing, percent) {
  if (news.hidden) focused = document.activeElement;
  one(document, "#doing").textContent = doing;
  if (percent === undefined) share.removeAttribute("value");
  else share.value = percent;
  error.hidden = true;
  news.hidden = false;
  result.setAttribute("aria-busy", "true");
}

/** Take back what was told of work, as what was waited for is there. */
export function quiet() {
  news.hidden = true;
  error.hidden = true;
  result.removeAttribute("aria-busy");
}

/** Tell why something failed. @param {string} message */
export function showError(message) {
  quiet();
  error.textContent = message;
  error.hidden = false;
}

/** Whether something is under way. */
export function isWorking() {
  return !news.hidden;
}

/** Note what has the focus, to be given it back. */
export function holdFocus() {
  focused = document.activeElement;
}

/** What had the focus. */
export function heldFocus() {
  return focused;
}
