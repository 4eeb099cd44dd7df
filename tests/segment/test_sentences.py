"""Sentences, one case a line: ``‖`` stands where a new sentence must begin, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipeline.annotations import Paragraph
from pipeline.stages.segment import make_doc
from pipeline.tokenizer import extend_tokenizer, learn_words

CASES = """
The rains came late. ‖Farmers lost half the crop.
Dr. Amina Yusuf and Prof. J. R. Okoye met Sen. Lee on Jan. 5. ‖They talked until 9 p.m. and left.
Lt. Gen. Karim Haddad spoke first. ‖Maj. Gen. Ole Berg, of the U.S. Army, followed.
The talks moved to the U.S. ‖The delegation arrived on Monday.
He moved to the U.S. Department of State in 2004.
The bank, Norvik Inc., fell 3.5 percent. ‖Its rival Delta Corp. rose.
She works for Delta Corp. ‖He works for a bank.
See No. 12 and Art. 5 of the law. ‖Nothing else applies.
No. ‖That is wrong.
The shop opens at 7 a.m. Monday. ‖It closes at 5 p.m. ‖Police had warned of queues.
The blast came at 10:35 a.m. (0735 GMT) on Friday.
Polls close at 8 p.m. (MEZ), two hours early.
The doors shut at 5 p.m. ‖(The guards had left.) ‖Nobody came.
It opened at 8 a.m. EST and closed at noon.
9:12 a.m. A caller on Mill Lane reported a goat on a roof. ‖It came down by itself.
A man was stopped on Rte. 9 near the mill. ‖He was let go.
“Why?” he asked. ‖“Because we must,” she said.
“Why now?” Minister Odhiambo asked. ‖Nobody answered.
"Stop!" she cried. ‖He did not.
“Will you go?” ‖Smith did not answer.
“We will leave.” ‖He then sat down.
“We will leave. ‖We will not return,” the letter read.
He called it “a mistake.” ‖Others agreed.
He called it ‘a mistake.’ ‖Others agreed.
She said: ‘They told me, “Go home.”’ ‖Then she left.
The unit withdrew (it had no choice). ‖The town was quiet.
(The ministry denied this.) ‖The unit stayed.
The rate rose to 4.25 percent in the third quarter.
“I … I don't know,” he said. ‖Then he paused…and left.
Wait... ‖There is more.
George W. Bush met J.K. Rowling and A. B. Vajpayee.
Doctors advise vitamin C. ‖The study disagrees.
Then came the vote. ‖al-Hakim, who chairs the bloc, walked out.
Visit www.example.org/A.Html for details. ‖The site is free.
The council met in 2011.‖Later it was dissolved.
The crowd left the square.‖"We will be back," said one.
"We will be back."‖"We do not forget," said another.
The deal covers e.g. steel, oil, etc. and is worth $1.2bn.
It covers steel, oil, etc. ‖The rest is exempt.
The court ruled in Roe vs. Wade. ‖Appeals failed.
Was it signed? ‖yes, last week.
PARIS (AFP) – The strike, now in its 3rd week, goes on. ‖Unions want talks.
St. Petersburg and Mt. Kenya are far apart.
He lives at 5 Oak St. ‖He is 40.
The storm hit Tampa, Fla., and Macon, Ga. ‖It then weakened.
1. Buy milk. ‖Then call home.
2.1. Method and data
Sales fell at Yahoo! and at Wham! in May.
The crowd left the square.‖On Sunday they came back.
The treaty was signed in Rome.[12] ‖It took effect later.
Ivo Band (d. 1975) was a baker. ‖He had two sons.
We met at 5. ‖i was late.
Ms. Ito, 42, of Kyoto, won. ‖Mr. Sato came second.
Tensions rose after the Oct. 7 attack. ‖It was a Saturday.
She starred in Viva Tarn! (1965) and in Who Knows? (1970). ‖Both were hits.
George W. Will wrote it. ‖Dr. No and Mr. Will Smith read it.
He drank vitamin C. ‖The study was small.
She was born on St. Ann's Mt. Rd. ‖It is steep.
``It is done,'' he said. ‖``We won.'' ‖They cheered. ‖''Really?'' she asked.
Shares of Marr & Co.'s rival fell. ‖The '90s were better.
„Wir gehen.“ ‖So it began. ‖„Nein!“ said Ute. ‖“Yes,” said Bo. ‖“No.”
The firm employs approx. 500 people.
“Is it true?” the reporter asked. ‖“It is!” the minister shouted. ‖Cameras flashed.
She lost 2–1. ‖“That’s life,” she said. ‖“Really.”
The report, by the U.N., is out. ‖It runs to 300 pp. and has maps.
""".strip().split("\n")


@pytest.fixture(scope="module")
def nlp() -> Language:
    blank = spacy.blank("en")
    blank.add_pipe("segment")
    return blank


def marked(nlp: Language, text: str) -> str:
    """The text with ``‖`` at the sentence boundaries that were found."""
    found = [sentence.start_char for sentence in nlp(text).sents][1:]
    for at in reversed(found):
        text = f"{text[:at]}‖{text[at:]}"
    return text


@pytest.mark.parametrize("case", CASES)
def test_boundaries(nlp: Language, case: str) -> None:
    assert marked(nlp, case.replace("‖", "")) == case


def test_sentences_never_cross_paragraphs(nlp: Language) -> None:
    doc = nlp("Storm closes port\nHarbour staff were sent home\n\nThe storm came at night.")
    assert [sentence.text.strip() for sentence in doc.sents] == [
        "Storm closes port",
        "Harbour staff were sent home",
        "The storm came at night.",
    ]


def test_paragraphs_that_clean_left_are_obeyed(nlp: Language) -> None:
    doc = make_doc(nlp, "Storm closes port The storm came at night.")
    doc._.paragraphs = [Paragraph(0, 17, "headline"), Paragraph(18, 42)]
    doc = nlp.get_pipe("segment")(doc)
    assert [sentence.text for sentence in doc.sents] == ["Storm closes port", "The storm came at night."]


def test_leading_white_space_is_part_of_the_first_sentence(nlp: Language) -> None:
    assert [sentence.text for sentence in nlp(" \n One. Two.").sents] == [" \n One.", "Two."]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ('said."I agree', ["said", ".", '"', "I", "agree"]),
        ("in 2011.Secondly, we", ["in", "2011", ".", "Secondly", ",", "we"]),
        ("Lt. Gen. Haddad", ["Lt.", "Gen.", "Haddad"]),
        ("square.“We", ["square", ".", "“", "We"]),
        ("the vote—the first", ["the", "vote", "—", "the", "first"]),
        ("see yahoo.com now", ["see", "yahoo.com", "now"]),
    ],
)
def test_tokens(nlp: Language, text: str, tokens: list[str]) -> None:
    assert [token.text for token in nlp(text)] == tokens


@pytest.mark.parametrize(
    "text",
    [
        '"' * 5000,
        "a" * 5000,
        "." * 3000,
        "a." * 3000,
        '."' * 3000,
        " " * 3000,
        "\n" * 500,
        "word " * 3000,
        " lead\t\tand\u00a0no-break  ",
        "x" * 99 + " " + "y" * 101 + "  z",
    ],
)
def test_a_doc_holds_its_text_exactly(nlp: Language, text: str) -> None:
    doc = nlp.get_pipe("segment")(make_doc(nlp, text))
    assert doc.text == text
    assert "".join(sentence.text_with_ws for sentence in doc.sents) == text


def test_a_dateline_is_one_sentence(nlp: Language) -> None:
    text = "ST. ORM. March 4 (AP) –\n\nIt rained. It poured."
    doc = make_doc(nlp, text)
    doc._.paragraphs = [Paragraph(0, 23, "dateline"), Paragraph(25, len(text))]
    found = [sentence.text.strip() for sentence in nlp.get_pipe("segment")(doc).sents]
    assert found == ["ST. ORM. March 4 (AP) –", "It rained.", "It poured."]


def test_a_long_run_is_cut_into_bounded_tokens(nlp: Language) -> None:
    doc = make_doc(nlp, "start " + "q" * 1000 + " end")
    assert max(len(token) for token in doc) <= 100
    assert [doc[0].text, doc[-1].text] == ["start", "end"]


def test_short_runs_are_tokenised_as_ever(nlp: Language) -> None:
    text = "The U.S.-led group isn't “here”, he said. "
    assert [token.text for token in make_doc(nlp, text)] == [token.text for token in nlp.make_doc(text)]


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("aB .!?…\"'“”‘’)(\n\u00a0-1,U.S"), max_size=120))
def test_any_text_is_covered_by_its_sentences(text: str) -> None:
    blank = shared()
    doc = blank.get_pipe("segment")(make_doc(blank, text))
    assert doc.text == text
    assert "".join(sentence.text_with_ws for sentence in doc.sents) == text


def shared(cache: list[Language] = []) -> Language:  # noqa: B006 one pipeline for all examples
    if not cache:
        cache.append(spacy.blank("en"))
        cache[0].add_pipe("segment")
    return cache[0]


_PLAIN: Any = spacy.blank("en").tokenizer


@given(st.text(st.characters(categories=["L"]), min_size=1, max_size=4))
def test_no_affix_is_looked_for_in_a_word_of_letters_since_there_is_none(word: str) -> None:
    for around in ("", "a", "A", "aa"):
        text = around + word + around
        assert not _PLAIN.prefix_search(text)
        assert not _PLAIN.suffix_search(text)
        assert not list(_PLAIN.infix_finditer(text))
        assert not _PLAIN.url_match(text)


def test_an_extended_tokenizer_keeps_the_affixes_and_rules_it_had() -> None:
    plain, news = spacy.blank("en"), spacy.blank("en")
    extend_tokenizer(news)
    text = "(They're £5bn ahead), he'd said at www.sea.org/a: “10km/h isn’t U.S. speed…” gonna C$3 a.m."
    assert [token.text for token in news(text)] == [token.text for token in plain(text)]
    assert news.tokenizer.to_bytes() != plain.tokenizer.to_bytes()  # and it can still be stored
    assert spacy.blank("en").from_bytes(news.to_bytes())(text).text == text


def test_patterns_of_another_language_are_asked_about_every_word() -> None:
    other = spacy.blank("en")
    other.tokenizer.suffix_search = spacy.util.compile_suffix_regex(["ly$"]).search
    extend_tokenizer(other)
    assert [token.text for token in other("They left quickly")] == ["They", "left", "quick", "ly"]


def test_words_that_were_learned_outlive_memory_zones_and_change_no_token() -> None:
    first, learned = spacy.blank("en"), spacy.blank("en")
    learn_words(learned)
    text = "The harbour was shut, the minister said."
    with first.memory_zone(), learned.memory_zone():
        before = len(learned.vocab)
        ours = [(token.text, token.lower_, token.shape_, token.whitespace_) for token in learned(text)]
        assert ours == [(token.text, token.lower_, token.shape_, token.whitespace_) for token in first(text)]
        assert len(learned.vocab) - before <= 3  # "The", a mark
