"""How certain the words around an event leave it, on trees written by hand."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

import pipeline.stages  # noqa: F401  registers the extensions
from pipeline.stages.claims.certainty import certainty, mixed
from pipeline.stages.claims.reading import Reading

#: words/tag/head/label; the event is the word in capitals' place, given by index.
CASES = [
    ("Troops/NNS/1/nsubj left/VBD/1/ROOT", 1, 3.0),
    ("Troops/NNS/3/nsubj did/VBD/3/aux not/RB/3/advmod leave/VB/3/ROOT", 3, -3.0),
    ("Troops/NNS/2/nsubj will/MD/2/aux leave/VB/2/ROOT", 2, 2.0),
    ("Troops/NNS/2/nsubj may/MD/2/aux leave/VB/2/ROOT", 2, 0.75),
    ("They/PRP/1/nsubj failed/VBD/1/ROOT to/TO/3/mark leave/VB/1/xcomp", 3, -3.0),
    ("They/PRP/1/nsubj failed/VBD/1/ROOT to/TO/3/mark leave/VB/1/xcomp", 1, 3.0),
    ("They/PRP/3/nsubj did/VBD/3/aux not/RB/3/advmod fail/VB/3/ROOT to/TO/5/mark leave/VB/3/xcomp", 5, 3.0),
    ("They/PRP/1/nsubj managed/VBD/1/ROOT to/TO/3/mark leave/VB/1/xcomp", 3, 3.0),
    ("They/PRP/1/nsubj hoped/VBD/1/ROOT to/TO/3/mark leave/VB/1/xcomp", 3, 1.0),
    ("If/IN/2/mark they/PRP/2/nsubj leave/VBP/5/advcl we/PRP/5/nsubj will/MD/5/aux stay/VB/5/ROOT", 2, 0.0),
    ("They/PRP/1/nsubj left/VBD/1/ROOT without/IN/3/mark paying/VBG/1/advcl", 3, -3.0),
    ("No/DT/1/det soldier/NN/2/nsubj left/VBD/2/ROOT", 2, -3.0),
    ("They/PRP/1/nsubj announced/VBD/1/ROOT plans/NNS/1/obj to/TO/4/mark leave/VB/2/acl", 4, 1.0),
]


@pytest.mark.parametrize(
    ("tree", "event", "answer"), CASES, ids=[f"{c[0].split('/')[0]}{n}" for n, c in enumerate(CASES)]
)
def test_certainty(tree: str, event: int, answer: float) -> None:
    cells = [cell.split("/") for cell in tree.split()]
    words, tags, heads, labels = zip(*cells, strict=True)
    doc = Doc(Vocab(), words=words, tags=tags, heads=[int(head) for head in heads], deps=labels)
    assert certainty(Reading(doc), event) == answer


def test_the_encoder_has_its_share() -> None:
    assert mixed(3.0, None) == 3.0
    assert mixed(3.0, -2.0) == pytest.approx(2.0)
