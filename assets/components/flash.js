/* What of a row has changed while somebody looked on: it lights up softly, once. */

const SHOWN_MS = 1_800;

/* What a cell says. Times by their instant, because their words change by themselves; a cell that counts on says nothing. */
function saying(cell) {
  if (cell.dataset.quiet === "true") return "";
  const times = Array.from(cell.querySelectorAll("time"), (time) => time.dateTime);
  if (times.length) return times.join(" ");
  const meter = cell.querySelector("progress");
  return `${cell.textContent}|${meter?.value ?? ""}`;
}

/* Notes what each of the rows says. */
export function sayings(rows) {
  return new Map(rows.map((row) => [row, Array.from(row.cells, saying)]));
}

/* Notes what single elements say. */
export const saysOf = (elements) => elements.map(saying);

/* Lights elements up; calm people have said that nothing may move, and the styles then do nothing. */
export function lightUp(elements) {
  elements.forEach(light);
  if (elements.length) setTimeout(() => elements.forEach((element) => element.removeAttribute("data-flash")), SHOWN_MS);
}

function light(element) {
  element.removeAttribute("data-flash");
  // Read in between, so that a second change within the first one's light begins it anew.
  void element.offsetWidth;
  element.setAttribute("data-flash", "");
}

/* Lights up the cells of `rows` that say something else than `noted`, and the rows that were in none of `known`. */
export function flash(rows, noted, known) {
  const lit = rows.flatMap((row) => {
    const before = noted.get(row);
    if (!before) return known.has(row) ? [] : [row];
    return Array.from(row.cells).filter((cell, index) => before[index] !== undefined && saying(cell) !== before[index]);
  });
  lightUp(lit);
}
