import { useEffect, useState } from "react";

/* Stands in a dialog that no button of its own opens: what had the focus before has it again afterwards. */
export function FocusReturn() {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // After the dialog's own clean-up, and only where that left the focus nowhere.
      setTimeout(() => {
        if (document.activeElement !== document.body) return;
        const place = before?.isConnected ? before : document.getElementById("content");
        place?.focus({ preventScroll: true });
      }, 0);
    },
    [before],
  );
  return null;
}
