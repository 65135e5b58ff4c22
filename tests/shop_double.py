"""A local system that makes codes: signed deliveries, one code for each key, and every trouble there is."""

import contextlib
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from pydantic import SecretStr
from standardwebhooks import Webhook

from bot.shop import Shop

SECRET = "whsec_b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHM="
HANGS_UP = "hangs up before it does anything"
DIES = "does it and dies before it answers"
DRIPS = "does it and never comes to the end of its answer"


class ShopDouble:
    """`troubles` come first, one for each delivery: a status, or one of the words above.

    The bot waits so long for an answer as `patience` says: long, unless a test is about that, since a machine
    that does other work may need more than a second.
    """

    def __init__(self, patience: timedelta = timedelta(seconds=60)) -> None:
        self._patience = patience
        self.troubles: list[int | str] = []
        self.codes: dict[str, str] = {}
        self.received: list[dict[str, Any]] = []
        self.body: dict[str, Any] | str = {}
        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def shop(self) -> Shop:
        """How the bot knows it."""
        url = f"http://127.0.0.1:{self._server.server_port}/gifts"
        return Shop(SecretStr(url), SecretStr(SECRET), patience=self._patience)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def makes(self, headers: dict[str, str], body: bytes) -> str:
        """The code for that key: a new one for a new key; refuses what is not signed."""
        Webhook(SECRET).verify(body, headers)
        self.received.append(json.loads(body))
        return self.codes.setdefault(headers["webhook-id"], f"CODE-{len(self.codes) + 1}")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        double = self

        class Handler(BaseHTTPRequestHandler):
            """One delivery."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                trouble = double.troubles.pop(0) if double.troubles else 200
                if trouble == HANGS_UP:
                    return
                if isinstance(trouble, int) and trouble != 200:
                    self._send(trouble, "{}")
                    return
                code = double.makes({name.lower(): value for name, value in self.headers.items()}, body)
                if trouble == 200:
                    told = double.body or {"code": code}
                    self._send(200, told if isinstance(told, str) else json.dumps(told))
                if trouble == DRIPS:
                    self._drip()

            def _send(self, status: int, body: str) -> None:
                self.send_response(status)
                self.send_header("content-length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def _drip(self) -> None:
                """Now and then a blank, of an answer that was to be longer."""
                self.send_response(200)
                self.send_header("content-length", "9000")
                self.end_headers()
                with contextlib.suppress(OSError):  # nobody listens any more
                    while not double.over.wait(0.2):
                        self.wfile.write(b" ")

            def log_message(self, *_: Any) -> None:
                """Say nothing: `received` keeps what came in."""

        return Handler
