/** The pictures that were chosen: a list of names, each with how it fares. */

import { one } from "./elements.js";
import { words } from "./words.js";

/**
 * A picture in the list.
 * @typedef {object} Item
 * @property {string} name
 * @property {File} [file]
 * @property {string} [token] under which the service keeps it
 * @property {number} pages
 * @property {boolean} [isWhole] whether all of them were read
 * @property {Record<string, string>} look what of it is looked at: page, orientation, region
 * @property {string} error
 * @property {AbortController} turn what is under way for it
 * @property {HTMLLIElement} element
 */

const form = /** @type {HTMLFormElement} */ (one(document, "#form"));
const input = /** @type {HTMLInputElement} */ (one(document, "#image"));
const all = /** @type {HTMLFormElement} */ (one(document, "#all"));

/** All of them, and the one that is looked at. @type {{ items: Item[], current?: Item }} */
export const list = { items: [], current: undefined };

/** @param {File} file */
export function newItem(file) {
  /** @type {Item} */
  const item = {
    name: file.name,
    file,
    pages: 1,
    look: {},
    error: problemOf(file),
    turn: new AbortController(),
    element: document.createElement("li"),
  };
  tell(item, item.error ? "" : words("waiting"));
  return item;
}

/**
 * Return why a file need not be sent at all, or nothing.
 * @param {File} file
 */
function problemOf(file) {
  const most = Number(form.dataset.maxBytes);
  const types = input.accept.split(",");
  const isTaken = types.includes(file.type) || (!file.type.startsWith("text/") && isNamedAsTaken(file.name));
  if (!isTaken) return words("This is no picture or document that can be read.");
  if (!file.size) return words("The file is empty. Please choose another one.");
  if (file.size <= most) return "";
  return words("The file has {size}, but this service takes {most}.", { size: size(file.size), most: size(most) });
}

/**
 * Tell whether a file's name ends as those of pictures do: some systems know no type for it.
 * @param {string} name
 */
function isNamedAsTaken(name) {
  return /\.(png|apng|jpe?g|jpe|jfif|webp|bmp|tiff?|gif|heic|heif|avif|pdf)$/i.test(name);
}

/** @param {number} bytes */
function size(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * Show an item's name and how it fares.
 * @param {Item} item
 * @param {string} state
 */
export function tell(item, state) {
  const { element } = item;
  const name = document.createElement("button");
  name.type = "button";
  name.className = "name";
  name.textContent = item.name;
  name.addEventListener("click", () => element.dispatchEvent(new Event("pick", { bubbles: true })));
  const told = document.createElement("span");
  told.className = "state";
  told.textContent = item.error || state;
  const hadFocus = element.contains(document.activeElement);
  element.classList.toggle("failed", Boolean(item.error));
  element.replaceChildren(name, ...(told.textContent ? [told] : []));
  mark();
  if (hadFocus) name.focus();
}

/** Show which item is looked at, and what can be had of all. */
export function mark() {
  for (const item of list.items) {
    const name = item.element.firstElementChild;
    if (item === list.current) name?.setAttribute("aria-current", "true");
    else name?.removeAttribute("aria-current");
  }
  const tokens = kept().map(({ token }) => token);
  all.hidden = !tokens.length;
  one(document, "#together").hidden = tokens.length < 2;
  all.action = `${form.action}/${tokens.join(",")}/forget`;
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (all.querySelectorAll("a"))) {
    const end = new URL(link.href);
    link.href = `${form.action}/${tokens.join(",")}/${end.pathname.split("/").at(-1)}${end.search}`;
  }
}

export function kept() {
  return list.items.filter(({ token, error }) => token && !error);
}

/** @param {Item} item */
export function pagesOf(item) {
  return item.pages > 1 ? words("{pages} pages", { pages: item.pages }) : "";
}

/** @param {Item} item */
export function isBusy(item) {
  return item.element.dataset.busy === "true";
}
