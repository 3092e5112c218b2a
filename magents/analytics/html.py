"""Small pieces of HTML. Whatever comes from a run goes through :func:`esc`."""

from collections.abc import Iterable, Sequence
from html import escape

Row = Sequence[str]


def esc(text: object) -> str:
    """Make text harmless inside HTML, attributes included."""
    return escape(str(text), quote=True)


def td(text: object, kind: str = "") -> str:
    """Return a cell of text."""
    return f'<td class="{kind}">{esc(text)}</td>' if kind else f"<td>{esc(text)}</td>"


def num(text: object, kind: str = "") -> str:
    """Return a cell of a number, set to the right."""
    return f'<td class="{f"n {kind}".rstrip()}">{esc(text)}</td>'


def name_cell(text: object) -> str:
    """Return the heading of a row."""
    return f'<th scope="row">{esc(text)}</th>'


def table(
    head: Sequence[str], rows: Iterable[Row], *, text: Sequence[int] = (0,), foot: Row = ()
) -> str:
    """Return a table that scrolls sideways where it is too wide.

    Args:
        head: column titles, plain text. rows: cells, each already a ``td`` or ``th``.
        text: which columns are text, set to the left. foot: a last row that sums up.
    """
    titles = "".join(
        f'<th scope="col"{"" if i in text else _RIGHT}>{esc(title)}</th>'
        for i, title in enumerate(head)
    )
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    end = f"<tfoot><tr>{''.join(foot)}</tr></tfoot>" if foot else ""
    return (
        f'<div class="scroll"><table><thead><tr>{titles}</tr></thead>'
        f"<tbody>\n{body}\n</tbody>{end}</table></div>"
    )


def section(key: str, title: str, *parts: str, aside: str = "") -> str:
    """Return one section of the page; ``aside`` (HTML) stands beside its title."""
    body = "\n".join(part for part in parts if part)
    return (
        f'<section id="{key}" class="card"><header><h2>{esc(title)}</h2>{aside}</header>\n'
        f"{body}\n</section>"
    )


def note(*sentences: str) -> str:
    """Return a footnote; plain text."""
    return f'<p class="note">{esc(" ".join(s for s in sentences if s))}</p>'


def chart(key: str, label: str, kind: str = "") -> str:
    """Return the place of a chart and of the buttons that show and hide its lines."""
    return (
        f'<div class="chips" data-chart="{key}"></div>'
        f'<div class="chart {kind}" id="chart-{key}" role="img" aria-label="{esc(label)}"></div>'
    )


_RIGHT = ' class="n"'
