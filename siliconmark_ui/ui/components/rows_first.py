"""What explains rows, and the rows: in this order in a wide window, the other way round on a phone."""

import reflex as rx


class RowsFirst(rx.Component):
    """Two parts, of which the second comes first in a phone's window, in the document as on the screen."""

    library = "$/public/components/rows_first.jsx"
    tag = "RowsFirst"


rows_first = RowsFirst.create
