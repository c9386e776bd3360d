/* What an agent is started with: lines that hold the token of a job, read on request alone and never kept. */
export async function readLines(source) {
  let response;
  try {
    response = await fetch(source, { credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new Error("The server could not be reached.");
  }
  const text = await response.text();
  if (response.ok) return text;
  let words = null;
  try {
    words = JSON.parse(text).error.message;
  } catch {
    words = `The server answered ${response.status}.`;
  }
  throw new Error(words);
}

const listeners = new Set();
let said = null;

export const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const whatIsSaid = () => said;

export function say(next) {
  said = next;
  listeners.forEach((tell) => tell());
}

/* Copies the commands of a job by its menu, and says what became of it. */
export async function copyLines({ source, href, name }) {
  say(null);
  try {
    const lines = await readLines(source);
    try {
      await navigator.clipboard.writeText(lines);
    } catch {
      throw new Error("The browser does not let this page copy.");
    }
    say({ words: `Agent commands of “${name}” copied. They hold the job's token.`, href: "" });
  } catch (error) {
    say({ words: `Agent commands of “${name}”: ${error.message}`, href });
  }
}
