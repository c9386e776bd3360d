"""What is fetched from an address by the page itself, so that it never lives in page state."""

from typing import Any

import reflex as rx


class AgentCommand(rx.Component):
    """The commands at `source`, copied or shown on request: they hold the token of a job."""

    library = "$/public/components/agent_command.jsx"
    tag = "AgentCommand"

    source: rx.Var[str]


class AgentMenuItem(rx.Component):
    """An entry of a job's menu that copies the commands at `source`; `href` leads to them where that fails."""

    library = "$/public/components/agent_menu.jsx"
    tag = "AgentMenuItem"

    source: rx.Var[str]
    href: rx.Var[str]
    name: rx.Var[str]


class AgentCopied(rx.Component):
    """Says what became of such a copy, for everybody to see and hear."""

    library = "$/public/components/agent_menu.jsx"
    tag = "AgentCopied"


class JsonTree(rx.Component):
    """The JSON at `source`, folded and copyable; `path` is where a program gets the same with its own token."""

    library = "$/public/components/json_tree.jsx"
    tag = "JsonTree"

    source: rx.Var[str]
    path: rx.Var[str]


class ReportButton(rx.Component):
    """The report of a job, made, opened and tried again at `source`; `report` says how it stands, empty if unknown."""

    library = "$/public/components/report_button.jsx"
    tag = "ReportButton"

    source: rx.Var[str]
    report: rx.Var[dict[str, Any]]


agent_command = AgentCommand.create
agent_menu_item = AgentMenuItem.create
agent_copied = AgentCopied.create
json_tree = JsonTree.create
report_button = ReportButton.create
