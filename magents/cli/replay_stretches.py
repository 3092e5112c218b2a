"""The parts of a recording as stretches of one run on a screen."""

from collections.abc import Sequence

from magents.cli.replay_parts import Part
from magents.cli.stretches import Span, Stretch


def stretch_of(part: Part) -> Stretch:
    """Return a part as a stretch; each time it is played its file is read anew."""
    from feeds.live.replayed import Recorded

    keeps = part.ends if part.own and part.paper else None
    return Stretch(
        part.loaded,
        lambda clock: Recorded(part.path, part.until).feed(clock),
        part.commands,
        keeps,
    )


def span_of(parts: Sequence[Part]) -> Span:
    """Return when the parts of one run begin and end, and how long they last together.

    Args:
        parts: at least one. A run that nobody was in the middle of leaves a gap that does not
            last: the next part follows at once.
    """
    from feeds.live.recording import last_frame
    from feeds.live.replayed import Recorded

    ends: list[tuple[int, int]] = []
    for part in parts:
        last = last_frame(part.path)
        starts = Recorded(part.path).starts
        ends.append((starts, max(starts, part.until, last.instant if last is not None else 0)))
    return Span(ends[0][0], ends[-1][1], sum(end - start for start, end in ends))
