/** What is asked of the service: sending, waiting, trying again. */

import { words } from "./words.js";

/** A failure whose message is a sentence for the user. */
export class Refusal extends Error {
  /**
   * @param {string} message
   * @param {number} [status]
   * @param {string} [code]
   * @param {number} [retryAfter] seconds
   */
  constructor(message, status = 0, code = "", retryAfter = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** How often a busy service is asked again before that is told. */
const TRIES = 20;

/**
 * Send a form and return the answer's JSON; fetch would not tell how much has been sent.
 * @param {string} url
 * @param {FormData} body
 * @param {AbortSignal} signal
 * @param {(share: number) => void} onProgress
 * @returns {Promise<any>}
 */
export function upload(url, body, signal, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = () => reject(new TypeError("no answer"));
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => onProgress(event.loaded / (event.total || 1));
    request.onerror = fail;
    request.onabort = () => reject(signal.reason);
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(refusal(request.status, request.responseText, request.getResponseHeader("Retry-After")));
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    if (signal.aborted) reject(signal.reason);
    else request.send(body);
  });
}

/**
 * Ask for something and return the answer, or raise a Refusal with the service's sentence.
 * @param {string} url
 * @param {RequestInit} options
 */
export async function ask(url, options) {
  const response = await fetch(url, { ...options, headers: { Accept: "application/json" } });
  if (response.ok) return response;
  throw refusal(response.status, await response.text(), response.headers.get("Retry-After"));
}

/**
 * Return why the service refused; a proxy's own page has no sentence.
 * @param {number} status
 * @param {string} body
 * @param {string | null} retryAfter
 */
function refusal(status, body, retryAfter) {
  const seconds = Number(retryAfter) || 0;
  try {
    const { code, message } = JSON.parse(body).error;
    return new Refusal(message, status, code, seconds);
  } catch {
    const sentence = words("The request failed with status {status}. Please try again later.", { status });
    return new Refusal(sentence, status, "", seconds);
  }
}

/**
 * Try until it succeeds, where the service is busy and says when it may be free.
 * @template T
 * @param {() => Promise<T>} attempt
 * @param {AbortSignal} signal
 * @param {(seconds: number) => void} onWait told each second that is waited
 * @returns {Promise<T>}
 */
export async function patiently(attempt, signal, onWait) {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      const waits = error instanceof Refusal && [429, 503].includes(error.status) && error.retryAfter;
      if (!waits || !left) throw error;
      for (let seconds = error.retryAfter; seconds > 0; seconds -= 1) {
        onWait(seconds);
        await pause(1000, signal);
      }
    }
  }
}

/**
 * Wait; raises what the signal was aborted with.
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

/**
 * Return the file name of a Content-Disposition (RFC 6266).
 * @param {string | null} disposition
 */
export function fileName(disposition) {
  const extended = /filename\*=UTF-8''([^;\s]+)/i.exec(disposition ?? "");
  if (extended) return decodeURIComponent(extended[1]);
  return /filename="([^"]*)"/i.exec(disposition ?? "")?.[1] ?? "result";
}
