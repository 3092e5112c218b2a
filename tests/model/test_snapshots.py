"""Frames and commands go over a wire as JSON and come back equal."""

import msgspec
import pytest

from magents.model.controls import (
    Answer,
    FlattenPod,
    Jump,
    Kill,
    Play,
    ScreenCommand,
    SetBreakpoints,
    Speed,
    Step,
)
from magents.model.snapshots import Breakpoint, Frame, Head, LimitUse, PodDetail, PodRow

HEAD = Head(run="r", mode="replay", seq=1, start=0, end=10, computed=5, shown=5, state="paused")
ROW = PodRow(
    pod="ma",
    strategy="ma",
    state="trading",
    capital=1e6,
    value=1e6,
    day=0.0,
    total=0.0,
    drawdown=0.0,
    gross=0.0,
    net=0.0,
    working=0,
    fills=0,
)


def test_frame_through_json_is_the_same():
    frame = Frame(head=HEAD, pods=(ROW,), pod=PodDetail(row=ROW))

    assert msgspec.json.decode(msgspec.json.encode(frame), type=Frame) == frame


@pytest.mark.parametrize(
    "command",
    [
        Play(),
        Speed(60.0),
        Step("fill"),
        Jump(7),
        SetBreakpoints((Breakpoint("fill", pod="ma"),)),
        FlattenPod("ma"),
        Kill(),
    ],
    ids=lambda command: type(command).__name__,
)
def test_command_through_json_is_the_same(command):
    assert msgspec.json.decode(msgspec.json.encode(command), type=ScreenCommand) == command


def test_unknown_command_is_refused():
    with pytest.raises(msgspec.ValidationError, match="rob"):
        msgspec.json.decode(b'{"do":"rob"}', type=ScreenCommand)


def test_use_of_a_limit_is_a_share_whatever_its_sign():
    assert LimitUse("ma", "net", -0.4, 0.5).use == 0.8
    assert LimitUse("ma", "gross", 1.0, 0.0).use == 0.0


def test_answer_through_json_is_the_same():
    answer = Answer(ok=False, text="no such pod", lines=("a", "b"))

    assert msgspec.json.decode(msgspec.json.encode(answer), type=Answer) == answer
