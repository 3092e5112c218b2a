"""The bars of keys: pages above, everything else below; both can be clicked."""

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from tui.keys import PAGES, Key, usable

GROUPS = ("replay", "fund", "table", "screen")
_BRACKET = "\\["
NARROW = 110
"""Below this width keys have their short names."""


class PageBar(Static):
    """Pages by number, the one in front marked."""

    def front(self, page: str) -> None:
        """Mark a page."""
        self.update(" ".join(_page(key, page) for key in PAGES))


def _page(key: Key, front: str) -> str:
    name = key.action.split("'")[1]
    look = "reverse bold" if name == front else "not bold"
    words = f"[bold $primary]{key.shown}[/] {key.label}"
    return f"[@click=app.page('{name}')][{look}]{words}[/][/]"


class KeyBar(Widget):
    """All other keys of the mode, wrapped over as many lines as they need."""

    _mode = "replay"

    def offer(self, mode: str) -> None:
        """Show the keys of a mode."""
        self._mode = mode
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Ask for as many lines as the keys need."""
        return len(lines(self._mode, width))

    def render(self) -> Content:
        """Return the keys for the present width."""
        wrapped = lines(self._mode, self.size.width)
        return Content.from_markup("\n".join(" ".join(line) for line in wrapped))


def lines(mode: str, width: int) -> list[list[str]]:
    """Return the keys of a mode as marked-up entries, so many to a line as fit."""
    keys = [key for key in usable(mode) if key.group != "page" and key.shown]
    keys.sort(key=lambda key: GROUPS.index(key.group))
    found: list[list[str]] = [[]]
    used = 0
    for key in keys:
        label = key.brief if width < NARROW and key.brief else key.label
        need = len(key.shown) + 1 + len(label)
        if used and used + need > width:
            found.append([])
            used = 0
        found[-1].append(_entry(key, label))
        used += need + 1
    return found


def _entry(key: Key, label: str) -> str:
    """Mark one entry up; where keys come in pairs each has its own action."""
    parts = zip(_pair(key.shown, key.actions), key.actions, strict=True)
    shown = "".join(
        f'[@click="app.{action}"][bold $primary]{one.replace("[", _BRACKET)}[/][/]'
        for one, action in parts
    )
    return f'{shown} [@click="app.{key.actions[0]}"]{label}[/]'


def _pair(shown: str, actions: Sequence[str]) -> Sequence[str]:
    return shown if len(actions) > 1 else [shown]
