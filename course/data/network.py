"""Whether a host can be reached: asked once in a session, and answered soon where there is no network."""

from __future__ import annotations

import socket
import threading
import urllib.request
from urllib.parse import urlsplit

__all__ = ["forget_hosts", "unreachable"]

SOON = 4.0  # seconds for name look-up and connection together
known: dict[str, str] = {}


def unreachable(url: str) -> str:
    """Return why the host of a URL cannot be reached; nothing where it can, or where a proxy stands in between.

    Once two hosts could not be reached and none could, the network counts as absent, and others are not tried.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host):
        return ""
    if parts.netloc not in known:
        if len(known) > 1 and all(known.values()):
            return "not tried, for no host could be reached in this session"
        known[parts.netloc] = probe(host, parts.port or {"http": 80, "https": 443}.get(parts.scheme, 80))
    return known[parts.netloc]


def forget_hosts() -> None:
    """Ask every host anew."""
    known.clear()


def probe(host: str, port: int) -> str:
    """Return why a connection fails. The look-up of a name can hang, and knows no time limit: it is left to a thread."""
    outcome = [f"no answer within {SOON:g} seconds"]

    def connect() -> None:
        try:
            socket.create_connection((host, port), timeout=SOON).close()
            outcome[0] = ""
        except OSError as error:
            outcome[0] = error.strerror or str(error)

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(SOON)
    return outcome[0]
