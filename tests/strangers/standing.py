"""Somebody else's exchange here: TLS, a port for each name, a file of where it stands."""

import asyncio
import json
import ssl
from contextlib import asynccontextmanager

import trustme
from aiohttp import web


@asynccontextmanager
async def standing(stranger, folder):
    """Open an exchange; leave a file of where it stands, as a user would write it."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*stranger.paths()).configure_cert(context)
    hosts, runners = {}, []
    for name, (path, handler) in stranger.paths().items():
        app = web.Application()
        app.router.add_route("*", path, handler)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        runners.append(runner)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
        await site.start()
        hosts[name] = f"127.0.0.1:{runner.addresses[0][1]}"
    authority.cert_pem.write_to_path(folder / "authority.pem")
    key, secret = stranger.keys
    door = {"hosts": hosts, "ca": "authority.pem", "key": key, "secret": secret}
    (folder / "doors.json").write_text(json.dumps({stranger.id: door}))
    moving = asyncio.create_task(stranger.move())
    try:
        yield stranger
    finally:
        moving.cancel()
        for runner in runners:
            await runner.cleanup()
