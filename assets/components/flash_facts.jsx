import { Component, createElement as h } from "react";
import { lightUp, saysOf } from "./flash.js";

/* Stands before a list of facts about `of`: those that change while somebody looks on light up. */
export class FlashFacts extends Component {
  constructor(props) {
    super(props);
    this.take = (element) => {
      this.place = element;
    };
  }

  facts() {
    return Array.from(this.place?.nextElementSibling?.querySelectorAll("dd") ?? []);
  }

  getSnapshotBeforeUpdate(before) {
    return before.of === this.props.of ? null : saysOf(this.facts());
  }

  componentDidUpdate(before, _state, said) {
    if (!said || before.of.id !== this.props.of.id) return;
    const now = saysOf(this.facts());
    lightUp(this.facts().filter((_, index) => said[index] !== undefined && said[index] !== now[index]));
  }

  render() {
    return h("span", { ref: this.take, hidden: true });
  }
}
