"""Hostile and absurd articles through every stage: no exception, sane rows, bounded time."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import model, schema
from pipeline.rows import rows_of
from pipeline.shard import _raw_doc

if TYPE_CHECKING:
    from spacy.language import Language

TEXTS = {
    "only quotation marks": "\"" * 100_000,
    "nested marks": "“" * 10_000 + "a" + "”" * 10_000,
    "mixed marks": "«„“‘'\"”’»" * 10_000,
    "one long word": "a" * 100_000,
    "one long line of digits": "1234567890" * 10_000,
    "digits and stops": "1.2.3-4/5," * 10_000,
    "emoji": "👩‍👩‍👧‍👦🇮🇶🤷🏽‍♂️ " * 5_000,
    "zero width": "a\u200bb\u200c\u200d\ufeff " * 10_000,
    "right to left": "\u202e“He said” \u202dשלום مرحبا\u200f " * 3_000,
    "combining marks": "e" + "\u0301" * 50_000,
    "only white space inside": "a" + " \u00a0\t\n" * 20_000 + "b",
    "control characters": "".join(map(chr, range(1, 32))) * 1_000 + "x",
    "a quote without end": "“We will go, " + "and then we will go on, " * 10_000,
    "a sentence of many tokens": "said " * 20_000,
    "ten thousand dates": "on 5 January 2020, " * 10_000,
    "ten thousand names": "Mr. John Smith of the Ministry of Defence and " * 2_000,
    "capitals": "THE MINISTER SAID IRAQ WILL LEAVE ON MONDAY. " * 2_000,
    "a list": "- item\n" * 20_000,
    "a table": "Iraq\t5,200\t2020\t12%\n" * 5_000,
    "brackets": "(" * 50_000 + ")" * 50_000,
    "markup": "<script>alert('“x” said')</script></style>" * 2_000,
    "glued": "country.On Sunday resolutionThe lawmakers forcesThirdly, " * 2_000,
    "many languages": "Der Minister sagte am Montag. 大臣は月曜日に言った。 Министр сказал. " * 1_000,
    "lone surrogates replaced": "a\ufffdb “c\ufffd” said d. " * 5_000,
}  # fmt: skip


@functools.cache
def nlp(name: str) -> Language:
    return model.load(name)


def read(text: str, name: str = model.DEFAULT) -> dict[str, list[dict[str, object]]]:
    """All rows of *text*, checked against the schemas."""
    language = nlp(name)
    with language.memory_zone():
        doc = _raw_doc(
            language,
            {"text": text, "article_id": "x", "published": None, "published_from": None, "language": "en"}
            | dict.fromkeys(("title", "source", "author", "url")),
        )
        for _, component in language.pipeline:
            doc = component(doc)
        rows = rows_of(doc, "0" * 64)
        body = rows["articles"][0]["text"]
    for name, found in rows.items():
        schema.to_table(name, found)
        for row in found:
            if "start" in row:
                assert body[row["start"] : row["end"]] == row["text"] != ""
    return rows


@pytest.mark.parametrize("reader", [model.DEFAULT, model.RULES])
@pytest.mark.parametrize("name", TEXTS)
def test_absurd_texts(name: str, reader: str) -> None:
    nlp(reader)
    # The network takes its time over every character; a part of the text is enough to see that it takes no more.
    text = TEXTS[name] if reader == model.RULES else TEXTS[name][:10_000]
    began = time.process_time()
    read(text, reader)
    assert time.process_time() - began < 30, "a stage takes more than linear time"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    "“",
                    "”",
                    '"',
                    "'",
                    "’",
                    "said",
                    " ",
                    "\n",
                    "\n\n",
                    "Mr.",
                    "on Tuesday",
                    "in 2020",
                    "He",
                    "Iraq",
                    ",",
                    ".",
                    "?",
                    "(",
                    ")",
                    "—",
                    "If",
                    "not",
                    "according to",
                    "5,200",
                    "troops",
                    "will",
                    "and",
                    "\u00a0",
                    "a",
                ]
            ),
            st.text(max_size=5),
        ),
        max_size=40,
    ).map("".join)
)
def test_any_text(text: str) -> None:
    if text.strip() and "\x00" not in text:
        text.encode("utf-8", "surrogatepass")
        read(text.encode("utf-8", "replace").decode("utf-8"))


@pytest.mark.parametrize("name", ["only quotation marks", "a quote without end", "ten thousand dates", "glued"])
def test_time_grows_with_length_not_faster(name: str) -> None:
    text = TEXTS[name]
    half = text[: len(text) // 4]
    read(half[:1000], model.RULES)

    def seconds(of: str) -> float:
        began = time.process_time()
        read(of, model.RULES)
        return time.process_time() - began

    small, large = min(seconds(half) for _ in range(2)), min(seconds(text) for _ in range(2))
    assert large < 4 * 2.5 * max(small, 0.05)
