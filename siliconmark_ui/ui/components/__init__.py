"""Parts that pages are drawn from; they take values and handlers and know no state."""
