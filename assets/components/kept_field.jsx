import { createElement as h, useEffect, useRef } from "react";

const MOMENT = "datetime-local";

/* A control's text of an instant in UTC (`2024-03-15T10:30`) in local time, and back; what is no instant stays. */
function shifted(text, direction) {
  const moment = new Date(`${text}Z`);
  if (!text || Number.isNaN(moment.getTime())) return text;
  if (direction === "to utc") return new Date(text).toISOString().slice(0, 16);
  const offset = moment.getTimezoneOffset() * 60_000;
  return new Date(moment.getTime() - offset).toISOString().slice(0, 16);
}

/* A field of a filter: it follows what the address says, except while somebody is in it, who must not be thrown out.
   Instants are UTC in the address and local in the field. */
export function KeptField({ value, onText, ...rest }) {
  const field = useRef(null);
  const isMoment = rest.type === MOMENT;
  const shown = isMoment ? shifted(value, "to local") : value;
  useEffect(() => {
    if (field.current !== document.activeElement) field.current.value = shown;
  }, [shown]);
  const title = isMoment && value ? `${value.replace("T", " ")} UTC` : undefined;
  const tell = (event) => {
    const text = event.target.value;
    onText?.(isMoment ? shifted(text, "to utc") : text);
  };
  return h("input", { title, ...rest, ref: field, defaultValue: shown, onChange: tell });
}
