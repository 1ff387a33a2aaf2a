"""Real receivers on this machine: an HTTP server and an SMTP server, each in a thread of its own."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any


@dataclass
class Web:
    """An HTTP server: what was posted to it, and what it answers. The path decides: a number is a status to answer with."""

    port: int = 0
    answer: bytes = b"{}"
    posts: list[tuple[str, Any]] = field(default_factory=list)
    then: Callable[[], None] = lambda: None

    def url(self, path: str = "", scheme: str = "json") -> str:
        """The address of this server."""
        return f"{scheme}://127.0.0.1:{self.port}/{path}"

    @property
    def texts(self) -> list[str]:
        """Title and body of each message that came as ``json://`` sends it."""
        return [f"{post['title']}\n{post['message']}" for _, post in self.posts]


@contextmanager
def web() -> Iterator[Web]:
    """The server while it runs."""
    known = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            known.posts.append((self.path, json.loads(body)))
            known.then()
            if "slow" in self.path:
                time.sleep(0.6)
            word = self.path.split("?")[0].rpartition("/")[2]
            self.send_response(int(word) if word.isdigit() else 200)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(known.answer)))
            self.end_headers()
            self.wfile.write(known.answer)

        def log_message(self, *args: Any) -> None:
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]  # who gives up waiting leaves a broken pipe
    known.port = server.server_port
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Post:
    """An SMTP server: the mails that it took, and from whom for whom. It refuses every address with ``refused`` in it."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """A recipient."""
        if "refused" in address:
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """A mail."""
        self.raw.append(envelope.content.decode())
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def url(self, to: str = "manager@example.com", more: str = "") -> str:
        """The address of a mailbox behind this server."""
        return f"mailto://desk@example.com:{self.port}?smtp=127.0.0.1&to={to}{more}"


@contextmanager
def mail() -> Iterator[Post]:
    """The server while it runs."""
    from aiosmtpd.controller import Controller

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        known = Post(free.getsockname()[1])
    controller = Controller(known, hostname="127.0.0.1", port=known.port)
    controller.start()
    try:
        yield known
    finally:
        controller.stop()


def own_home(folder: Path, environ: Any) -> Path:
    """A home without addresses of the developer's own; ``environ`` is pytest's ``monkeypatch``."""
    folder.mkdir()
    environ.setenv("HOME", str(folder))
    environ.delenv("XDG_CONFIG_HOME", raising=False)
    return folder
