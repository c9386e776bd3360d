/* Where the rows of a table stand on the screen, which of them somebody is at, and how that one is kept there. */

const CALM_MS = 350;

/* Rows of the frame's own table: an opened row may hold further tables, and a skeleton's rows are none. */
export function rowsOf(frame) {
  const bodies = Array.from(frame.querySelector("table")?.tBodies ?? []);
  return bodies.filter((body) => body.ariaHidden !== "true").flatMap((body) => Array.from(body.rows));
}

/* Where the window's own room begins: under the phone's bar. */
const topOfRoom = () => document.querySelector(".sm-phone-bar")?.getBoundingClientRect().bottom ?? 0;

/* The line below which rows are in sight: under the table's head, too. */
export function edgeOf(frame) {
  const head = frame.querySelector("thead th")?.getBoundingClientRect();
  return Math.max(frame.getBoundingClientRect().top, head?.bottom ?? 0, topOfRoom());
}

function rowsInSight(frame) {
  const edge = edgeOf(frame);
  const end = Math.min(frame.getBoundingClientRect().bottom, window.innerHeight);
  const placed = rowsOf(frame).map((row) => ({ row, box: row.getBoundingClientRect() }));
  return placed.filter(({ box }) => box.bottom > edge + 1 && box.top < end).map(({ row, box }) => ({ row, top: box.top }));
}

/* A frame that is too short to scroll can still be made to, where its page is as high as the window. */
function scrollerOf(frame) {
  const canScroll = frame.scrollHeight > frame.clientHeight + 1 || frame.style.maxHeight !== "";
  const isFixed = frame.matches(".sm-table-fill") && getComputedStyle(frame.parentElement).display === "flex";
  return canScroll || isFixed ? frame : document.scrollingElement;
}

/* Gives what somebody is at within the rows: keyboard, open menu, marked text, pointer, opened row; null for nothing. */
function attended(frame) {
  const focused = document.activeElement;
  const selection = document.getSelection();
  const canHover = window.matchMedia("(hover: hover)").matches;
  const hovered = canHover ? frame.querySelector("tbody > tr:hover") : null;
  const signs = [
    focused?.matches(":focus-visible") ? focused : null,
    frame.querySelector("tbody [aria-haspopup][aria-expanded=true]"),
    selection?.isCollapsed === false ? selection.anchorNode : null,
    hovered,
    focused,
    frame.querySelector("tbody [aria-expanded=true]"),
  ];
  const rows = rowsOf(frame);
  return signs.filter((sign) => sign && rows.some((row) => row.contains(sign)));
}

/* Holds the rows of one frame. Nothing here listens to anything unless a row is being held or new ones are out of sight. */
export class Hold {
  constructor(frame, onScroll) {
    this.frame = frame;
    this.onScroll = onScroll;
    this.gap = 0;
    this.pad = 0;
    this.home = null;
    this.lentTo = 0;
    this.ears = null;
  }

  /* Notes, before rows change, where each one in sight stands, the one to keep first. */
  note() {
    const { frame } = this;
    const rows = rowsInSight(frame);
    const signs = attended(frame);
    const found = signs.map((sign) => rows.findIndex(({ row }) => row.contains(sign)));
    const at = found.find((index) => index >= 0) ?? -1;
    const isScrolled = this.isScrolled();
    const edge = edgeOf(frame);
    const first = isScrolled && !this.isLent() ? rows.findIndex(({ top }) => top >= edge - 1) : -1;
    const anchor = at >= 0 ? at : first;
    const near = rows.map((place, index) => ({ ...place, far: Math.abs(index - anchor) })).sort((a, b) => a.far - b.far);
    const focus = frame.contains(document.activeElement) ? document.activeElement : null;
    return { rows: anchor < 0 ? [] : near, isAt: at >= 0, isScrolled, focus, height: frame.offsetHeight };
  }

  /* Puts the row that was noted first, of those that are still there, back to where it stood. */
  keep(noted) {
    const { frame } = this;
    if (noted.focus && !noted.focus.isConnected && document.activeElement === document.body) {
      // The row with the focus is gone: the keyboard goes on at the table, not at the top of the page.
      frame.focus({ preventScroll: true });
    }
    const held = noted.rows.find(({ row }) => row.isConnected);
    if (!held) return;
    if (noted.isAt && scrollerOf(frame) === frame && frame.offsetHeight > noted.height) {
      frame.style.maxHeight = `${noted.height}px`;
    }
    const shift = held.row.getBoundingClientRect().top - held.top;
    if (Math.abs(shift) >= 0.5) this.move(shift, noted);
  }

  /* Goes back to where the list was when no row is held any more, so that what is new is seen. */
  release() {
    if (attended(this.frame).length) return;
    this.setGap(0);
    if (this.isLent()) {
      const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      scrollerOf(this.frame).scrollTo({ top: this.home, behavior: calm ? "instant" : "smooth" });
    }
    this.home = null;
    this.rest();
  }

  /* Shows the first rows. */
  toTop() {
    this.home = null;
    this.setGap(0);
    const { frame } = this;
    if (scrollerOf(frame) === frame) frame.scrollTop = 0;
    else frame.scrollIntoView({ block: "start" });
    this.rest();
  }

  /* Forgets what was held: the rows answer another question, which is read from its first row. */
  renew(isOtherPage) {
    const { frame } = this;
    const isOwn = scrollerOf(frame) === frame;
    this.home = null;
    this.setGap(0);
    this.setPad(0);
    frame.style.maxHeight = "";
    if (isOwn) frame.scrollTop = 0;
    else if (isOtherPage && frame.getBoundingClientRect().top < topOfRoom()) frame.scrollIntoView({ block: "start" });
    this.rest();
  }

  isScrolled() {
    const { frame } = this;
    if (scrollerOf(frame) === frame) return frame.scrollTop > 0;
    const [first] = rowsOf(frame);
    return Boolean(first) && first.getBoundingClientRect().top < edgeOf(frame) - 1;
  }

  /* Tells whether the list stands where this hold has scrolled it, and nobody has scrolled it since. */
  isLent() {
    return this.home !== null && Math.abs(scrollerOf(this.frame).scrollTop - this.lentTo) < 1;
  }

  move(shift, { isAt, isScrolled }) {
    const closed = Math.max(0, Math.min(this.gap, shift));
    this.setGap(this.gap - closed);
    const scroller = scrollerOf(this.frame);
    const before = scroller.scrollTop;
    const target = before + shift - closed;
    if (target < 0 && isAt) this.setGap(this.gap - target);
    this.makeRoom(scroller, target);
    const wasLent = this.isLent();
    scroller.scrollTop = Math.max(0, target);
    if (isAt && !isScrolled && this.home === null) this.home = before;
    if (wasLent || this.home === before) this.lentTo = scroller.scrollTop;
    this.listen();
  }

  /* Rows that went away above leave a gap under the head for as long as somebody is at a row below. */
  setGap(height) {
    this.gap = Math.max(0, height);
    if (this.gap) this.frame.style.setProperty("--sm-gap", `${this.gap}px`);
    else this.frame.style.removeProperty("--sm-gap");
    this.frame.toggleAttribute("data-gap", this.gap > 0);
  }

  /* Lets a list be scrolled as far as keeping a row needs. A page that its rows do not fill has room below them, which
     takes up the first of the pad: how much shows only when the pad is larger than that room. */
  makeRoom(scroller, target) {
    const missing = () => target - (scroller.scrollHeight - scroller.clientHeight);
    if (missing() <= 0) return;
    this.setPad(this.pad + missing() + scroller.clientHeight);
    this.setPad(this.pad + missing());
  }

  /* Room after the last row. */
  setPad(height) {
    this.pad = Math.max(0, height);
    const side = scrollerOf(this.frame) === this.frame ? "paddingBottom" : "marginBottom";
    this.frame.style[side] = this.pad ? `${this.pad}px` : "";
  }

  listen() {
    if (this.ears) return;
    this.ears = new AbortController();
    const { signal } = this.ears;
    let timer = 0;
    const look = () => {
      clearTimeout(timer);
      timer = setTimeout(() => signal.aborted || this.release(), CALM_MS);
    };
    const follow = () => this.shrink();
    this.frame.addEventListener("pointerleave", look, { signal });
    this.frame.addEventListener("focusout", look, { signal });
    document.addEventListener("selectionchange", look, { signal });
    // Scrolling is heard of on its way down, whichever element does it.
    document.addEventListener("scroll", follow, { signal, capture: true, passive: true });
    window.addEventListener("resize", follow, { signal, passive: true });
  }

  /* Takes back the room that nobody looks at any more. */
  shrink() {
    const scroller = scrollerOf(this.frame);
    const end = scroller.scrollTop > 0 ? scroller.scrollTop + scroller.clientHeight : 0;
    if (this.pad) this.setPad(end - (scroller.scrollHeight - this.pad));
    if (this.frame.scrollTop === 0 && this.pad === 0 && this.home === null) this.frame.style.maxHeight = "";
    this.rest();
  }

  /* Stops listening once there is nothing left to follow. */
  rest() {
    const { frame } = this;
    const isScrolling = this.home !== null || this.pad > 0 || this.gap > 0 || frame.style.maxHeight !== "";
    if (isScrolling || this.onScroll() > 0) return;
    this.stop();
  }

  stop() {
    this.ears?.abort();
    this.ears = null;
  }
}
