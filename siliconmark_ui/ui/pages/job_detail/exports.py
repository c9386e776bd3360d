"""The Export menus of a job's tables: the same rows as files, whole."""

from urllib.parse import urlencode

import reflex as rx

from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.export_menu import FORMATS, export_menu
from siliconmark_ui.ui.values import Shown


def job_exports(job_id: str, table: str, **options: str) -> dict[str, str]:
    """Give format -> address of a file with a table of the job (`links` or `quickmark`); empty options are left out."""
    chosen = {name: value for name, value in options.items() if value}
    place = f"{urls.api_job(job_id)}/export/{table}"
    return {kind: f"{place}?{urlencode({**chosen, 'format': kind})}" for kind, _, _ in FORMATS}


def titled(title: rx.Component, links: Shown, total: Shown, count: Shown, testid: str) -> rx.Component:
    """Draw a table's title with its Export menu at the end of the line."""
    menu = export_menu(links, total, count, "There is nothing to export yet", testid)
    return rx.el.div(title, rx.el.div(menu, margin_left="auto"), class_name="sm-page-head sm-table-title")
