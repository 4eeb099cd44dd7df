"""Time expressions: spans, TIMEX3 values, the calendar intervals they denote, and what they were counted from.

``tokens`` cuts and classifies, ``grammar`` reads atoms, ``compose`` joins them, ``resolve`` evaluates them against the
day of writing (``anchor``) with a ``direction``; ``values`` turns a value into an interval.
"""

from pipeline.stages.dates.component import Dates, find_dates, make_dates
from pipeline.stages.dates.values import Interval, days_of, edtf_of, interval_of

__all__ = ["Dates", "Interval", "days_of", "edtf_of", "find_dates", "interval_of", "make_dates"]
