import { Component, createElement as h } from "react";
import ArrowUp from "lucide-react/dist/esm/icons/arrow-up.mjs";
import { flash, sayings } from "./flash.js";
import { edgeOf, Hold, rowsOf } from "./place.js";

/* What of the address does not change which rows there are. */
const BESIDE = new Set(["open", "node"]);

function question() {
  const { pathname, search } = window.location;
  const asked = Array.from(new URLSearchParams(search)).filter(([name]) => !BESIDE.has(name));
  return { text: `${pathname}?${new URLSearchParams(asked)}`, page: new URLSearchParams(search).get("page") ?? "1" };
}

/* Rows that come, go or change while somebody looks on leave what is read where it is. After each change of `rows` the row
   that somebody is at, else the first one in sight of a scrolled list, stands where it stood; a list at its top that
   nobody is in shows what is new at once. What is new out of sight above is counted (`what` is the word of one row, empty
   for no count), and what has changed lights up. Browsers' own anchoring misses tables with column groups. */
export class KeepPlace extends Component {
  constructor(props) {
    super(props);
    this.state = { fresh: 0, place: null };
    this.rows = new Set();
    this.asked = null;
    this.take = (element) => {
      this.frame = element?.closest(".sm-table-frame") ?? this.frame;
    };
    this.recount = () => this.count();
    this.toTop = () => {
      this.rows.clear();
      this.place.toTop();
      this.count();
      this.frame.focus({ preventScroll: true });
    };
  }

  componentDidMount() {
    this.place = new Hold(this.frame, this.recount);
    this.asked = question();
  }

  componentWillUnmount() {
    this.place.stop();
  }

  getSnapshotBeforeUpdate(before) {
    if (before.rows === this.props.rows) return null;
    const known = new Set(rowsOf(this.frame));
    return known.size ? { known, noted: this.place.note(), said: sayings(this.inSight([...known])) } : null;
  }

  componentDidUpdate(before, _state, snapshot) {
    if (before.rows === this.props.rows) return;
    const asked = question();
    const isSame = asked.text === this.asked.text;
    const isOtherPage = asked.page !== this.asked.page;
    this.asked = asked;
    if (!isSame) {
      this.rows.clear();
      this.place.renew(isOtherPage);
      this.count();
    } else if (snapshot) {
      this.place.keep(snapshot.noted);
      this.greet(snapshot);
    }
  }

  inSight(rows) {
    const { bottom } = this.frame.getBoundingClientRect();
    const end = Math.min(bottom, window.innerHeight);
    return rows.filter((row) => {
      const box = row.getBoundingClientRect();
      return box.bottom > 0 && box.top < end;
    });
  }

  greet({ known, said }) {
    const rows = rowsOf(this.frame);
    flash(this.inSight(rows), said, known);
    if (!this.props.what) return;
    const edge = edgeOf(this.frame);
    for (const row of rows) {
      if (!known.has(row) && row.getBoundingClientRect().bottom <= edge + 1) this.rows.add(row);
    }
    if (this.count()) this.place.listen();
  }

  /* Counts the new rows that nobody has seen yet, and gives how many they are. */
  count() {
    const edge = edgeOf(this.frame);
    for (const row of this.rows) {
      if (!row.isConnected || row.getBoundingClientRect().bottom > edge + 1) this.rows.delete(row);
    }
    const fresh = this.rows.size;
    const box = this.frame.getBoundingClientRect();
    const place = fresh ? { top: edge + 8, left: box.left + Math.min(box.width, window.innerWidth - box.left) / 2 } : null;
    if (fresh || this.state.fresh) this.setState({ fresh, place });
    return fresh;
  }

  render() {
    const { fresh, place } = this.state;
    const words = fresh ? `${fresh} new ${this.props.what}${fresh === 1 ? "" : "s"}` : "";
    return h(
      "div",
      { ref: this.take, className: "sm-place" },
      h("span", { role: "status", className: "sm-visually-hidden" }, words && `${words} above`),
      fresh
        ? h(
            "button",
            { type: "button", className: "sm-fresh", style: place, onClick: this.toTop, "data-testid": "fresh-rows" },
            h(ArrowUp, { size: 13, "aria-hidden": true }),
            words,
          )
        : null,
    );
  }
}
