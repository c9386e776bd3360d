"""Why the program cannot go on: a reason for people, printed as one line before exit status 1."""


class StartFailure(Exception):
    """Something the operator must change (a port, a folder, an address); `str()` is the one line to print."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))
