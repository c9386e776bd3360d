/* The files that this tab is fetching, and what became of the last ones; they live on while the page changes. */

const POLL_MS = 1_000;
const SHOWN_MS = 6_000;
const REDRAW_MS = 150;

let files = [];
const listeners = new Set();

export const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const currentFiles = () => files;

const RUNNING = new Set(["waiting", "reading"]);
export const isRunning = (file) => RUNNING.has(file.state);

function publish(next) {
  const before = files.some(isRunning);
  files = next;
  const now = files.some(isRunning);
  if (before !== now) {
    const change = now ? window.addEventListener : window.removeEventListener;
    change.call(window, "beforeunload", keepOpen);
  }
  listeners.forEach((listener) => listener());
}

/* Leaving the site ends what is fetched: the browser asks first. */
function keepOpen(event) {
  event.preventDefault();
}

const change = (ticket, fields) =>
  publish(files.map((file) => (file.ticket === ticket ? { ...file, ...fields } : file)));

export const dismiss = (ticket) => publish(files.filter((file) => file.ticket !== ticket));

export const cancel = (ticket) => files.find((file) => file.ticket === ticket)?.stop.abort();

export function retry(file) {
  dismiss(file.ticket);
  startExport(file.order);
}

/* `crypto.randomUUID` is there on secure addresses alone. */
function newTicket() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* What the server or the network said, as the sentence that the person reads. */
class Refusal extends Error {
  constructor(words, more = {}) {
    super(words);
    this.more = more;
  }
}

async function refusalOf(response) {
  const body = await response.json().catch(() => null);
  if (response.status === 401) {
    return new Refusal("Your session has ended. Sign in again, then export once more.", { signIn: true });
  }
  if (response.status === 429) return new Refusal("Too many requests at once. Try again in a moment.");
  const request = response.status >= 500 ? response.headers.get("X-Request-ID") : null;
  const words = response.status >= 500 ? "The server could not make the file." : body?.error?.message;
  const said = words ?? `The server refused the file (${response.status}).`;
  return new Refusal(request ? `${said} Request ${request}` : said, { isFinal: response.status < 500 });
}

function nameIn(response) {
  const header = response.headers.get("Content-Disposition") ?? "";
  const full = /filename\*=UTF-8''([^;]+)/.exec(header);
  if (full) return decodeURIComponent(full[1]);
  return /filename="([^"]+)"/.exec(header)?.[1] ?? "export";
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/* Rows are counted by the server, because a workbook's first byte comes after its last row. */
function follow(ticket) {
  const ask = async () => {
    const response = await fetch(`/auth/exports/${ticket}`, { credentials: "same-origin", cache: "no-store" });
    const found = response.ok ? await response.json() : null;
    const file = files.find((one) => one.ticket === ticket);
    if (!found || found.rows === null || !file || !isRunning(file)) return;
    change(ticket, { rows: found.rows, state: found.is_waiting ? "waiting" : "reading" });
  };
  return setInterval(() => ask().catch(() => null), POLL_MS);
}

async function fetchFile({ source, ticket, signal }) {
  let response;
  try {
    const headers = { "X-Export-Ticket": ticket };
    response = await fetch(source, { credentials: "same-origin", cache: "no-store", headers, signal });
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new Refusal("The server could not be reached.");
  }
  if (!response.ok) throw await refusalOf(response);
  change(ticket, { name: nameIn(response), state: "reading" });
  let bytes = 0;
  let drawn = 0;
  const counted = new TransformStream({
    transform(chunk, out) {
      bytes += chunk.byteLength;
      if (performance.now() - drawn > REDRAW_MS) {
        drawn = performance.now();
        change(ticket, { bytes });
      }
      out.enqueue(chunk);
    },
  });
  try {
    // The browser keeps a blob of any size where it likes, on disk when it is large.
    const blob = await new Response(response.body.pipeThrough(counted)).blob();
    return { blob, name: nameIn(response) };
  } catch (failure) {
    if (signal.aborted) throw new DOMException("", "AbortError");
    throw new Refusal("The connection broke off before the file was whole, so nothing was saved.");
  }
}

/* Fetches a file and saves it; `order` is its source, a word for its format, and its number of rows where known. */
export async function startExport(order) {
  const ticket = newTicket();
  const stop = new AbortController();
  const started = { ticket, order, stop, state: "waiting", name: order.word, rows: 0, bytes: 0, total: order.total };
  publish([...files, started]);
  const timer = follow(ticket);
  try {
    const { blob, name } = await fetchFile({ source: order.source, ticket, signal: stop.signal });
    save(blob, name);
    change(ticket, { state: "saved", bytes: blob.size });
    setTimeout(() => dismiss(ticket), SHOWN_MS);
  } catch (failure) {
    if (failure.name === "AbortError") {
      change(ticket, { state: "cancelled" });
      setTimeout(() => dismiss(ticket), SHOWN_MS);
    } else {
      change(ticket, { state: "failed", message: failure.message, ...failure.more });
    }
  } finally {
    clearInterval(timer);
  }
}
