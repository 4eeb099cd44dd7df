"""The grammar: its three sets of rules, registered in this order (of two equally long atoms the earlier rule wins)."""

from pipeline.stages.dates import rules_calendar, rules_clock, rules_lengths
from pipeline.stages.dates.patterns import RULES, atoms

__all__ = ["RULES", "atoms", "rules_calendar", "rules_clock", "rules_lengths"]
