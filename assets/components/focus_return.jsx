import { useEffect, useState } from "react";

/* What the keyboard was at: of a menu's entry, which goes with its menu, the button that opened the menu. */
function origin() {
  const focused = document.activeElement;
  const menu = focused?.closest("[role=menu]");
  const before = menu ? document.getElementById(menu.getAttribute("aria-labelledby")) : focused;
  return { before, frame: before?.closest(".sm-table-frame") };
}

/* Stands in a dialog that no button of its own opens: what had the focus before has it again afterwards; the table, when
   the row is gone in which that was. */
export function FocusReturn() {
  const [{ before, frame }] = useState(origin);
  useEffect(
    () => () => {
      // After the dialog's own clean-up, and only where that left the focus nowhere.
      setTimeout(() => {
        if (document.activeElement !== document.body) return;
        const place = [before, frame].find((element) => element?.isConnected) ?? document.getElementById("content");
        place?.focus({ preventScroll: true });
      }, 0);
    },
    [before, frame],
  );
  return null;
}
