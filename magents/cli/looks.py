"""How a screen looks: its colours, its characters, and the zone its times are in."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, TypeVar

import click

from magents.model.errors import UserError

F = TypeVar("F", bound=Callable[..., Any])
Charset = Literal["braille", "block", "ascii"]

LOOKS = ("theme", "charset", "zone")
"""The flags that say how a screen looks; the fund's own process never hears of them."""
THEMES = ("dark", "light", "blue-orange", "no-colour")
CHARSETS: tuple[Charset, ...] = ("braille", "block", "ascii")
# Said again here because `magents --help` must not load Textual; a test compares.


class Look(NamedTuple):
    """How a screen looks; see ``tui.console.Console``."""

    theme: str = "dark"
    charset: Charset = "braille"
    zone: str = "UTC"


_OPTIONS = (
    click.option("--theme", type=click.Choice(THEMES), help="The screen's colours.  [dark]"),
    click.option(
        "--charset", type=click.Choice(CHARSETS), help="What charts are drawn with.  [braille]"
    ),
    click.option("--zone", metavar="ZONE", help="The screen's times: Europe/London.  [UTC]"),
)


def how_it_looks(command: F) -> F:
    """Add the flags that say how the screen looks."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def look_of(flags: Mapping[str, Any]) -> Look:
    """Return how the screen is to look; without a theme ``NO_COLOR`` is heeded.

    Raises:
        UserError: there is no such time zone.
    """
    plain = "no-colour" if os.environ.get("NO_COLOR") else "dark"
    zone = flags.get("zone") or "UTC"
    check_zone(zone)
    return Look(flags.get("theme") or plain, flags.get("charset") or "braille", zone)


def check_zone(name: str) -> None:
    """Refuse a time zone that this machine does not know.

    Raises:
        UserError: it does not.
    """
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UserError(f"--zone: there is no time zone {name}; {_nearest(name)}") from None


def _nearest(name: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    known = {zone.rpartition("/")[2].lower(): zone for zone in sorted(available_timezones())}
    whole = {zone.lower(): zone for zone in available_timezones()}
    wanted = name.lower().replace(" ", "_")
    for names in (whole, known):
        near = get_close_matches(wanted, names, 1, 0.75)
        if near:
            return f"did you mean {names[near[0]]}?"
    return "names are like Europe/London, America/New_York, UTC"
