/** What scripts say, in the language of the page. */

/** @type {Record<string, string>} */
const catalogue = JSON.parse(document.getElementById("catalogue")?.textContent || "{}");

/**
 * Return a sentence with its values filled in.
 * @param {string} sentence in English, values named in braces
 * @param {Record<string, string | number>} [values]
 */
export function words(sentence, values = {}) {
  const said = catalogue[sentence] ?? sentence;
  return said.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}
