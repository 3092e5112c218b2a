"""A viewer of the replay of a run that was taken up twice."""

import asyncio

from feeds.live.replayed import Recorded
from magents.model.controls import Back, Jump, JumpTo, Newest, Play, SetBreakpoints, Speed
from magents.model.snapshots import Breakpoint, Wish
from magents.model.time import SECOND
from tests.control.beside import Beside

BLOTTER = Wish("blotter")


async def until(link, state, wish=BLOTTER):
    """Look until a run stands still, or has ended; return that frame."""
    async with asyncio.timeout(60):
        while (frame := await link.frame(wish)).head.state != state:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return frame


async def watched_again(home, folder, files):
    """Replay a run with its screen; return what was seen, by name, and the digest."""
    seen = {}
    starts = [Recorded(path).starts for path in files]
    with Beside(home, run=("replay", str(folder))) as fund:
        link = fund.link()
        await link.send(SetBreakpoints((Breakpoint("breach"),)))
        await link.send(JumpTo("fill"))
        seen["first"] = await until(link, "paused")
        # From the first stretch to the third, in one go.
        await link.send(Jump(starts[2] + SECOND))
        seen["third"] = await until(link, "paused")
        await link.send(Jump(seen["first"].head.shown))
        seen["back"] = await link.frame(BLOTTER)
        await link.send(Back(-1))
        await link.send(Newest())
        await link.send(Speed(0.0))
        await link.send(Play())
        seen["last"] = await until(link, "finished")
        await link.close()
        fund.end()
        return starts, seen, fund.summary("replay-0001")["digest"]
