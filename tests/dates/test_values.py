"""Values, intervals and EDTF: what must hold of every value."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.dates.values import (
    Interval,
    days_of,
    easter,
    edtf_of,
    interval_of,
    nth_weekday,
    shift,
    truncated,
)

DAYS = st.dates(min_value=dt.date(1, 1, 3), max_value=dt.date(9999, 12, 20))
UNITS = st.sampled_from(["D", "W", "WE", "M", "Q", "Y", "DE", "CE"])


@pytest.mark.parametrize(
    ("value", "first", "last", "granularity"),
    [
        ("2013-03-22", "2013-03-22T00:00:00", "2013-03-22T23:59:59", "day"),
        ("2013-W11", "2013-03-11T00:00:00", "2013-03-17T23:59:59", "week"),
        ("2013-W12-WE", "2013-03-23T00:00:00", "2013-03-24T23:59:59", "weekend"),
        ("2013-W12-5", "2013-03-22T00:00:00", "2013-03-22T23:59:59", "day"),
        ("2012-02", "2012-02-01T00:00:00", "2012-02-29T23:59:59", "month"),
        ("2012", "2012-01-01T00:00:00", "2012-12-31T23:59:59", "year"),
        ("2012-Q3", "2012-07-01T00:00:00", "2012-09-30T23:59:59", "quarter"),
        ("2012-H2", "2012-07-01T00:00:00", "2012-12-31T23:59:59", "half"),
        ("2012-SU", "2012-06-01T00:00:00", "2012-08-31T23:59:59", "season"),
        ("2011-WI", "2011-12-01T00:00:00", "2012-02-29T23:59:59", "season"),
        ("199", "1990-01-01T00:00:00", "1999-12-31T23:59:59", "decade"),
        ("199X", "1990-01-01T00:00:00", "1999-12-31T23:59:59", "decade"),
        ("19", "1900-01-01T00:00:00", "1999-12-31T23:59:59", "century"),
        ("19XX", "1900-01-01T00:00:00", "1999-12-31T23:59:59", "century"),
        ("1998-10-XX", "1998-10-01T00:00:00", "1998-10-31T23:59:59", "month"),
        ("2013-03-22T20:00", "2013-03-22T20:00:00", "2013-03-22T20:00:59", "time"),
        ("2013-03-22T20", "2013-03-22T20:00:00", "2013-03-22T20:59:59", "time"),
        ("2013-03-22T24:00", "2013-03-23T00:00:00", "2013-03-23T00:00:00", "time"),
        ("2013-03-22TMO", "2013-03-22T06:00:00", "2013-03-22T11:59:59", "part_of_day"),
        ("2013-03-22TNI", "2013-03-22T21:00:00", "2013-03-23T05:59:59", "part_of_day"),
    ],
)
def test_interval(value: str, first: str, last: str, granularity: str) -> None:
    expected = Interval(dt.datetime.fromisoformat(first), dt.datetime.fromisoformat(last), granularity)
    assert interval_of(value) == expected


@pytest.mark.parametrize(
    "value",
    ["", "P9Y", "PXM", "PAST_REF", "XXXX-WXX-2", "XXXX-12-25", "BC0490", "0000", "2013-02-31", "2013-13", "2013-W54",
     "2013-Q5", "99999", "2013-03-22T25:00", "2013-03T10:00", "not a value", "T", "XX", "00"],
)  # fmt: skip
def test_no_interval(value: str) -> None:
    assert interval_of(value) is None


@pytest.mark.parametrize(
    ("value", "mod", "edtf"),
    [
        ("2013-03-22", None, "2013-03-22"),
        ("2013-03", None, "2013-03"),
        ("2013-03", "APPROX", "2013-03~"),
        ("2013-W11", None, "2013-03-11/2013-03-17"),
        ("2013-W12-WE", None, "2013-03-23/2013-03-24"),
        ("2012-Q3", None, "2012-35"),
        ("2012-H1", None, "2012-40"),
        ("2012-WI", None, "2012-24"),
        ("199", None, "199X"),
        ("18", None, "18XX"),
        ("BC0490", None, "-0489"),
        ("BC0480-08", None, "-0479-08"),
        ("99999", None, "Y99999"),
        ("XXXX-12-25", None, "XXXX-12-25"),
        ("2013-03-22T20:00", None, "2013-03-22T20:00:00"),
        ("2013-03-22TNI", None, "2013-03-22"),
        ("1989", "AFTER", "1990-01-01/.."),
        ("1989", "BEFORE", "../1988-12-31"),
        ("1989", "ON_OR_AFTER", "1989-01-01/.."),
        ("P9Y", None, None),
        ("PAST_REF", None, None),
        ("XXXX-WXX-2", None, None),
        ("XXXX-XX-XX", None, None),
        ("XXXX", None, None),
        ("2013-02-31", None, None),
    ],
)
def test_edtf(value: str, mod: str | None, edtf: str | None) -> None:
    assert edtf_of(value, mod) == edtf


@pytest.mark.parametrize(
    ("value", "days"),
    [("P3D", 3), ("P2W", 14), ("PT36H", 1.5), ("PT90M", 0.0625), ("P1DT12H", 1.5), ("P1M", None), ("P9Y", None),
     ("PXD", None), ("P", None), ("2013", None)],
)  # fmt: skip
def test_days(value: str, days: float | None) -> None:
    assert days_of(value) == days


@given(DAYS, UNITS)
def test_a_unit_contains_the_day_it_was_made_from(day: dt.date, unit: str) -> None:
    found = interval_of(truncated(day, unit))
    if found is None:  # the first century has no two digits of its own
        assert day.year < 100 or unit == "DE"
        return
    assert found.earliest is not None
    assert found.latest is not None
    assert found.earliest <= found.latest
    if unit == "WE":
        assert (found.earliest.isoweekday(), found.latest.isoweekday()) == (6, 7)
        assert found.earliest.date().isocalendar()[:2] == day.isocalendar()[:2]
    else:
        assert found.earliest.date() <= day <= found.latest.date()


@given(DAYS, UNITS)
def test_units_follow_each_other_without_a_gap(day: dt.date, unit: str) -> None:
    found = interval_of(truncated(day, unit))
    if found is None or found.latest is None or unit == "WE" or found.latest.year >= 9999:
        return
    following = interval_of(truncated(found.latest.date() + dt.timedelta(days=1), unit))
    assert following is not None
    assert following.earliest == found.latest + dt.timedelta(seconds=1)


@given(DAYS, st.integers(-300, 300), st.sampled_from(["D", "W", "M", "Q", "Y", "DE"]))
def test_shifting_there_and_back(day: dt.date, count: int, unit: str) -> None:
    there = shift(day, count, unit)
    if there is None:
        return
    back = shift(there, -count, unit)
    assert back is not None
    # a 31st can become a 30th, and the 29th of February a 28th
    assert 0 <= (day - back).days <= 3


@given(
    st.text(max_size=30), st.sampled_from([None, "APPROX", "BEFORE", "AFTER", "ON_OR_BEFORE", "ON_OR_AFTER", "START"])
)
def test_any_text_is_borne(value: str, mod: str | None) -> None:
    found = interval_of(value, mod)
    assert found is None or found.earliest is not None or found.latest is not None
    assert edtf_of(value, mod) is None or isinstance(edtf_of(value, mod), str)
    assert days_of(value) is None or days_of(value) >= 0  # type: ignore[operator]


@given(st.integers(1, 9999), st.sampled_from(["", "-Q1", "-Q4", "-H1", "-SP", "-06", "-06-15"]))
def test_open_sides(year: int, tail: str) -> None:
    value = f"{year:04d}{tail}"
    plain, after, since = interval_of(value), interval_of(value, "AFTER"), interval_of(value, "ON_OR_AFTER")
    assert plain is not None
    assert since is not None
    assert (since.earliest, since.latest) == (plain.earliest, None)
    if after is not None:
        assert plain.latest is not None
        assert after.earliest == plain.latest + dt.timedelta(seconds=1)


def test_days_of_the_year() -> None:
    assert [easter(year) for year in (1916, 2000, 2013, 2024)] == [
        dt.date(1916, 4, 23), dt.date(2000, 4, 23), dt.date(2013, 3, 31), dt.date(2024, 3, 31),
    ]  # fmt: skip
    assert easter(1200) is None
    assert nth_weekday(2012, 11, 4, 4) == dt.date(2012, 11, 22)
    assert nth_weekday(2013, 5, 1, -1) == dt.date(2013, 5, 27)
    assert nth_weekday(2013, 2, 5, 5) is None
