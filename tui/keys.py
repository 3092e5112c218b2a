"""Every key in one table: bindings, footer, palette and help are made from it."""

from typing import Literal, NamedTuple

from textual.binding import Binding

Group = Literal["page", "replay", "fund", "table", "screen"]
When = Literal["always", "replay", "live"]
LIVE = ("paper", "sandbox")
"""Modes in which time cannot be stopped."""


class Key(NamedTuple):
    """A key, or a pair of keys, and what it does.

    Attributes:
        key: as Textual names it; a pair is divided by a blank, other names of one by commas.
        shown: as the footer writes it. action: of the application, one a key of a pair.
        label: one word for the footer. about: a line for the help.
        when: in which modes there is such a thing. brief: a shorter word for narrow screens.
    """

    key: str
    shown: str
    action: str
    label: str
    about: str
    group: Group
    when: When = "always"
    brief: str = ""

    @property
    def actions(self) -> list[str]:
        """Return the action of each key of a pair, or the one there is."""
        return self.action.split(" ")


KEYS = (
    Key("1", "1", "page('overview')", "Overview", "Fund value, pods, limits, events", "page"),
    Key("2", "2", "page('pods')", "Pods", "All pods", "page"),
    Key("3", "3", "page('pod')", "Pod", "The pod under the cursor in detail", "page"),
    Key("4", "4", "page('market')", "Market", "Candles with fills, order book", "page"),
    Key("5", "5", "page('blotter')", "Blotter", "Orders and fills", "page"),
    Key("6", "6", "page('risk')", "Risk", "Every limit, breaches, ladder, kill switch", "page"),
    Key("7", "7", "page('data')", "Data", "Feeds, queues, clock", "page"),
    Key("8", "8", "page('desk')", "AI", "Questions to the AI team and answers", "page"),
    Key("9", "9", "page('log')", "Log", "Everything that happened", "page"),
    Key("question_mark,0", "?", "page('help')", "Help", "All keys", "page"),
    Key("space", "space", "space", "Play", "Play or pause; ends a review", "replay", "replay"),
    Key(
        "space", "space", "space", "Freeze", "Hold the picture; the fund goes on", "replay", "live"
    ),
    Key("plus,equals_sign minus", "+-", "faster slower", "Speed", "1x to max", "replay", "replay"),
    Key("m", "m", "max", "Max", "As fast as it goes", "replay", "replay"),
    Key("full_stop", ".", "step('bar')", "Bar", "Step one bar", "replay", "replay"),
    Key("d", "d", "step('decision')", "Decision", "Step to it", "replay", "replay", "Dec"),
    Key("f", "f", "step('fill')", "Fill", "Step to the next fill", "replay", "replay"),
    Key("comma", ",", "review(1)", "Back", "A recorded frame back (review)", "replay", "replay"),
    Key(
        "less_than_sign greater_than_sign",
        "<>",
        "review(10) review(-10)",
        "Ten",
        "Ten recorded frames back or on",
        "replay",
        "replay",
    ),
    Key("home", "home", "start", "Start", "Review from the first frame", "replay", "replay"),
    Key("end", "end", "newest", "Newest", "End the review", "replay", "replay", "New"),
    Key("g", "g", "go_to", "Go to", "Date, time, +2d, 50%, next halt", "replay", "replay", "Goto"),
    Key("n", "n", "next('refusal')", "Refusal", "Run to the next one", "replay", "replay", "Ref"),
    Key("b", "b", "next('breach')", "Breach", "Run to the next one", "replay", "replay", "Brc"),
    Key("B", "B", "breakpoints", "Breakpoints", "Where to pause", "replay", "replay", "Stops"),
    Key("R", "R", "restart", "Restart", "Run again from the start", "replay", "replay", "Again"),
    Key("w", "w", "why", "Why", "Why the order or pod at the cursor did what it did", "fund"),
    Key("H", "H", "halt", "Halt", "Halt the pod at the cursor", "fund"),
    Key("U", "U", "resume", "Resume", "Let the pod at the cursor trade again", "fund"),
    Key(
        "F",
        "F",
        "flatten",
        "Flatten",
        "Close all a pod holds; asks for its name",
        "fund",
        brief="Flat",
    ),
    Key("L", "L", "limit", "Limit", "Change the limit at the cursor", "fund", brief="Lim"),
    Key("K", "K", "kill", "KILL", "Kill switch; asks for the word", "fund"),
    Key(
        "c",
        "c",
        "controls",
        "Controls",
        "Take the controls, or give them back",
        "fund",
        brief="Ctl",
    ),
    Key("slash", "/", "filter", "Filter", "word !word pod:ma units>10", "table", brief="Find"),
    Key("s S", "sS", "sort reverse", "Sort", "Sort by the next column; the other way", "table"),
    Key("e", "e", "export", "CSV", "Write the table to a CSV file", "table"),
    Key("o", "o", "other", "Table", "Go to the next table of the page", "table", brief="Tab"),
    Key(
        "left_square_bracket right_square_bracket",
        "[]",
        "beside(-1) beside(1)",
        "Next",
        "Pod or instrument before and after",
        "table",
    ),
    Key("z Z", "zZ", "zoom(1) zoom(-1)", "Zoom", "Wider and narrower candles", "screen"),
    Key("p", "p", "picture", "Shot", "Write a screenshot to an SVG file", "screen"),
    Key("t", "t", "theme", "Theme", "Dark, light, blue-orange, no-colour", "screen", brief="Look"),
    Key("Q", "Q", "stop", "Stop", "End the run; it is kept as far as it came", "screen"),
    Key(
        "q,ctrl+q,ctrl+d",
        "q",
        "leave",
        "Leave",
        "Close the screen; an attached fund goes on",
        "screen",
    ),
)
PAGES = tuple(key for key in KEYS if key.group == "page")
SPEEDS = (1.0, 10.0, 60.0, 300.0, 1800.0, 3600.0, 21600.0, 86400.0, 0.0)
"""Multiples of real time by which the speed is set; 0 is as fast as it goes."""


def bindings() -> list[Binding]:
    """Return a binding for each single key."""
    found = {}
    for key in KEYS:
        for name, action in zip(key.key.split(" "), key.actions, strict=True):
            found[name] = Binding(name, action, key.label, show=False, id=action)
    return list(found.values())


def usable(mode: str) -> list[Key]:
    """Return the keys that mean something in a mode."""
    unwanted = "replay" if mode in LIVE else "live"
    return [key for key in KEYS if key.when != unwanted]


def pace(multiple: float) -> str:
    """Write a speed: ``60x``, ``1h/s``, ``max``."""
    if multiple <= 0:
        return "max"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if multiple >= size and multiple > 60:  # noqa: PLR2004 - up to a minute a second in x
            return f"{_three(multiple / size)}{unit}/s"
    return f"{_three(multiple)}x"


def _three(value: float) -> str:
    """Write a number with three digits, or as a whole one where it has more."""
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"  # noqa: PLR2004


def beside(speed: float, by: int) -> float:
    """Return the speed so many steps up or down the ladder, from the nearest one there is."""
    rank = [one or float("inf") for one in SPEEDS]
    wanted = speed or float("inf")
    at = next(at for at, one in enumerate(rank) if one >= wanted)
    return SPEEDS[min(len(SPEEDS) - 1, max(0, at + by))]
