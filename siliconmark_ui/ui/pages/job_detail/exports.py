"""The Export menus of a job's tables: the same rows as files, whole."""

import reflex as rx

from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.export_menu import ExportChoice, export_links, export_menu
from siliconmark_ui.ui.values import Shown


def job_exports(job_id: str, table: str, total: int, count: str, **options: str) -> list[ExportChoice]:
    """Give what can be exported of a table of the job (`links` or `quickmark`); empty options are left out."""
    pairs = [(name, value) for name, value in options.items() if value]
    return [ExportChoice(export_links(f"{urls.api_job(job_id)}/export/{table}", pairs), total, count)]


def titled(title: rx.Component, choices: Shown, lead: str, testid: str) -> rx.Component:
    """Draw a table's title with its Export menu at the end of the line; `lead` says which rows leave."""
    menu = export_menu(choices, "There is nothing to export yet", testid, lead=lead)
    return rx.el.div(title, rx.el.div(menu, margin_left="auto"), class_name="sm-page-head sm-table-title")
