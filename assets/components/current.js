/* What stands at an address, read again whenever it has changed there: one reading at a time, none while nobody looks. */

import { useCallback, useEffect, useRef } from "react";

const SHORTEST_PAUSE_MS = 400;
const PAUSE_PER_READING = 3;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function reader(read) {
  let isWanted = false;
  let isReading = false;
  let isOver = false;
  const work = async () => {
    if (isReading) return;
    isReading = true;
    while (isWanted && !isOver && !document.hidden) {
      isWanted = false;
      const begun = performance.now();
      await read(() => !isOver);
      // What takes long to read is read more rarely.
      await pause(Math.max(SHORTEST_PAUSE_MS, PAUSE_PER_READING * (performance.now() - begun)));
    }
    isReading = false;
  };
  document.addEventListener("visibilitychange", work);
  return {
    want: () => {
      isWanted = true;
      work();
    },
    end: () => {
      isOver = true;
      document.removeEventListener("visibilitychange", work);
    },
  };
}

/* The address of a source without the number behind `#` that grows with each change. */
export const addressOf = (source) => source.split("#")[0];

/* Calls `read` now and after each change of what stands at `source`; `begin` when it is another address. `read` gets a
   function that tells whether its answer is still wanted. Gives what reads once more. */
export function useCurrent(source, begin, read) {
  const current = useRef(null);
  const latest = useRef(read);
  latest.current = read;
  const address = addressOf(source);
  useEffect(() => {
    begin();
    const made = reader((isWanted) => latest.current(isWanted));
    current.current = made;
    return made.end;
  }, [address]);
  useEffect(() => current.current.want(), [source]);
  return useCallback(() => current.current.want(), []);
}
