import { useEffect } from "react";

/* Gives the focus to the place with that id whenever `round` has grown, once what goes with it is drawn. */
export function FocusAt({ place, round }) {
  useEffect(() => {
    if (round) document.getElementById(place)?.focus();
  }, [place, round]);
  return null;
}
