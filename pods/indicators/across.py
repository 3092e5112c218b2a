"""Across instruments: where each stands among the others of its row."""

import numpy as np

from magents.model.bars import Floats


def rank(values: Floats) -> Floats:
    """Return the rank of each value in its row, from -0.5 (lowest) to 0.5 (highest).

    Equal values share the mean of their ranks.  NaN has no rank and counts for nothing; a value
    alone in its row is in the middle, 0.

    Args:
        values: shape [T, I], or [I] for one row.
    """
    table = np.atleast_2d(values)
    order = np.argsort(table, axis=1, kind="stable")  # NaN last
    ordered = np.take_along_axis(table, order, axis=1)
    columns = np.arange(table.shape[1])
    new = np.ones(ordered.shape, np.bool_)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    first = np.maximum.accumulate(np.where(new, columns, 0), axis=1)
    ends = np.ones(ordered.shape, np.bool_)
    ends[:, :-1] = new[:, 1:]
    last = np.minimum.accumulate(np.where(ends, columns, len(columns))[:, ::-1], axis=1)[:, ::-1]
    there = (~np.isnan(table)).sum(axis=1, keepdims=True)
    places = (first + last) / 2.0
    centred = np.where(there > 1, places / np.maximum(there - 1, 1) - 0.5, 0.0)
    out = np.empty(table.shape)
    np.put_along_axis(out, order, np.where(np.isnan(ordered), np.nan, centred), axis=1)
    return out.reshape(values.shape)
