import { Children, createElement as h, useSyncExternalStore } from "react";

const PHONE = "(max-width: 767px)";

function watchWidth(tell) {
  const phone = window.matchMedia(PHONE);
  phone.addEventListener("change", tell);
  return () => phone.removeEventListener("change", tell);
}

/* Holds what explains rows, and then the rows. In a phone's window the rows come first: on the screen, for the Tab key and
   for whoever is read to. The styles turn the two round as well, until this has heard how wide the window is. */
export function RowsFirst({ children, ...rest }) {
  const isPhone = useSyncExternalStore(watchWidth, () => window.matchMedia(PHONE).matches, () => false);
  const parts = Children.toArray(children);
  return h("div", rest, isPhone ? parts.reverse() : parts);
}
