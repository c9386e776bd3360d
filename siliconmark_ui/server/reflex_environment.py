"""The environment that Reflex reads at import: which Node to run, what to serve, and whom not to call."""

import os
import sys
from collections.abc import MutableMapping
from pathlib import Path


def prepare(environ: MutableMapping[str, str]) -> None:
    """Lets Reflex use the Node beside this Python and keeps it from reporting or asking for news."""
    environ["REFLEX_USE_NPM"] = "1"
    environ["REFLEX_TELEMETRY_ENABLED"] = "false"
    environ["REFLEX_CHECK_LATEST_VERSION"] = "false"
    environ["REFLEX_USE_GRANIAN"] = "true"
    programs = str(Path(sys.executable).parent)
    path = environ.get("PATH", os.defpath).split(os.pathsep)
    if path[0] != programs:
        environ["PATH"] = os.pathsep.join([programs, *path])


def prepare_build(environ: MutableMapping[str, str], work_folder: Path) -> None:
    """Adds what only a build needs: where it may write, and how npm behaves in it."""
    prepare(environ)
    environ["REFLEX_WEB_WORKDIR"] = str(work_folder)
    environ["REFLEX_ENV_MODE"] = "prod"
    # The lock file must not depend on the registry that a developer happens to use.
    environ["npm_config_omit_lockfile_registry_resolved"] = "true"
    environ["npm_config_fetch_retries"] = "3"
    environ["npm_config_audit"] = "false"
    environ["npm_config_fund"] = "false"
    environ["npm_config_update_notifier"] = "false"


def prepare_serving(environ: MutableMapping[str, str], build: Path) -> None:
    """Lets the workers serve a finished build as it stands: no compiler, no Node."""
    prepare(environ)
    environ["REFLEX_WEB_WORKDIR"] = str(build)
    environ["REFLEX_ENV_MODE"] = "prod"
    environ["__REFLEX_SKIP_COMPILE"] = "true"
    environ["__REFLEX_MOUNT_FRONTEND_COMPILED_APP"] = "true"
