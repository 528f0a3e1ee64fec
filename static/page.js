/**
 * The page: pictures chosen, dropped, pasted or photographed are sent at once, read one
 * after the other, and looked at. What the server shows without this script is shown in
 * the same parts here, without a reload.
 */

import { one } from "./elements.js";
import { isBusy, kept, list, mark, newItem, pagesOf, tell } from "./items.js";
import { heldFocus, holdFocus, isWorking, quiet, say, showError, showWorking } from "./news.js";
import { copyPicture, copyText, saveFile, tellCopied } from "./out.js";
import { Refusal, ask, fileName, patiently, pause, upload } from "./requests.js";
import { Stage } from "./stage.js";
import { Tables } from "./tables.js";
import { Text } from "./text.js";
import { words } from "./words.js";

/** @typedef {import("./items.js").Item} Item */

/** What is remembered of how results are looked at, and nothing of any picture. */
const REMEMBERED = ["layout", "rules", "look", "white_background", "color", "keep"];
const MEMORY = "ocr-options";

const form = /** @type {HTMLFormElement} */ (one(document, "#form"));
const input = /** @type {HTMLInputElement} */ (one(document, "#image"));
const camera = /** @type {HTMLInputElement} */ (one(document, "#camera"));
const password = /** @type {HTMLInputElement} */ (one(document, "#password"));
const files = one(document, "#files");
const rows = one(document, "#items");
const all = /** @type {HTMLFormElement} */ (one(document, "#all"));
const result = one(document, "#result");
const keys = /** @type {HTMLDialogElement} */ (one(document, "#keys"));

/** @type {Stage | undefined} */
let stage;
/** @type {Text | undefined} */
let text;
/** @type {Tables | undefined} */
let tables;
/** How results are looked at. @type {Record<string, string>} */
let options = matchMedia("(max-width: 56rem)").matches ? { layout: "reading" } : {};
/** Object URL of the picture that is shown. */
let shown = "";
/** Counts what was corrected, so that no picture from before is taken for a new one. */
let revision = 0;
let reading = Promise.resolve();
/** Whether the current item was chosen from the list. */
let isPicked = false;

// Choosing

/** @param {Iterable<File>} chosen */
function add(chosen) {
  const added = [...chosen].map(newItem);
  if (!added.length) return;
  document.body.className = "working";
  list.items.push(...added);
  rows.append(...added.map(({ element }) => element));
  files.hidden = false;
  const first = added.find((item) => !item.error) ?? added[0];
  if (!list.current || !isBusy(list.current)) select(first);
  for (const item of added) if (!item.error) enqueue(item);
}

// Sending and reading

/**
 * Send and read an item after those before it.
 * @param {Item} item
 */
function enqueue(item) {
  item.turn.abort();
  item.turn = new AbortController();
  const { signal } = item.turn;
  item.error = "";
  tell(item, words("waiting"));
  reading = reading.then(() => read(item, signal));
  if (item === list.current) showWorking(words("Waiting"));
}

/**
 * @param {Item} item
 * @param {AbortSignal} signal
 */
async function read(item, signal) {
  if (signal.aborted) return;
  item.element.dataset.busy = "true";
  try {
    if (!item.token) await send(item, signal);
    const html = await fetchView(item, signal);
    tell(item, pagesOf(item));
    // One that failed makes way, unless it is looked at on purpose.
    if (list.current?.error && !isPicked) list.current = item;
    address();
    mark();
    if (item === list.current) show(item, html);
    void readOn(item, signal);
  } catch (failure) {
    if (!signal.aborted) await fail(item, failure);
  } finally {
    if (item.turn.signal === signal) delete item.element.dataset.busy;
  }
}

/**
 * @param {Item} item
 * @param {AbortSignal} signal
 */
async function send(item, signal) {
  const body = new FormData();
  body.append("image", /** @type {File} */ (item.file), item.name);
  if (password.value) body.append("password", password.value);
  const sending = (/** @type {number} */ sent) => {
    const percent = Math.round(100 * sent);
    report(item, percent < 100 ? words("Sending, {percent} %", { percent }) : words("Checking"), percent);
  };
  const attempt = () => upload(form.action, body, signal, sending);
  const { results } = await patiently(attempt, signal, (seconds) => busy(item, seconds));
  item.token = results[0].token;
  item.pages = results[0].pages;
}

/**
 * Have an item's page read and return it as HTML.
 * @param {Item} item
 * @param {AbortSignal} signal
 * @param {Record<string, string>} [changes]
 */
async function fetchView(item, signal, changes = {}) {
  const url = `${form.action}/${item.token}/view?${query(item, changes)}`;
  const watching = new AbortController();
  void watch(item, AbortSignal.any([signal, watching.signal]));
  try {
    const attempt = () => ask(url, { signal });
    const answer = await patiently(attempt, signal, (seconds) => busy(item, seconds));
    return await answer.text();
  } finally {
    watching.abort();
  }
}

/**
 * Tell how many pictures are read before this one, for as long as it waits.
 * @param {Item} item
 * @param {AbortSignal} signal
 */
async function watch(item, signal) {
  try {
    report(item, words("Reading the picture"));
    for (await pause(400, signal); ; await pause(1000, signal)) {
      const { ahead } = await (await ask(`${form.action}/${item.token}/progress`, { signal })).json();
      report(item, ahead ? words("In the queue, {ahead} before this one", { ahead }) : words("Reading the picture"));
    }
  } catch {
    // What is waited for has come, or says itself why it will not.
  }
}

/**
 * Read the other pages of a document, so that they are there once they are turned to.
 * @param {Item} item
 * @param {AbortSignal} signal
 */
async function readOn(item, signal) {
  try {
    for (let page = 2; page <= item.pages && item.token; page += 1) {
      tell(item, words("reading page {page} of {pages}", { page, pages: item.pages }));
      await ask(`${form.action}/${item.token}/view?page=${page}`, { signal });
    }
    item.isWhole = true;
    tell(item, pagesOf(item));
  } catch {
    // Whoever turns to the page is told why it cannot be read.
    if (!signal.aborted) tell(item, pagesOf(item));
  }
}

/**
 * @param {Item} item
 * @param {Record<string, string>} [changes]
 */
function query(item, changes = {}) {
  const wanted = { ...options, ...item.look, ...changes };
  return new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
}

/**
 * @param {Item} item
 * @param {number} seconds
 */
function busy(item, seconds) {
  report(item, words("The service is busy. Trying again in {seconds} s", { seconds }));
}

/**
 * @param {Item} item
 * @param {string} state
 * @param {number} [percent]
 */
function report(item, state, percent) {
  if (isBusy(item)) tell(item, state);
  if (item === list.current) showWorking(state, percent);
}

/**
 * @param {Item} item
 * @param {unknown} failure
 */
async function fail(item, failure) {
  // Somebody took too long to come back: what is still here is sent again.
  if (failure instanceof Refusal && failure.code === "result_gone" && item.file && item.token) {
    item.token = undefined;
    return enqueue(item);
  }
  if (failure instanceof Refusal && failure.code.startsWith("password_")) askPassword();
  item.error = await sentence(item, failure);
  tell(item, "");
  if (item === list.current) showFailure(item.error);
}

/**
 * @param {Item} item
 * @param {unknown} failure
 */
async function sentence(item, failure) {
  if (failure instanceof Refusal) return failure.message;
  const isThere = !item.file || item.token || (await isReadable(item.file));
  if (isThere) return words("The service cannot be reached. Please check the connection and try again.");
  return words("The file can no longer be read. It may have been moved, changed or deleted.");
}

/** @param {File} file */
async function isReadable(file) {
  return file.slice(0, 1).arrayBuffer().then(() => true, () => false);
}

function askPassword() {
  document.body.classList.add("locked");
  password.focus();
}

// Looking

/**
 * @param {Item} item
 * @param {boolean} [picked]
 */
function select(item, picked = false) {
  isPicked = picked;
  void text?.flush();
  const was = list.current;
  list.current = item;
  mark();
  address();
  if (was !== item) clear();
  if (item.error) showFailure(item.error);
  else if (item.token && !isBusy(item)) void look({});
  else showWorking(words("Waiting"));
}

/**
 * Look at the current item in another way; until it is there, what was shown stays, dimmed.
 * @param {Record<string, string>} changes
 */
async function look(changes) {
  const item = list.current;
  if (!item?.token) return;
  item.turn.abort();
  item.turn = new AbortController();
  const { signal } = item.turn;
  await text?.flush();
  holdFocus();
  try {
    const html = await fetchView(item, signal, changes);
    remember(item, changes);
    if (item === list.current) show(item, html);
    if (!item.isWhole) void readOn(item, signal);
  } catch (failure) {
    if (signal.aborted) return;
    if (failure instanceof Refusal && failure.code === "result_gone") await fail(item, failure);
    else if (item === list.current) showError(await sentence(item, failure));
  }
}

/**
 * @param {Item} item
 * @param {Record<string, string>} changes
 */
function remember(item, changes) {
  for (const [name, value] of Object.entries(changes)) {
    if (REMEMBERED.includes(name)) options[name] = value;
    else item.look[name] = value;
  }
  try {
    localStorage.setItem(MEMORY, JSON.stringify(options));
  } catch {
    // Where nothing may be stored, the page forgets.
  }
  address();
}

/** Have the address name what is looked at, so that a reload shows it again. */
function address() {
  const tokens = kept();
  if (!list.current || !tokens.includes(list.current)) return;
  const asked = query(list.current, { show: String(tokens.indexOf(list.current) + 1) });
  history.replaceState(null, "", `${form.action}/${tokens.map(({ token }) => token).join(",")}?${asked}`);
}

/**
 * Show what was read, with the picture where it was if it is the same.
 * @param {Item} item
 * @param {string} html
 */
function show(item, html) {
  const holder = parsed(html);
  const article = /** @type {HTMLElement} */ (one(holder.content, "#view"));
  const old = result.querySelector("#view");
  const places = old ? [".stage", "#text"].map((part) => one(old, part)) : [];
  const scrolls = places.map(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]);
  const isSame = old instanceof HTMLElement && sameSheet(old, article);
  if (old instanceof HTMLElement) article.dataset.tab = old.dataset.tab;
  useOwn(item, article);
  const held = heldFocus()?.id || heldFocus()?.getAttribute("data-set");
  quiet();
  result.replaceChildren(holder.content);
  item.error = "";
  address();
  setUp(item, article);
  if (isSame) [article.querySelector(".stage")?.scrollTo(scrolls[0][0], scrolls[0][1])];
  refocus(article, held);
  say(words("{name} is ready.", { name: item.name }));
  document.title = `${item.name} – ${words("Picture to text")}`;
}

/**
 * Return HTML as elements that are not yet part of the page.
 * @param {string} html
 */
function parsed(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder;
}

/**
 * Show the browser's own copy of a picture that need not come back.
 * @param {Item} item
 * @param {HTMLElement} article
 */
function useOwn(item, article) {
  const was = shown;
  shown = "";
  if (item.file && article.dataset.shown === "true") {
    shown = URL.createObjectURL(item.file);
    /** @type {HTMLImageElement} */ (one(article, "#original")).src = shown;
  }
  const drawn = article.querySelector("#drawn");
  if (drawn instanceof HTMLImageElement && revision) drawn.src += `&revision=${revision}`;
  if (was) URL.revokeObjectURL(was);
}

/**
 * @param {HTMLElement} old
 * @param {HTMLElement} article
 */
function sameSheet(old, article) {
  return ["token", "number", "rotation"].every((part) => old.dataset[part] === article.dataset[part]);
}

/**
 * Bring a shown article to life.
 * @param {Item} item
 * @param {HTMLElement} article
 */
function setUp(item, article) {
  stage?.close();
  const mine = new Stage(article, (region) => void look({ region, orientation: article.dataset.rotation ?? "" }));
  stage = mine;
  text = new Text(article, (lines, seen) => mine.light(lines, seen), (said) => correct(item, article, said));
  tables = new Tables(article, async () => text?.flush());
  for (const tab of /** @type {NodeListOf<HTMLElement>} */ (article.querySelectorAll(".tabs button"))) {
    tab.addEventListener("click", () => turnTo(article, tab.dataset.tab ?? ""));
  }
  turnTo(article, article.dataset.tab ?? "picture");
  article.querySelector("#part form")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const region = /** @type {HTMLInputElement} */ (one(article, "#region")).value;
    void look({ region, orientation: article.dataset.rotation ?? "" });
  });
  article.querySelector("#copy")?.addEventListener("click", (event) => void tellCopied(event, copyText(text?.value ?? "")));
  article.querySelector("#copy-picture")?.addEventListener("click", (event) => {
    const drawn = /** @type {HTMLImageElement} */ (one(article, "#drawn"));
    void tellCopied(event, copyPicture(drawn));
  });
  watchDrawn(article);
}

/**
 * @param {HTMLElement} article
 * @param {string} tab
 */
function turnTo(article, tab) {
  article.dataset.tab = tab;
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (article.querySelectorAll(".tabs button"))) {
    button.setAttribute("aria-pressed", String(button.dataset.tab === tab));
  }
}

/**
 * Show that a picture is being drawn, and why it could not be.
 * @param {HTMLElement} article
 */
function watchDrawn(article) {
  const drawn = article.querySelector("#drawn");
  if (!(drawn instanceof HTMLImageElement) || drawn.complete) return;
  article.classList.add("drawing");
  showWorking(words("Drawing"));
  const done = () => {
    article.classList.remove("drawing");
    if (article.isConnected) quiet();
  };
  drawn.addEventListener("load", done, { once: true });
  drawn.addEventListener("error", () => void whyNotDrawn(article, drawn.src).then(done), { once: true });
}

/**
 * @param {HTMLElement} article
 * @param {string} url
 */
async function whyNotDrawn(article, url) {
  try {
    await ask(url, {});
  } catch (failure) {
    if (list.current && article.isConnected) showError(await sentence(list.current, failure));
  }
}

/**
 * @param {HTMLElement} article
 * @param {string | null | undefined} held
 */
function refocus(article, held) {
  if (!held || (document.activeElement && document.activeElement !== document.body)) return;
  const again = document.getElementById(held) ?? article.querySelector(`[data-set='${CSS.escape(held)}']`);
  const next = again ?? [...article.querySelectorAll("[data-set]")].find((each) => each.getAttribute("data-set") === held);
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
}

/**
 * Have the service keep what lines really say, and draw them so.
 * @param {Item} item
 * @param {HTMLElement} article
 * @param {Record<string, string>} said
 */
async function correct(item, article, said) {
  const page = article.dataset.number ?? "1";
  const body = new FormData();
  body.append("corrections", JSON.stringify({ [page]: said }));
  try {
    const signal = new AbortController().signal;
    const url = `${form.action}/${item.token}/corrections?${query(item, { page })}`;
    await patiently(() => ask(url, { method: "POST", body }), signal, () => undefined);
    revision += 1;
    redraw(article);
    await followTables(item, article, page);
  } catch (failure) {
    if (item === list.current) showError(await sentence(item, failure));
  }
}

/**
 * Draw a picture anew where it is shown.
 * @param {HTMLElement} article
 */
function redraw(article) {
  const drawn = article.querySelector("#drawn");
  if (!(drawn instanceof HTMLImageElement)) return;
  drawn.src = `${drawn.src.replace(/&revision=\d+$/, "")}&revision=${revision}`;
  watchDrawn(article);
}

/**
 * Have tables say what was corrected, unless more was corrected since.
 * @param {Item} item
 * @param {HTMLElement} article
 * @param {string} page
 */
async function followTables(item, article, page) {
  const now = revision;
  if (!article.querySelector("#tables")) return;
  const answer = await ask(`${form.action}/${item.token}/view?${query(item, { page })}`, {});
  const holder = parsed(await answer.text());
  if (now === revision && article.isConnected) tables?.follow(holder.content);
}

/**
 * Show why nothing was read, and nothing of what was looked at before.
 * @param {string} message
 */
function showFailure(message) {
  clear();
  showError(message);
}

/** Show nothing of the picture before. */
function clear() {
  stage?.close();
  stage = undefined;
  text = undefined;
  tables = undefined;
  result.replaceChildren();
}

function cancel() {
  const item = list.current;
  if (!item) return;
  item.turn.abort();
  delete item.element.dataset.busy;
  quiet();
  if (!item.token) item.error = words("Cancelled.");
  tell(item, result.firstElementChild ? pagesOf(item) : words("not read"));
  if (!result.firstElementChild) showError(words("Cancelled. Ctrl+Enter reads it again."));
  const focused = heldFocus();
  if (focused instanceof HTMLElement && focused.isConnected) focused.focus();
  else input.focus();
}

function again() {
  if (!list.current) return;
  if (list.current.file || list.current.token) enqueue(list.current);
}

// Saving

/**
 * Save a file that the service makes, with what was corrected in it.
 * @param {HTMLAnchorElement} link
 */
async function save(link) {
  const item = list.current;
  if (!item) return;
  item.turn.abort();
  item.turn = new AbortController();
  const { signal } = item.turn;
  await text?.flush();
  showWorking(words("Making the file"));
  try {
    const attempt = () => ask(link.href, { signal });
    const answer = await patiently(attempt, signal, (seconds) => busy(item, seconds));
    const name = fileName(answer.headers.get("Content-Disposition"));
    const made = await answer.blob();
    saveFile(link.id === "download-text" ? await withEdits(made) : made, name);
    quiet();
    say(words("{name} is saved.", { name }));
  } catch (failure) {
    if (!signal.aborted) showError(await sentence(item, failure));
  }
}

/**
 * Return the text of all pages, the one that is looked at as it was edited.
 * @param {Blob} made
 */
async function withEdits(made) {
  if (!text?.isEdited) return made;
  const pages = (await made.text()).split("\f");
  pages[pages.length > 1 ? Number(text.article.dataset.number) - 1 : 0] = text.value;
  return new Blob([pages.join("\f")], { type: "text/plain" });
}

/** @param {SubmitEvent} event */
async function forget(event) {
  event.preventDefault();
  for (const item of list.items) item.turn.abort();
  await fetch(all.action, { method: "POST", headers: { Accept: "application/json" } }).catch(() => undefined);
  location.assign(form.action.replace(/results$/, ""));
}

// What the page hears

/** @param {MouseEvent} event */
function onClick(event) {
  const target = /** @type {Element} */ (event.target);
  closeMenus(target);
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const go = target.closest("a.go");
  const file = target.closest("a[data-file]");
  if (go) void look(changesOf(go));
  else if (file instanceof HTMLAnchorElement) void save(file);
  else return;
  event.preventDefault();
}

/**
 * @param {Element} link
 * @returns {Record<string, string>}
 */
function changesOf(link) {
  const changes = Object.entries(JSON.parse(link.getAttribute("data-set") ?? "{}"));
  return Object.fromEntries(changes.map(([name, value]) => [name, value === null ? "" : String(value)]));
}

/** @param {Element} [but] */
function closeMenus(but) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    // A part is chosen on the picture, outside of its menu.
    const stays = but && (menu.contains(but) || (menu.id === "part" && but.closest("#stage")));
    const isDone = but?.closest("a[data-file], a.go");
    if (!stays || isDone) menu.removeAttribute("open");
  }
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const isTyping = event.target instanceof HTMLElement && (event.target.isContentEditable || event.target.matches("input, select"));
  if (event.key === "Escape") escape();
  else if (event.key === "F8") text?.nextDoubt(event.shiftKey ? -1 : 1);
  else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) again();
  else if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) step(event.key === "ArrowDown" ? 1 : -1);
  else if (event.altKey && ["PageUp", "PageDown"].includes(event.key)) turnPage(event.key === "PageDown" ? "#next" : "#before");
  else if (event.key === "?" && !isTyping) keys.showModal();
  else return;
  if (event.key !== "Escape") event.preventDefault();
}

function escape() {
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
  } else if (isWorking() && !keys.open) cancel();
}

/** @param {number} by */
function step(by) {
  const at = list.current ? list.items.indexOf(list.current) : -1;
  const next = list.items[at + by];
  if (!next) return;
  select(next, true);
  /** @type {HTMLElement | null} */ (next.element.firstElementChild)?.focus();
}

/** @param {string} link */
function turnPage(link) {
  const found = result.querySelector(link);
  if (found) void look(changesOf(found));
}

/**
 * Return the files that are handed over, folders as empty files that are told by name.
 * @param {DataTransfer | null} source
 */
function handedOver(source) {
  return [...(source?.files ?? [])];
}

/** @param {DragEvent} event */
function dragOver(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  document.body.classList.add("awaiting");
}

/** @param {DragEvent} event */
function dragLeave(event) {
  // Between two elements of the page, the one entered is known.
  if (!event.relatedTarget) document.body.classList.remove("awaiting");
}

/** @param {DragEvent} event */
function drop(event) {
  document.body.classList.remove("awaiting");
  const dropped = handedOver(event.dataTransfer);
  if (!dropped.length) return;
  event.preventDefault();
  add(dropped);
}

/** @param {ClipboardEvent} event */
function paste(event) {
  const pasted = handedOver(event.clipboardData);
  if (!pasted.length) return;
  event.preventDefault();
  add(pasted);
}

/** @param {SubmitEvent} event */
function submit(event) {
  event.preventDefault();
  if (list.current?.error && password.value) again();
  else if (!list.items.length) showError(words("Choose a picture first."));
}

/** @param {HTMLInputElement} chooser */
function takeFrom(chooser) {
  const chosen = [...(chooser.files ?? [])];
  // The same file may be chosen again.
  chooser.value = "";
  add(chosen);
}

/** Take over what the server has shown, and what the browser remembers. */
function start() {
  form.noValidate = true;
  const asked = new URLSearchParams(location.search);
  try {
    Object.assign(options, JSON.parse(localStorage.getItem(MEMORY) ?? "{}"));
  } catch {
    // Nothing is remembered, or nothing that could be read.
  }
  for (const element of /** @type {NodeListOf<HTMLLIElement>} */ (rows.querySelectorAll("li"))) adopt(element, asked);
  const article = result.querySelector("#view");
  if (article instanceof HTMLElement && list.current) setUp(list.current, article);
  if (input.files?.length) takeFrom(input);
}

/**
 * Make an item of what stands in the list.
 * @param {HTMLLIElement} element
 * @param {URLSearchParams} asked
 */
function adopt(element, asked) {
  const isCurrent = Boolean(element.querySelector("[aria-current]"));
  const failed = element.querySelector(".state")?.textContent?.trim() ?? "";
  /** @type {Item} */
  const item = {
    name: element.dataset.name || words("No longer kept"),
    token: element.dataset.token || undefined,
    pages: Number(element.dataset.pages) || 1,
    look: {},
    error: failed,
    turn: new AbortController(),
    element,
  };
  list.items.push(item);
  if (isCurrent) {
    list.current = item;
    for (const [name, value] of asked) {
      if (REMEMBERED.includes(name)) options[name] = value;
      else if (["page", "orientation", "region"].includes(name)) item.look[name] = value;
    }
  }
  tell(item, pagesOf(item));
}

input.addEventListener("change", () => takeFrom(input));
rows.addEventListener("pick", (event) => {
  const picked = list.items.find(({ element }) => element === event.target);
  if (picked) select(picked, true);
});
camera.addEventListener("change", () => takeFrom(camera));
form.addEventListener("submit", submit);
all.addEventListener("submit", (event) => void forget(event));
document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
document.addEventListener("dragover", dragOver);
document.addEventListener("dragleave", dragLeave);
document.addEventListener("drop", drop);
document.addEventListener("paste", paste);
one(document, "#cancel").addEventListener("click", cancel);
one(document, "#help").addEventListener("click", () => keys.showModal());
window.addEventListener("pagehide", () => void text?.flush());
start();
