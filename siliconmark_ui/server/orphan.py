"""A process ends with its parent: after `kill -9` nobody else would tell it to, and it would hold the port."""

import os
import signal
import threading
import time
from collections.abc import Callable

LOOK_SECONDS = 0.2


def end_with_parent() -> None:
    """For a worker: when the server is gone, ends this process at once, as the server was ended."""
    _watch_parent(lambda: os._exit(1))


def stop_with_parent() -> None:
    """For the server: when the program that started it (make) is gone, stops as on SIGTERM, database and all."""
    _watch_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))


def _watch_parent(act: Callable[[], None]) -> None:
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        act()

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
