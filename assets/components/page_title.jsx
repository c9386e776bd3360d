import { useEffect } from "react";

/* The title of the window names what the page shows; until that is known, and without it, the page's own title stands. */
export function PageTitle({ name, product }) {
  useEffect(() => {
    if (!name) return undefined;
    const before = document.title;
    const named = `${name} · ${product}`;
    document.title = named;
    return () => {
      // The next page may have set its own by now.
      if (document.title === named) document.title = before;
    };
  }, [name, product]);
  return null;
}
