"""The Agent tab, with the commands that make a machine a node of the job, and the Raw tab, with the API's JSON."""

import reflex as rx

from siliconmark_ui.ui.components.papers import agent_command, json_tree
from siliconmark_ui.ui.values import Shown


def agent_tab(heading: Shown) -> rx.Component:
    """Draw how machines become nodes of the job."""
    text = (
        "Run these commands on each machine that is to take part. They hold the token of this job, which lets whoever"
        " has it report figures for the job until it ends or expires: it is shown only on request."
    )
    return rx.el.section(
        rx.el.h2("Start the agents", class_name="sm-subtitle"),
        rx.el.p(
            "Registered nodes: ",
            rx.el.strong(heading.nodes, class_name="sm-number"),
            ". The job begins when all are there.",
            class_name="sm-flat",
        ),
        rx.el.p(text, class_name="sm-muted sm-flat sm-measure"),
        agent_command(source=heading.agent_source),
        class_name="sm-panel sm-panel-body sm-stack",
    )


def way_to_agents(heading: Shown) -> rx.Component:
    """Draw the action that fills what waits for nodes, for as long as the job takes agents."""
    link = rx.el.a("How to start its agents", href=heading.agent_href, class_name="sm-button")
    return rx.cond(heading.takes_agents, link)


def raw_tab(heading: Shown) -> rx.Component:
    """Draw the JSON that the API answers for the job."""
    return rx.el.section(
        rx.el.h2("What the API answers", class_name="sm-subtitle"),
        rx.el.p(
            "The job's token is left out here; the command below gets it with a token of your own.",
            class_name="sm-muted sm-flat",
        ),
        json_tree(source=heading.raw_source, path=heading.api_path),
        class_name="sm-panel sm-panel-body sm-stack",
    )
