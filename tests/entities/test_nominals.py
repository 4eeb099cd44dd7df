"""Nominals where there is a parse: each case is a small article with the number of its entity at each mention.

Nominals that carry no number must be no mention.
"""

from __future__ import annotations

import pytest

from tests.conftest import language
from tests.entities.markup import read

CASES = {
    "an apposition, its noun in no list of roles": "{1|Anna Keller}, {1|a roofer from Ghent}, laughed.",
    "an apposition before the name": "{1|His former trainer}, {1|Paul Brandt}, was not there.",
    "a predicate": "{1|Nairobi} is {1|the largest city in Kenya}.",
    "a predicate of a pronoun": "{1|Anna Keller} came late. {1|She} is {1|a nurse}.",
    "a predicate denied": "{1|Paul Brandt} is not a doctor.",
    "a predicate that would be": "{1|Paul Brandt} would be a better mayor.",
    "where it is, not what": "{1|Nairobi} is in the south of the country.",
    "by what it was said to be": "{1|Paul Brandt}, {1|a young fisherman}, was rescued. {1|The fisherman} was cold.",
    "the company": "{1|Siemens} will close its plant in Leeds. {1|The company} said sales had fallen.",
    "the company, of two": "{1|Siemens} sued {2|Toyota} on Monday. The company said nothing.",
    "the company of a person": "{1|Anna Keller} left. The company said nothing.",
    "the city": "{1|Nairobi} was hit by floods. Roads in {1|the city} were closed.",
    "the country, where another people is in mind": (
        "{1|Iraq} was quiet. Days went by. Weeks went by. Months went by. Then American troops met Iraqi troops. "
        "Everyone must leave the country."
    ),
    "who is brought in": "{1|Anna Keller}, {1|the leader of the Dawn Party}, left. The leader of a union stayed.",
    "part of a compound": "{1|Anna Keller}, {1|the commander}, left. The commander-in-chief stayed.",
    "who writes": "{1|Anna Keller} spoke to this reporter.",
    "beside the name": "{1|Lebanon} and the region are poor.",
}


@pytest.mark.parametrize("name", CASES)
def test_nominals(name: str) -> None:
    nlp = language("segment", "encode", "names", "coref")
    text, expected = read(CASES[name])
    mentions = nlp(text)._.mentions
    chain_at = {(m.start, m.end): m.chain for m in mentions}
    tags: dict[int | None, set[str]] = {}
    for start, end, tag in expected:
        assert (start, end) in chain_at, f"{text[start:end]} is no mention"
        tags.setdefault(chain_at[start, end], set()).add(tag)
    assert None not in tags
    assert all(len(of_one) == 1 for of_one in tags.values())
    marked = {(start, end) for start, end, _ in expected}
    extra = [text[m.start : m.end] for m in mentions if m.kind == "nominal" and (m.start, m.end) not in marked]
    assert not extra, f"too many: {extra}"


def test_nominals_of_many_names_cost_linear_time() -> None:
    nlp = language("segment", "encode", "names", "coref")
    doc = nlp("".join(f"Siemens Zor{chr(97 + k % 26)}{k} fell. The company left the city. " for k in range(300)))
    assert len(doc._.mentions) >= 200
