import { createElement as h, useEffect, useRef } from "react";

/* A field of a filter: it follows what the address says, except while somebody is in it, who must not be thrown out. */
export function KeptField({ value, onText, ...rest }) {
  const field = useRef(null);
  useEffect(() => {
    if (field.current !== document.activeElement) field.current.value = value;
  }, [value]);
  return h("input", { ...rest, ref: field, defaultValue: value, onChange: (event) => onText?.(event.target.value) });
}
