/** The tables below the text: copied, and kept up with what is corrected. */

import { one } from "./elements.js";
import { copyTable, tellCopied } from "./out.js";

/** Whether tables are seen stays from one picture to the next. */
const view = { isOpen: true };

export class Tables {
  /**
   * @param {HTMLElement} article
   * @param {() => Promise<void>} settled done once all that was corrected is in the tables
   */
  constructor(article, settled) {
    this.article = article;
    this.settled = settled;
    this.listen();
  }

  /** @returns {HTMLDetailsElement | null} */
  get part() {
    return this.article.querySelector("#tables");
  }

  listen() {
    const { part } = this;
    if (!part) return;
    part.open = view.isOpen;
    part.addEventListener("toggle", () => (view.isOpen = part.open));
    for (const figure of part.querySelectorAll("figure")) {
      one(figure, "button").addEventListener("click", (event) => void tellCopied(event, copyTable(this.latest(figure))));
    }
  }

  /**
   * Return a figure's table with all that was corrected in it.
   * @param {HTMLElement} figure
   */
  async latest(figure) {
    await this.settled();
    return /** @type {HTMLTableElement} */ (one(figure, "table"));
  }

  /**
   * Show the tables of a page that was looked at anew, the buttons beside them left as they are.
   * @param {ParentNode} page
   */
  follow(page) {
    const now = [...page.querySelectorAll("#tables table")];
    const shown = [...this.article.querySelectorAll("#tables table")];
    if (now.length === shown.length) return shown.forEach((table, at) => table.replaceWith(now[at]));
    const part = page.querySelector("#tables");
    if (part) this.part?.replaceWith(part);
    else this.part?.remove();
    this.listen();
  }
}
