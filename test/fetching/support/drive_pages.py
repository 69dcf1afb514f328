"""Stands in for the pages of Google Drive that gdown reads, and says what the real ones say."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

FILE = "1fileFILEfileFILEfileFILEfile00"
NESTED = "1nestedNESTEDnestedNESTEDnested"
FOLDER = "1folderFOLDERfolderFOLDERfolder"
INNER = "1innerINNERinnerINNERinnerINNER"
TWINS = "1twinsTWINStwinsTWINStwinsTWINS"
TWIN = "1twinTWINtwinTWINtwinTWINtwin00"
QUOTA = "1quotaQUOTAquotaQUOTAquotaQUOTA"
PRIVATE = "1privatePRIVATEprivatePRIVATE00"

TOO_MANY = (
    "Too many users have viewed or downloaded this file recently. Please try accessing the file "
    "again later."
)
PAGES = {
    FOLDER: [("file/d/{}/view", FILE, "data.bin"), ("drive/folders/{}", INNER, "내부 folder")],
    TWINS: [("file/d/{}/view", FILE, "data.bin"), ("file/d/{}/view", TWIN, "data.bin")],
    INNER: [("file/d/{}/view", NESTED, "nested.bin")],
}


class _Handler(http.server.BaseHTTPRequestHandler):
    files: dict[str, tuple[str, bytes]]
    cut: int
    ranges: list[str]

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        wanted = parse_qs(url.query).get("id", [""])[0]
        if url.path.endswith("/embeddedfolderview"):
            self._folder(wanted)
        elif wanted == QUOTA:
            self._page(f'<html><p class="uc-error-subcaption">{TOO_MANY}</p></html>')
        elif wanted == PRIVATE:
            self._page("<html>Sign in - Google Accounts</html>")
        elif wanted in self.files and not url.path.startswith("/big"):
            # Large files are given after a page that says they are not looked through for viruses.
            self._page(
                '<form id="download-form" action="http://drive.google.com/big/download">'
                f'<input type="hidden" name="id" value="{wanted}"></form>'
            )
        elif wanted in self.files:
            self._file(*self.files[wanted])
        else:
            self.send_error(404)

    def _page(self, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _folder(self, wanted: str) -> None:
        if wanted not in PAGES:
            self.send_error(404)
            return
        links = "".join(
            f'<div class="flip-entry"><a href="https://drive.google.com/{form.format(id_)}">'
            f'<div class="flip-entry-title">{name}</div></a></div>'
            for form, id_, name in PAGES[wanted]
        )
        title = {FOLDER: "data set", INNER: "내부 folder", TWINS: "twins"}[wanted]
        self._page(f"<html><head><title>{title}</title></head><body>{links}</body></html>")

    def _file(self, name: str, data: bytes) -> None:
        begin = 0
        if asked := self.headers.get("Range"):
            self.ranges.append(asked)
            begin = int(asked.removeprefix("bytes=").rstrip("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Disposition", f'attachment; filename="{name}"')
        self.send_header("Content-Length", str(len(data) - begin))
        self.end_headers()
        end = len(data)
        if type(self).cut:
            end, type(self).cut = begin + type(self).cut, 0
        self.wfile.write(data[begin:end])
        if end < len(data):
            self.close_connection = True


@contextmanager
def google(monkeypatch: Any, files: dict[str, tuple[str, bytes]]) -> Iterator[type[_Handler]]:
    """While this lasts, requests to Drive from this process are answered by the stand-in."""
    import requests

    handler = type("Handler", (_Handler,), {"files": files, "cut": 0, "ranges": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    send = requests.adapters.HTTPAdapter.send

    def to_stand_in(self: Any, request: Any, **options: Any) -> Any:
        url = urlsplit(request.url)
        assert url.hostname in ("drive.google.com", "127.0.0.1"), "no network in tests"
        request.url = url._replace(
            scheme="http", netloc=f"127.0.0.1:{server.server_address[1]}"
        ).geturl()
        options["proxies"] = {}
        return send(self, request, **options)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", to_stand_in)
    try:
        yield handler
    finally:
        server.shutdown()
        server.server_close()
