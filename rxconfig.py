"""Reflex settings; nothing else. What an operator may change is in `siliconmark_ui/config.py`."""

import os
from typing import Unpack

# Set before Reflex is imported, which reads them once: npm and Node of this environment instead of a downloaded
# runtime, and no word to anybody about this installation.
from siliconmark_ui.server.reflex_environment import prepare

prepare(os.environ)

import reflex as rx  # noqa: E402
from reflex_base.plugins import Plugin, PreCompileContext  # noqa: E402

from siliconmark_ui.server.same_address import serve_from_any_address  # noqa: E402
from siliconmark_ui.ui.theme import THEME  # noqa: E402


class AnyAddress(Plugin):
    """Lets one build serve every host name and port."""

    def pre_compile(self, **context: Unpack[PreCompileContext]) -> None:
        """Rewrites Reflex's client before it is bundled."""
        context["add_modify_task"]("utils/state.js", serve_from_any_address)


# A wrong number of hops has stopped the start before; for a build it says nothing.
PROXY_HOPS = os.environ.get("SILICONMARK_TRUSTED_PROXY_HOPS", "").strip()
REDIS_URL = os.environ.get("REDIS_URL") or None

config = rx.Config(
    app_name="siliconmark_ui",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    # The disk manager would write session cookies into files that everybody may read.
    state_manager_mode=rx.constants.StateManagerMode.REDIS if REDIS_URL else rx.constants.StateManagerMode.MEMORY,
    redis_url=REDIS_URL,
    trusted_proxy_hops=int(PROXY_HOPS) if PROXY_HOPS.isdecimal() else 0,
    # `siliconmark_ui/server/origin.py` decides by the request's own host; Reflex never sees a foreign origin.
    cors_allowed_origins=["http://localhost"],
    frontend_compression_formats=["brotli", "gzip"],
    plugins=[AnyAddress(), rx.plugins.RadixThemesPlugin(theme=THEME)],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
