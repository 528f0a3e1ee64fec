/**
 * The page: choose a picture, send the form, show what comes back.
 *
 * The form works without this script; what is added is in the page's own
 * elements, and the file input stays the one place that knows the picture.
 */

/** A failure whose message is a sentence for the user. */
class Refusal extends Error {}

/**
 * @typedef {object} Answer
 * @property {Blob} file
 * @property {string} name
 * @property {string} timing
 */

/** Characters that fill two cells of a terminal, and so of the text's grid. */
const WIDE =
  /([\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}])/u;

const form = find("form", HTMLFormElement);
const frame = find("frame", HTMLElement);
const input = find("image", HTMLInputElement);
const results = find("results", HTMLFieldSetElement);
const colors = find("colors", HTMLFieldSetElement);
const chosen = find("chosen", HTMLElement);
const result = find("result", HTMLElement);
const title = find("title", HTMLElement);
const bar = find("bar", HTMLElement);
const copy = find("copy", HTMLButtonElement);
const download = find("download", HTMLAnchorElement);
const text = find("text", HTMLElement);
const zoom = find("zoom", HTMLButtonElement);
const parts = ["hint", "error", "working", "text", "wordless", "picture", "unseeable"];

/** Object URLs in use, by what they show. @type {Map<string, string>} */
const urls = new Map();

/** What is under way; aborted as soon as its answer is no longer wanted. */
let turn = new AbortController();

/**
 * Return an element of the page that must be there.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {{ new (): T, prototype: T }} type
 * @returns {T}
 */
function find(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`The page has no #${id}.`);
  return element;
}

/** End what is under way and return the signal of what comes next. */
function nextTurn() {
  turn.abort();
  turn = new AbortController();
  return turn.signal;
}

/**
 * Return a URL for a file, and free the one that served the same use before.
 * @param {string} use
 * @param {Blob} file
 */
function urlFor(use, file) {
  URL.revokeObjectURL(urls.get(use) ?? "");
  const url = URL.createObjectURL(file);
  urls.set(use, url);
  return url;
}

/**
 * Return what the form says in a group of radio buttons.
 * @param {string} name
 */
function option(name) {
  return String(new FormData(form).get(name) ?? "");
}

/** Show the options that matter for what is chosen. */
function showOptions() {
  form.dataset.result = option("result");
  colors.disabled = option("white_background") === "false";
}

/** Show the chosen picture, and nothing that belongs to the one before. */
function showChosen() {
  nextTurn();
  const file = input.files?.[0];
  frame.classList.toggle("filled", Boolean(file));
  chosen.hidden = !file;
  showNothing();
  if (!file) return;
  find("name", HTMLElement).textContent = file.name;
  find("facts", HTMLElement).textContent = size(file.size);
  showPreview(file);
  const problem = problemOf(file);
  if (problem) showError(problem);
}

/** @param {File} file */
function showPreview(file) {
  const image = new Image();
  image.alt = "The chosen picture";
  image.onload = () => {
    if (!image.isConnected) return;
    const pixels = `${image.naturalWidth} × ${image.naturalHeight}`;
    find("facts", HTMLElement).textContent = `${size(file.size)}, ${pixels}`;
  };
  image.onerror = () => image.replaceWith(note("This browser has no preview of this file."));
  image.src = urlFor("preview", file);
  find("preview", HTMLElement).replaceChildren(image);
}

/** @param {string} sentence */
function note(sentence) {
  const paragraph = document.createElement("p");
  paragraph.className = "hint";
  paragraph.textContent = sentence;
  return paragraph;
}

/** @param {number} bytes */
function size(bytes) {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * Return why a file need not be sent at all, or nothing.
 * @param {File | undefined} file
 */
function problemOf(file) {
  const most = Number(form.dataset.maxBytes);
  if (!file) return "Choose a picture first.";
  if (file.size > most) return `The file has ${size(file.size)}, but this service takes ${size(most)}.`;
  return "";
}

/** @param {SubmitEvent} event */
function submit(event) {
  event.preventDefault();
  const file = input.files?.[0];
  const problem = problemOf(file);
  if (problem) showError(problem);
  else if (file) void read(file);
  reveal();
}

/**
 * Send the form and show the answer, unless something else was asked for since.
 * @param {File} file
 */
async function read(file) {
  const signal = nextTurn();
  const kind = option("result");
  showWorking(file);
  try {
    const answer = await send(signal);
    const words = kind === "text" ? await answer.file.text() : "";
    if (signal.aborted) return;
    showAnswer(answer);
    if (kind === "text") showText(words);
    else showPicture(answer.name);
    reveal();
  } catch (error) {
    if (!signal.aborted) showError(sentence(error));
  }
}

/**
 * Send the form as a browser without scripts would.
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
async function send(signal) {
  const button = find(`get-${option("result")}`, HTMLButtonElement);
  const headers = { Accept: "application/json" };
  const started = performance.now();
  const body = new FormData(form);
  const response = await fetch(button.formAction, { method: "POST", body, headers, signal });
  if (!response.ok) throw new Refusal(await reason(response));
  const file = await response.blob();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const timing = response.headers.get("X-Cache") === "hit" ? "cached" : `${seconds} s`;
  return { file, name: fileName(response.headers.get("Content-Disposition") ?? ""), timing };
}

/**
 * Return the sentence of an error answer; a proxy's own page has none.
 * @param {Response} response
 */
async function reason(response) {
  try {
    return String((await response.json()).error.message);
  } catch {
    return `The request failed with status ${response.status}. Please try again later.`;
  }
}

/**
 * Return the file name of a Content-Disposition (RFC 6266).
 * @param {string} disposition
 */
function fileName(disposition) {
  const extended = /filename\*=UTF-8''([^;\s]+)/i.exec(disposition);
  if (extended) return decodeURIComponent(extended[1]);
  return /filename="([^"]*)"/i.exec(disposition)?.[1] ?? "result";
}

/** @param {unknown} error */
function sentence(error) {
  if (error instanceof Refusal) return error.message;
  return "The service cannot be reached. Please check the connection and try again.";
}

/**
 * Show one part of the result and hide the others.
 * @param {string} shown
 */
function show(shown) {
  for (const part of parts) find(part, HTMLElement).hidden = part !== shown;
}

/** @param {string} news */
function say(news) {
  find("status", HTMLElement).textContent = news;
}

function showNothing() {
  bar.hidden = true;
  show("hint");
  say("");
}

/** @param {File} file */
function showWorking(file) {
  const news = `Reading ${file.name}`;
  find("doing", HTMLElement).textContent = news;
  bar.hidden = true;
  show("working");
  say(news);
}

/** @param {string} message */
function showError(message) {
  find("error", HTMLElement).textContent = message;
  bar.hidden = true;
  show("error");
  say("");
}

/** @param {Answer} answer */
function showAnswer({ file, name, timing }) {
  download.href = urlFor("result", file);
  download.download = name;
  title.textContent = name;
  find("timing", HTMLElement).textContent = timing;
  bar.hidden = false;
  say(`${name} is ready.`);
}

/** @param {string} words */
function showText(words) {
  // Every second part is a wide character: few fonts draw it two cells wide.
  // Browsers show nothing where one page ends and the next begins.
  const shown = words.replaceAll("\f", "\n");
  text.replaceChildren(...shown.split(WIDE).map((part, at) => (at % 2 ? wide(part) : part)));
  show(words ? "text" : "wordless");
  copy.hidden = !words;
  copy.onclick = () => void tell(copyText(words));
}

/** @param {string} character */
function wide(character) {
  const cells = document.createElement("span");
  cells.className = "wide";
  cells.textContent = character;
  return cells;
}

/** @param {string} name */
function showPicture(name) {
  const image = new Image();
  image.alt = name;
  image.onerror = () => {
    if (!image.isConnected) return;
    show("unseeable");
    copy.hidden = true;
  };
  image.src = download.href;
  zoom.replaceChildren(image);
  zoom.setAttribute("aria-pressed", "false");
  show("picture");
  copy.hidden = !navigator.clipboard?.write;
  copy.onclick = () => void tell(copyPicture(image));
}

/** Bring the result into view where it lies below the form, as on a phone. */
function reveal() {
  if (result.getBoundingClientRect().top > window.innerHeight / 3) result.scrollIntoView();
}

/** @param {string} words */
async function copyText(words) {
  // Browsers give no clipboard to pages that come over plain HTTP.
  if (navigator.clipboard) return navigator.clipboard.writeText(words);
  getSelection()?.selectAllChildren(text);
  document.addEventListener("copy", (event) => {
    event.preventDefault();
    event.clipboardData?.setData("text/plain", words);
  }, { once: true });
  if (!document.execCommand("copy")) throw new Error("refused");
}

/** @param {HTMLImageElement} image */
function copyPicture(image) {
  // Safari wants the item at once and its content, PNG only, when it is there.
  return navigator.clipboard.write([new ClipboardItem({ "image/png": toPng(image) })]);
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
 * @param {Promise<void>} copying
 */
async function tell(copying) {
  copy.textContent = await copying.then(() => "Copied", () => "Not copied");
  setTimeout(() => (copy.textContent = "Copy"), 2000);
}

/**
 * Put a dropped or pasted picture into the form.
 * @param {DataTransfer | null} source
 */
function take(source) {
  const file = source?.files[0];
  if (!file) return false;
  const one = new DataTransfer();
  one.items.add(file);
  input.files = one.files;
  showChosen();
  return true;
}

/** @param {DragEvent} event */
function dragOver(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  frame.classList.add("awaiting");
}

/** @param {DragEvent} event */
function dragLeave(event) {
  // Between two elements of the page, the one entered is known.
  if (!event.relatedTarget) frame.classList.remove("awaiting");
}

/** @param {DragEvent} event */
function drop(event) {
  frame.classList.remove("awaiting");
  if (take(event.dataTransfer)) event.preventDefault();
}

/** @param {ClipboardEvent} event */
function paste(event) {
  if (take(event.clipboardData)) event.preventDefault();
}

function cancel() {
  nextTurn();
  showNothing();
}

function toggleSize() {
  zoom.setAttribute("aria-pressed", String(zoom.getAttribute("aria-pressed") !== "true"));
}

/** Switch on what needs a script, and show what the browser kept from before. */
function start() {
  results.disabled = false;
  document.documentElement.classList.add("live");
  form.noValidate = true;
  showOptions();
  showChosen();
}

input.addEventListener("change", showChosen);
form.addEventListener("change", showOptions);
form.addEventListener("submit", submit);
zoom.addEventListener("click", toggleSize);
find("cancel", HTMLButtonElement).addEventListener("click", cancel);
document.addEventListener("dragover", dragOver);
document.addEventListener("dragleave", dragLeave);
document.addEventListener("drop", drop);
document.addEventListener("paste", paste);
start();
