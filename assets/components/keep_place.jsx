import { Component, createElement } from "react";

/* Rows that come or go above leave what somebody reads where it is: after each change of `rows` the first row in sight
   stands where it stood. A list at its top stays there, and shows what is new. Browsers' own anchoring misses tables
   with column groups. */
export class KeepPlace extends Component {
  constructor(props) {
    super(props);
    this.hold = (element) => {
      this.frame = element?.closest(".sm-table-frame") ?? null;
    };
  }

  getSnapshotBeforeUpdate(before) {
    const { frame } = this;
    if (!frame || before.rows === this.props.rows || frame.scrollTop === 0) return null;
    const head = frame.querySelector("thead");
    const edge = frame.getBoundingClientRect().top + (head?.offsetHeight ?? 0);
    for (const row of frame.querySelectorAll("tbody > tr")) {
      const { top } = row.getBoundingClientRect();
      if (top >= edge) return { row, top };
    }
    return null;
  }

  componentDidUpdate(_props, _state, held) {
    if (!held?.row.isConnected) return;
    this.frame.scrollTop += held.row.getBoundingClientRect().top - held.top;
  }

  render() {
    return createElement("span", { ref: this.hold, hidden: true });
  }
}
