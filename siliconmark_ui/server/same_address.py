"""One build for every address: the browser talks to the server that it loaded the page from.

Reflex bakes the address of its server into the build, and takes only the host name from the page, never its port; over
TLS it even drops the port. Its client is rewritten before it is bundled, so that names, hashes and compressed copies
of the bundle all belong to what is served.
"""

import re

_FUNCTION = re.compile(r"export const getBackendURL = \(url_str\) => \{\n.*?\n\};\n", re.DOTALL)
_OWN_FUNCTION = """\
export const getBackendURL = (url_str) => {
  const endpoint = new URL(url_str ?? env.PING);
  if (typeof window !== "undefined") {
    const socket = endpoint.protocol.startsWith("ws");
    const secure = window.location.protocol === "https:";
    endpoint.protocol = socket ? (secure ? "wss:" : "ws:") : window.location.protocol;
    endpoint.hostname = window.location.hostname;
    endpoint.port = window.location.port;
  }
  return endpoint;
};
"""


class UnknownClient(Exception):
    """Reflex's client is not the one that this rewriting was made for; a new Reflex needs a look at it."""


def serve_from_any_address(client: str) -> str:
    """Rewrites Reflex's `utils/state.js`; what is rewritten already stays. Raises UnknownClient."""
    rewritten, count = _FUNCTION.subn(lambda _: _OWN_FUNCTION, client)
    if count != 1:
        raise UnknownClient(f"getBackendURL stands {count} times in Reflex's client, expected once")
    return rewritten
