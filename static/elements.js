/** The elements of the page. */

/**
 * Return an element that must be there.
 * @param {ParentNode} root
 * @param {string} selector
 */
export function one(root, selector) {
  const element = root.querySelector(selector);
  if (!element) throw new Error(`The page has no ${selector}.`);
  return /** @type {HTMLElement} */ (element);
}

/**
 * Listen to an element that may not be there.
 * @param {ParentNode} root
 * @param {string} selector
 * @param {string} event
 * @param {EventListener} listener
 */
export function on(root, selector, event, listener) {
  root.querySelector(selector)?.addEventListener(event, listener);
}
