"""Receives the questions of ``input()`` for pages that have gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class InputRequests:
    """Stands in for the stdin channel of pages whose cells still run.

    A kernel sends a question to the page that sent the request, by the ZeroMQ identity of its
    stdin socket, and drops it when nobody has that identity. So a socket with the identity of a
    page that has gone waits for it: the page's own wherever it can be had, since a new one takes a
    moment to connect. It sends nothing: the answer comes from a page.
    """

    def __init__(self, on_request: Callable[[list[bytes]], None]) -> None:
        """
        :param on_request: gets each question as it came from the kernel.
        """
        self._on_request = on_request
        self._streams: dict[str, Any] = {}

    def wait_for(self, sessions: set[str], kernel: Any) -> None:
        """Wait for questions to these sessions, and to no others.

        :param sessions: sessions of pages that have gone.
        :param kernel: the kernel's manager.
        """
        for session in self._streams.keys() - sessions:
            self._streams.pop(session).close(linger=0)
        for session in sessions - self._streams.keys():
            stream = kernel.connect_stdin(identity=session.encode("ascii"))
            self._streams[session] = stream
            stream.on_recv(self._on_request)

    def adopt(self, session: str, stream: Any) -> None:
        """Wait at the socket of a page that is about to go."""
        known = self._streams.pop(session, None)
        if known is not None:
            known.close(linger=0)
        self._streams[session] = stream
        stream.on_recv(self._on_request)

    def hand_over(self, session: str) -> Any:
        """The socket that waits for a page, for the page that is back; None: there is none."""
        stream = self._streams.pop(session, None)
        if stream is not None:
            stream.on_recv(None)
        return stream

    def close(self) -> None:
        """Wait for nothing."""
        self.wait_for(set(), None)
