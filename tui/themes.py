"""The looks: dark, light, no colour, and one for eyes that do not tell red from green.

Every state is told by a sign or a word as well, so none of them is needed to read a screen.
"""

from textual.theme import Theme

DARK = Theme(
    name="dark",
    dark=True,
    primary="#7aa2f7",
    secondary="#9aa5ce",
    accent="#e0af68",
    success="#9ece6a",
    warning="#e0af68",
    error="#f7768e",
    foreground="#d5d9ea",
    background="#14161f",
    surface="#1a1d29",
    panel="#252a3a",
    variables={
        "gain": "#9ece6a",
        "loss": "#f7768e",
        "chosen": "#2e3a5c",
        "quiet": "#7d849f",
        "footer-key-foreground": "#7aa2f7",
    },
)
LIGHT = Theme(
    name="light",
    dark=False,
    primary="#1f5fbf",
    secondary="#4a5568",
    accent="#9a5b00",
    success="#1a7f37",
    warning="#9a5b00",
    error="#c0262d",
    foreground="#1f2328",
    background="#fbfbf9",
    surface="#f3f3ef",
    panel="#e4e5df",
    variables={
        "gain": "#1a7f37",
        "loss": "#c0262d",
        "chosen": "#cfdcf2",
        "quiet": "#6b7280",
        "footer-key-foreground": "#1f5fbf",
    },
)
SAFE = Theme(
    name="blue-orange",
    dark=True,
    primary="#7aa2f7",
    secondary="#9aa5ce",
    accent="#f0e442",
    success="#56b4e9",
    warning="#f0e442",
    error="#e69f00",
    foreground="#e6e6e6",
    background="#14161f",
    surface="#1a1d29",
    panel="#252a3a",
    variables={
        "gain": "#56b4e9",
        "loss": "#e69f00",
        "chosen": "#2e3a5c",
        "quiet": "#8a8f9f",
        "footer-key-foreground": "#7aa2f7",
    },
)
MONO = Theme(
    name="no-colour",
    dark=True,
    primary="#d0d0d0",
    secondary="#b0b0b0",
    accent="#ffffff",
    success="#e8e8e8",
    warning="#ffffff",
    error="#ffffff",
    foreground="#e0e0e0",
    background="#000000",
    surface="#0c0c0c",
    panel="#262626",
    variables={
        "gain": "#ffffff",
        "loss": "#bcbcbc",
        "chosen": "#3a3a3a",
        "quiet": "#8a8a8a",
        "footer-key-foreground": "#ffffff",
    },
)
THEMES = (DARK, LIGHT, SAFE, MONO)


def following(name: str) -> str:
    """Return the theme after one, around in a circle; the first after a foreign one."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
