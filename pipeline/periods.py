"""Rows of ``dates`` as pandas periods and intervals."""

from __future__ import annotations

from typing import Any

import pandas as pd

#: The pandas frequency of each granularity from the day up; decades begin in years that end in 0.
FREQUENCIES = {
    "day": "D", "weekend": "2D", "week": "W-SUN", "month": "M", "quarter": "Q-DEC",
    "season": "3M", "half": "6M", "year": "Y-DEC", "decade": "10Y-DEC", "century": "100Y-DEC",
}  # fmt: skip


def to_period(dates: pd.DataFrame, freq: str | None = None) -> pd.Series[Any]:
    """The rows of ``dates`` as pandas periods, with the index of *dates*.

    Without *freq* each is a ``Period`` as fine as its words are (dtype object): "2003" a year, "Sunday" a day, "the
    weekend" two days. With *freq* (``"D"``, ``"W"``, ``"M"``, ``"Q"``, ``"Y"``) all are of that frequency, for
    grouping and plotting, in a column backed by a ``PeriodArray``; what doesn't lie in one such period (a year, for
    months) is NaT. So is, either way, what can't be placed in the calendar, and durations and sets.

    >>> dates = load("outputs").dates                                                     # doctest: +SKIP
    >>> dates.assign(period=to_period(dates))[["text", "value", "period"]].iloc[5:8]      # doctest: +SKIP
              text        value      period
    5   2020-01-07   2020-01-07  2020-01-07
    6       Sunday   2020-01-05  2020-01-05
    7          now  PRESENT_REF         NaT
    >>> dates.groupby(to_period(dates, "M")).size()                                       # doctest: +SKIP
    2020-01    11
    Freq: M, dtype: int64

    Raises ValueError for a frequency that pandas doesn't know, and KeyError where *dates* lacks ``earliest``,
    ``latest`` or (without *freq*) ``granularity``.
    """
    earliest, latest = dates["earliest"], dates["latest"]
    if freq is not None:
        first: pd.Series[Any] = earliest.dt.to_period(freq)
        return first.where(first == latest.dt.to_period(freq))
    found: list[Any] = []
    for start, end, grain in zip(earliest, latest, dates["granularity"], strict=True):
        if pd.isna(start) or pd.isna(end):
            found.append(pd.NaT)
        elif grain in ("time", "part_of_day"):
            found.append(pd.Period(start, freq=f"{int((end - start).total_seconds()) + 1}s"))
        else:
            found.append(pd.Period(start, freq=FREQUENCIES[grain]) if grain in FREQUENCIES else pd.NaT)
    return pd.Series(found, index=dates.index, dtype=object)


def to_interval(dates: pd.DataFrame) -> pd.Series[Any]:
    """The rows of ``dates`` as pandas intervals of their first and last second, both included, with the same index.

    The column is backed by an ``IntervalArray``, so that ``.array.overlaps`` and ``.array.contains`` ask of all at
    once (``pd.IntervalIndex(to_interval(dates))`` looks up). What can't be placed in the calendar, or is open at one
    end ("since 2003"), is missing.

    >>> dates = load("outputs").dates                                                     # doctest: +SKIP
    >>> january = pd.Interval(pd.Timestamp("2020-01-01"), pd.Timestamp("2020-01-31"), closed="both")
    >>> dates[to_interval(dates).array.overlaps(january)].text.head(3)                    # doctest: +SKIP
    5    2020-01-07
    6        Sunday
    8        Sunday
    Name: text, dtype: string

    Raises KeyError where *dates* lacks ``earliest`` or ``latest``.
    """
    known = dates["earliest"].notna() & dates["latest"].notna()
    made = pd.arrays.IntervalArray.from_arrays(
        dates["earliest"].where(known), dates["latest"].where(known), closed="both"
    )
    return pd.Series(made, index=dates.index)
