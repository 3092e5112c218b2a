"""``magents attach``: the dashboard of a fund that is already running."""

from pathlib import Path

import click

from magents.cli.looks import how_it_looks, look_of
from magents.cli.options import FILE


@click.command("attach", epilog="RUN is a run's name or folder; the newest by default.")
@click.argument("run", required=False)
@click.option("--list", "as_list", is_flag=True, help="Only list the funds that are running.")
@click.option("--watch", is_flag=True, help="Never take the controls.")
@click.option("--connect", metavar="HOST:PORT", help="Over TCP, to a fund run with --listen.")
@click.option("--token-file", type=FILE, help="The token, for --connect.")
@click.option("--tls-ca", type=FILE, help="The certificate that vouches for the fund's.")
@click.option("--name", metavar="NAME", help="How other screens call this one.  [your login]")
@how_it_looks
@click.pass_context
def command(  # noqa: PLR0913 - one argument an option
    ctx: click.Context,
    /,
    run: str | None,
    *,
    as_list: bool,
    watch: bool,
    connect: str | None,
    token_file: Path | None,
    tls_ca: Path | None,
    name: str | None,
    **looks: str | None,
) -> None:
    """Watch and command a fund that is running; leaving the screen leaves it running."""
    from magents.cli.attaching import attach, list_running, reach_local, reach_remote

    if as_list:
        list_running()
        return
    look = look_of(looks)
    if connect is not None:
        reach = reach_remote(connect, token_file, tls_ca, name, watch=watch)
    else:
        reach = reach_local(run, name, watch=watch)
    ctx.exit(attach(reach, look))
