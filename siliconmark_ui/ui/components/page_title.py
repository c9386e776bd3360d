"""The title of the browser's window, where it names the one thing that a page shows."""

import reflex as rx

from siliconmark_ui.ui.theme import PRODUCT
from siliconmark_ui.ui.values import Shown


class PageTitle(rx.Component):
    """Puts `name` before the product's in the title; an empty one leaves the page's own title."""

    library = "$/public/components/page_title.jsx"
    tag = "PageTitle"

    name: rx.Var[str]
    product: rx.Var[str]


def page_title(name: Shown) -> rx.Component:
    """Let the window be titled by what the page shows."""
    return PageTitle.create(name=name, product=PRODUCT)
