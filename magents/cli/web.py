"""The dashboard in a browser: textual-serve behind a token of our own."""

import asyncio
import hmac
import ipaddress
import secrets
import shlex
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import click

from magents.cli.control_options import as_arguments
from magents.cli.dashboarding import start
from magents.cli.looks import Look
from magents.control.safety import read_token
from magents.model.errors import UserError

if TYPE_CHECKING:
    from aiohttp import web

COOKIE = "magents"
Handler = Callable[["web.Request"], Awaitable["web.StreamResponse"]]


def serve_web(arguments: Sequence[str], flags: Mapping[str, Any], look: Look) -> int:
    """Start a fund and serve its screen to browsers until Ctrl-C; the fund goes on.

    Raises:
        UserError: others could reach it and no token is given, or textual-serve is not there.
    """
    host, port = flags["host"], flags["port"]
    token = token_for(host, flags["token_file"])
    _need_server()
    with tempfile.TemporaryFile("w+") as said:
        started = start(arguments, said)
        if isinstance(started, int):
            return started
        card, _ = started
        how = as_arguments({"name": "browser", **look._asdict()})
        command = [sys.executable, "-m", "magents", "attach", card.folder, *how]

        def listens() -> None:
            click.echo(f"open http://{_shown(host)}:{port}/?token={token}", err=True)
            goes_on = f"the fund goes on: magents attach {card.run}"
            click.echo(f"Ctrl-C ends the page; {goes_on}", err=True)

        _server(shlex.join(command), Reached(host, port, token), listens).serve()
    return 0


def token_for(host: str, token_file: Path | None) -> str:
    """Return the token a browser must know: the one given, or on this machine a fresh one.

    Raises:
        UserError: the host is no loopback address and no token is given.
    """
    if token_file is not None:
        return read_token(token_file)
    if not is_loopback(host):
        raise UserError(
            f"--web on {host} can be reached by others: it needs --token-file; "
            "`openssl rand -hex 32` makes a token"
        )
    return secrets.token_urlsafe(24)


def is_loopback(host: str) -> bool:
    """Return whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _need_server() -> None:
    try:
        import textual_serve.server  # noqa: F401 - only whether it is there
    except ModuleNotFoundError as error:
        msg = "--web needs textual-serve: pip install 'magents[dashboard]'"
        raise UserError(msg) from error


class Reached(NamedTuple):
    """Where a page is, and the token that opens it."""

    host: str
    port: int
    token: str


def _server(command: str, at: Reached, listens: Callable[[], None]) -> Any:  # noqa: ANN401 - untyped
    """Return textual-serve's server with a door in front of it; told once it can be reached."""
    from aiohttp import web
    from textual_serve.server import Server

    class Guarded(Server):
        async def _make_app(self) -> "web.Application":
            app: web.Application = await super()._make_app()
            app.middlewares.append(door(at.token, self))
            return app

        def initialize_logging(self) -> None:
            """Say nothing of each request."""

        async def on_startup(self, app: "web.Application") -> None:
            """Say nothing: nobody can reach it yet."""

        def serve(self, debug: bool = False) -> None:  # noqa: FBT001, FBT002 - as it is there
            """Serve until a signal; aiohttp prints once the port is open, and so do we."""
            self.debug = debug
            loop = asyncio.new_event_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self.request_exit)
            web.run_app(
                self._make_app(),
                host=self.host,
                port=self.port,
                handle_signals=False,
                loop=loop,
                print=lambda *_: listens(),
            )

    return Guarded(command, host=at.host, port=at.port, title="magents")


def door(token: str, server: Any) -> Any:  # noqa: ANN401 - aiohttp's middleware
    """Return what lets only those in who have the token, and only from pages of ours."""
    from aiohttp import web

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.query.get("token", "")
        if given and _same(given, token):
            back = web.HTTPFound(request.path)
            back.set_cookie(COOKIE, token, httponly=True, samesite="Strict")
            raise back
        if not _same(request.cookies.get(COOKIE, ""), token):
            raise web.HTTPForbidden(text="This page needs the token that magents printed.\n")
        origin = request.headers.get("Origin", "")
        if origin and urlsplit(origin).netloc != request.host:
            raise web.HTTPForbidden(text="Only a page of this server may do that.\n")
        server.public_url = f"{request.scheme}://{request.host}"
        return await handler(request)

    return check


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
