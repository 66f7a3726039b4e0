"""A provider's host that holds pictures of text messages, on loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Held:
    """What lies at one address: a `body`, or a `location` that leads elsewhere.

    `promised` is how many bytes the host says there are.
    """

    body: bytes = b""
    status: int = 200
    location: str = ""
    promised: int | None = None


@dataclass
class MediaHost:
    """One host: `files` by their paths, and who `asked` for which with which login."""

    port: int = 0
    files: dict[str, Held] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.name}{path}"


@contextmanager
def holding(**files: Held) -> Iterator[MediaHost]:
    """A host with files by their names, until the block ends."""
    host = MediaHost(files={f"/{name}": held for name, held in files.items()})

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.asked.append((self.path, self.headers.get("Authorization", "")))
            held = host.files.get(self.path, Held(status=404))
            self.send_response(held.status)
            if held.location:
                self.send_header("Location", held.location)
            length = len(held.body) if held.promised is None else held.promised
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(held.body)

        def log_message(self, *_: object) -> None:
            """Say nothing on the console."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        host.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield host
        finally:
            server.shutdown()
            thread.join(timeout=10)
