"""A server on this machine that keeps what it is asked, for cells that talk to services."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue

Reply = tuple[int, bytes]


@dataclass
class Asked:
    """A request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Service:
    url: str
    asked: Queue[Asked] = field(default_factory=Queue)

    def next(self) -> Asked:
        """The next request; waits for it."""
        return self.asked.get(timeout=60)


@contextmanager
def http_service(answer: Callable[[Asked], Reply]) -> Iterator[Service]:
    """Serve on a free port until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, self.path, dict(self.headers), body)
            status, reply = answer(asked)
            self.send_response(status)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)
            service.asked.put(asked)

        do_GET = do_POST = do_DELETE = respond

        def log_message(self, *args: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = Service(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
