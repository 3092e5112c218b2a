"""Arrow columns as numpy arrays, without pandas and without a copy where there are no gaps."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from feeds.stamps import UNIT, Form, compact_days
from magents.model.bars import Floats, Instants
from magents.model.time import DAY


def floats(column: Any) -> Floats:
    """Turn a numeric Arrow column into float64 with NaN for nulls.

    Raises:
        pyarrow.ArrowInvalid: a text in it is no number.
    """
    array = _one_array(_as(column, pa.float64()))
    values = np.frombuffer(array.buffers()[1], np.float64, len(array), array.offset * 8)
    if not array.null_count:
        return values
    return np.where(_nulls(array), np.nan, values)


def codes(column: Any) -> tuple[npt.NDArray[np.int32], list[str | None]]:
    """Turn a text column into numbers and the texts they stand for; null is -1."""
    array = _one_array(column)
    if not pa.types.is_dictionary(array.type):
        array = array.cast(pa.string()).dictionary_encode()
    index = _as(array.indices, pa.int32())
    numbers = np.frombuffer(index.buffers()[1], np.int32, len(index), index.offset * 4)
    if index.null_count:
        numbers = np.where(_nulls(index), np.int32(-1), numbers)
    return numbers, _as(array.dictionary, pa.string()).to_pylist()


def instants(column: Any, form: Form | None) -> Instants:
    """Turn a column of instants into nanoseconds UTC.

    Raises:
        ValueError: an instant is missing or not in the form (pyarrow's errors are ValueErrors).
    """
    if column.null_count:
        msg = "an instant is missing"
        raise ValueError(msg)
    kind = column.type
    if pa.types.is_date(kind):
        return integers(column.cast(pa.date32()).cast(pa.int32())).astype(np.int64) * DAY
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return integers(_one_array(column).view(pa.int64()))
    if pa.types.is_timestamp(kind):
        return integers(column.cast(pa.timestamp("ns", kind.tz)).cast(pa.int64()))
    if form is Form.COMPACT:
        return compact_days(integers(column.cast(pa.int64())))
    if form in UNIT:
        return integers(column.cast(pa.int64())) * UNIT[form]
    return instants(column.cast(pa.string()).cast(stamp_type(form)), form)


def stamp_type(form: Form | None) -> Any:
    """Return the Arrow type that reads a form."""
    if form is Form.DATE:
        return pa.date32()
    if form is Form.NAIVE:
        return pa.timestamp("ns")
    return pa.timestamp("ns", "UTC") if form is Form.ZONED else pa.int64()


def integers(column: Any) -> npt.NDArray[Any]:
    """Turn an integer column without nulls into numpy."""
    array = _one_array(column)
    kind = np.int32 if array.type.bit_width == 32 else np.int64  # noqa: PLR2004
    return np.frombuffer(array.buffers()[1], kind, len(array), array.offset * kind().itemsize)


def _one_array(column: Any) -> Any:
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _nulls(array: Any) -> npt.NDArray[np.bool_]:
    bits = np.frombuffer(array.buffers()[0], np.uint8)
    valid = np.unpackbits(bits, bitorder="little")[array.offset : array.offset + len(array)]
    return np.equal(valid, 0)


def _as(column: Any, kind: Any) -> Any:
    """Cast a column where it is of another type: a cast loads a module that takes long to load."""
    return column if column.type == kind else column.cast(kind)
