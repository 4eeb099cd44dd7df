"""Who said what in the five articles, written down by hand from reading them: what a row must say to be right.

The pins say when something changed; this says what is true. A quote is known by a stretch of its words. Speaker None:
the article doesn't name whom it is, so no name may stand there.
"""

from __future__ import annotations

import pyarrow as pa
import pytest

SADR, SEELY, AMERI, RUBAYE = "Muqtada al-Sadr", "William Seely", "Hadi al-Ameri", "Mahmoud al-Rubaye"
KATAEB = "Kata’eb Hezbollah"

#: Article, words of the content, kind of the piece, cue's last word, the speaker's name.
GOLD = [
    ("000", "Iraq will turn into a new Vietnam", "indirect", "saying", SADR),
    ("000", "did not go far enough", "indirect", "said", SADR),
    ("000", "I consider this a weak response", "direct", "read", SADR),
    ("000", "US troops must be expelled in a humiliating manner", "indirect", "said", SADR),
    ("000", "Finally, I call specifically", "direct", "said", SADR),
    ("000", "movement out of Iraq,” after", "mixed", "announced", None),
    ("000", "In order to conduct this task", "direct", "read", SEELY),
    ("000", "be repositioning forces", "mixed", "added", SEELY),
    ("000", "he would not withdraw troops", "indirect", "said", "Donald Trump"),
    ("000", "they will turn the American bases into rubble", "indirect", "to", KATAEB),
    ("000", "The decision to end the foreign military presence", "direct", "said", KATAEB),
    ("000", "What was achieved from a great victory", "direct", "added", KATAEB),
    ("000", "no decision whatsoever", "mixed", "says", None),
    ("000", "That letter is a draft", "direct", "told", SEELY),
    ("000", "it was real", "indirect", "said", None),
    ("000", "will no leave the Arab nation", "indirect", "insisted", None),
    ("001", "exit of US troops", "mixed", "urges", SADR),
    ("001", "I call specifically on the Iraqi resistance groups", "indirect", None, None),
    ("001", "held the United States fully responsible", "indirect", "said", None),
    ("001", "which we consider to be a declaration of war", "direct", None, None),
    ("001", "did not go far enough", "indirect", "said", SADR),
    ("001", "I consider this a weak response", "direct", "saying", SADR),
    ("001", "US forces will be driven out", "indirect", "said", None),
    ("001", "We offer our condolences", "direct", "told", AMERI),
    ("001", "We will defeat Americans", "direct", "told", AMERI),
    ("001", "We will press ahead", "direct", "added", AMERI),
    ("001", "possessed weapons of mass destruction", "indirect", "claiming", "United States"),
    ("001", "largely spared the terrorists", "indirect", "said", None),
    ("002", "million-man march", "mixed", "for", SADR),
    ("002", "The march was needed", "mixed", "said", SADR),
    ("002", "The skies, land, and sovereignty", "direct", "added", SADR),
    ("002", "peaceful, unified demonstration", "mixed", "cautioned", SADR),
    ("002", "an immediate cancellation", "mixed", "for", SADR),
    ("002", "like they’ve never seen before", "mixed", "threatened", "Donald Trump"),
    ("002", "the US administration has threatened", "indirect", "said", "The Wall Street Journal"),
    ("003", "his rejection to the presence", "indirect", "expressed", SADR),
    ("003", "Our position regarding the presence", "direct", "wrote", SADR),
    ("003", "Everyone knows our position", "mixed", "wrote", SADR),
    ("003", "any foreign military involvement", "indirect", "against", SADR),
    ("003", "The US or any other nation which deploys", "direct", None, SADR),
    ("003", "a conspiracy", "mixed", "described", "Mohammed al-Sayhoud"),
    ("003", "would shift from combat operations", "indirect", "stated", None),
    ("003", "continue to pose a threat", "mixed", "revealed", None),
    ("003", "remains committed to its defeat", "indirect", "said", "Joseph Votel"),
    ("004", "his fellow comrades were ready", "indirect", "threatened", None),
    ("004", "The resistance factions are completely prepared", "direct", "said", RUBAYE),
    ("004", "I think the United States is afraid", "direct", "added", RUBAYE),
    ("004", "much more developed and ready", "indirect", "highlighted", RUBAYE),
    ("004", "million-man march", "mixed", "demanded", SADR),
    ("004", "The march is needed", "mixed", "said", SADR),
    ("004", "The skies, land, and sovereignty", "direct", "added", SADR),
    ("004", "peaceful, unified demonstration", "mixed", "cautioned", SADR),
    ("004", "the United States to dispatch a delegation", "indirect", "on", "Adel Abdul-Mahdi"),
    ("004", "requested that delegates be sent", "mixed", "to", None),
    ("004", "Iraq rejects violation of its sovereignty", "indirect", "said", "Adel Abdul-Mahdi"),
    ("004", "drones are flying in its airspace", "direct", "added", None),
]


@pytest.mark.parametrize(("article", "words", "kind", "cue", "speaker"), GOLD)
def test_who_said_it(
    corpus_tables: dict[str, pa.Table], article: str, words: str, kind: str, cue: str | None, speaker: str | None
) -> None:
    rows = [
        row
        for row in corpus_tables["quotes"].to_pylist()
        if row["article_id"].startswith(article) and words in row["text"]
    ]
    assert rows, "the quote is not there"
    # The innermost report of these words: what somebody else quotes of it comes on top.
    row = max(rows, key=lambda r: (r["start"], -r["end"]))
    if words == "the US administration has threatened":
        row = rows[0]
    assert row["kind"] == kind
    assert (row["cue"].split()[-1] if row["cue"] else None) == cue
    assert row["speaker"] == speaker
