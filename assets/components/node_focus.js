/* The node that is looked at: hovered for a moment, or chosen, which the address keeps as `node`. One for the page. */

const PARAMETER = "node";
const inBrowser = typeof window !== "undefined";
const watchers = new Set();
const rules = inBrowser ? new CSSStyleSheet() : null;

let hovered = "";
let chosen = "";
let waiting = 0;

export const chosenNode = () => chosen;
export const shownNode = () => hovered || chosen;

export function watchNode(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/* However often the pointer moves, the page is marked anew once a frame. */
function tell() {
  if (waiting) return;
  waiting = requestAnimationFrame(() => {
    waiting = 0;
    markRows(shownNode());
    for (const watcher of watchers) watcher();
  });
}

/* Rows are marked by a style sheet: no row is drawn anew, however many there are. */
function markRows(node) {
  const name = JSON.stringify(node);
  const rows = ["node", "source", "target"].map((end) => `tr[data-${end}=${name}] > *`).join(", ");
  const first = ["node", "source", "target"].map((end) => `tr[data-${end}=${name}] > :first-child`).join(", ");
  const text = node
    ? `${rows} { background-image: linear-gradient(var(--indigo-a3), var(--indigo-a3)); }
       ${first} { box-shadow: inset 3px 0 0 var(--indigo-9); }
       [data-pick-node=${name}] { font-weight: 600; text-decoration: underline; }`
    : "";
  rules.replaceSync(text);
}

export function hoverNode(node) {
  if (node === hovered) return;
  hovered = node;
  tell();
}

/* Choosing the chosen node again lets it go. */
export const chooseNode = (node) => setNode(node === chosen ? "" : node);

export function setNode(node) {
  hovered = "";
  chosen = node;
  const address = new URL(window.location.href);
  if (chosen) address.searchParams.set(PARAMETER, chosen);
  else address.searchParams.delete(PARAMETER);
  window.history.replaceState(window.history.state, "", address);
  tell();
}

function readAddress() {
  const asked = new URLSearchParams(window.location.search).get(PARAMETER) ?? "";
  if (asked === chosen) return;
  chosen = asked;
  tell();
}

const picked = (event) => event.target.closest?.("[data-pick-node]")?.dataset.pickNode ?? "";

/* The router follows a link's own address, whatever has become of its `href`: the page tells how to go elsewhere. */
let travel = (address) => window.location.assign(address);

export function travelBy(navigate) {
  travel = navigate;
}

const isPlain = (event) => event.type === "click" && event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

/* Links to other views of the same job take the chosen node along; those that name a node themselves stay. */
function takeAlong(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || link.pathname !== window.location.pathname || link.origin !== window.location.origin) return;
  if (!chosen && link.dataset.nodeTaken === undefined) return;
  const address = new URL(link.href);
  if (link.dataset.nodeTaken === undefined && address.searchParams.has(PARAMETER)) return;
  if (chosen) address.searchParams.set(PARAMETER, chosen);
  else address.searchParams.delete(PARAMETER);
  link.dataset.nodeTaken = "";
  link.href = address.href;
  if (!chosen || !isPlain(event) || event.defaultPrevented) return;
  event.preventDefault();
  travel(`${address.pathname}${address.search}${address.hash}`);
}

if (inBrowser) {
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, rules];
  readAddress();
  window.addEventListener("popstate", readAddress);
  document.addEventListener("pointerover", (event) => event.target.closest?.("[data-pick-node]") && hoverNode(picked(event)));
  document.addEventListener("pointerout", (event) => event.target.closest?.("[data-pick-node]") && hoverNode(""));
  document.addEventListener("focusin", (event) => hoverNode(picked(event)));
  document.addEventListener("click", (event) => picked(event) && chooseNode(picked(event)));
  for (const kind of ["pointerdown", "keydown", "click"]) document.addEventListener(kind, takeAlong, { capture: true });
}

export { readAddress as readNodeOfAddress };
