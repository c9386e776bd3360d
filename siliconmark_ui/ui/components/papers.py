"""What is fetched from an address by the page itself, so that it never lives in page state."""

import reflex as rx


class AgentCommand(rx.Component):
    """The commands at `source`, copied or shown on request: they hold the token of a job."""

    library = "$/public/components/agent_command.jsx"
    tag = "AgentCommand"

    source: rx.Var[str]


class JsonTree(rx.Component):
    """The JSON at `source`, folded and copyable; `path` is where a program gets the same with its own token."""

    library = "$/public/components/json_tree.jsx"
    tag = "JsonTree"

    source: rx.Var[str]
    path: rx.Var[str]


class ReportButton(rx.Component):
    """The report of a job as `source` says it stands: made on request, opened, tried again; `state` is the job's."""

    library = "$/public/components/report_button.jsx"
    tag = "ReportButton"

    source: rx.Var[str]
    state: rx.Var[str]


agent_command = AgentCommand.create
json_tree = JsonTree.create
report_button = ReportButton.create
