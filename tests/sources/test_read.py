"""What the readers make of good files."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import hashlib
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.sources import FIELDS, FORMATS, MAX_CHARS, Article, Reject, SourceError, read
from tests.conftest import ROOT

RAIN = "It rained on Monday. The river rose."


def articles(source: Path | str, max_chars: int = MAX_CHARS) -> list[Article]:
    """The articles of *source*, which must hold no reject."""
    found = list(read(source, max_chars))
    assert not [item for item in found if isinstance(item, Reject)], found
    return [item for item in found if isinstance(item, Article)]


def test_plain_text_is_taken_to_the_last_byte(tmp_path: Path) -> None:
    text = f" {RAIN}\r\n\r\nEnd. \n"
    path = tmp_path / "rain.txt"
    path.write_bytes(text.encode())
    [article] = articles(path)
    assert article == Article(
        "rain", text, raw_sha256=hashlib.sha256(text.encode()).hexdigest(), path=str(path), record=None
    )


def test_front_matter(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\ntitle: Rain: it pours\n# a comment\n\nsource: 'The Post'\nauthor:  Mary Sands \nurl: https://example.org/a?b=1\n"
        f"published: 2021-03-04\nlanguage: EN\narticle_id: rain-1\n---\n---\n{RAIN}\n",
        encoding="utf-8",
    )
    [article] = articles(tmp_path)
    assert article.article_id == "rain-1"
    assert article.title == "Rain: it pours"
    assert article.source == "The Post"
    assert article.author == "Mary Sands"
    assert article.url == "https://example.org/a?b=1"
    assert article.published == dt.date(2021, 3, 4)
    assert article.language == "en"
    assert article.text == f"---\n{RAIN}\n"


def test_front_matter_with_windows_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(f"\ufeff---\r\ntitle: Rain\r\n---\r\n{RAIN}\r\n".encode())
    [article] = articles(tmp_path)
    assert (article.title, article.text) == ("Rain", f"{RAIN}\r\n")


def test_empty_front_matter_keeps_a_text_that_begins_with_a_rule(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"---\n---\n---\n{RAIN}")
    [article] = articles(tmp_path)
    assert (article.title, article.text) == (None, f"---\n{RAIN}")


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        {"article_id": "n1", "text": RAIN, "title": "Rain", "published": "2021-03-04T10:00:00Z", "tags": ["x"]},
        {"article_id": 7, "text": RAIN, "author": ""},
        {"text": RAIN, "source": None},
    ]
    (tmp_path / "news.jsonl").write_text(
        "\n".join(json.dumps(line) for line in lines[:2]) + "\n\n" + json.dumps(lines[2])
    )
    found = articles(tmp_path)
    assert [article.article_id for article in found] == ["n1", "7", "news-000003"]
    assert [article.record for article in found] == [1, 2, 3]
    assert found[0].published == dt.date(2021, 3, 4)
    assert found[1].author is None
    assert found[0].raw_sha256 == hashlib.sha256(json.dumps(lines[0]).encode()).hexdigest()


def test_one_record_takes_the_stem(tmp_path: Path) -> None:
    (tmp_path / "news.ndjson").write_text(json.dumps({"text": RAIN}))
    (tmp_path / "table.csv").write_text(f'text\n"{RAIN}"\n')
    assert [article.article_id for article in articles(tmp_path)] == ["news", "table"]


def test_csv(tmp_path: Path) -> None:
    (tmp_path / "news.csv").write_bytes(
        f'\ufefftitle,text,more\nRain,"{RAIN}\r\n\r\nIt said ""no"", twice.",x\n\nSnow,{RAIN},\n'.encode()
    )
    first, second = articles(tmp_path)
    assert (first.article_id, first.title) == ("news-000001", "Rain")
    assert first.text == f'{RAIN}\r\n\r\nIt said "no", twice.'
    assert (second.article_id, second.text, second.record) == ("news-000002", RAIN, 2)


@pytest.mark.parametrize(("name", "mark"), [("a.csv", ";"), ("a.tsv", "\t")])
def test_csv_with_other_delimiters(tmp_path: Path, name: str, mark: str) -> None:
    (tmp_path / name).write_text(f"article_id{mark}text\nx{mark}One, two.\n")
    assert [(a.article_id, a.text) for a in articles(tmp_path)] == [("x", "One, two.")]


def test_csv_with_a_field_of_a_megabyte(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text\n" + "word " * 190_000)
    assert len(articles(tmp_path)[0].text) == 950_000


def test_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "article_id": pa.array(["a", None, "c"]),
            "text": pa.array([RAIN] * 3).dictionary_encode(),
            "published": pa.array([dt.date(2021, 3, 4), None, dt.date(2021, 3, 5)], pa.date32()),
            "score": pa.array([1.0, 2.0, 3.0]),
        }
    )
    pq.write_table(table, tmp_path / "news.parquet")
    found = articles(tmp_path)
    assert [article.article_id for article in found] == ["a", "news-000002", "c"]
    assert [article.published for article in found] == [dt.date(2021, 3, 4), None, dt.date(2021, 3, 5)]


def test_packed_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(RAIN.encode()))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(json.dumps({"text": RAIN}).encode()))
    (tmp_path / "c.csv.bz2").write_bytes(bz2.compress(b"text\nIt rained.\n"))
    assert [article.article_id for article in articles(tmp_path)] == ["a", "b", "c"]


def test_a_folder_is_read_in_order_and_in_depth(tmp_path: Path) -> None:
    for name in ("b/z.txt", "b/a.txt", "a.txt", "C.txt", ".hidden.txt", ".git/x.txt", "README.md", "b/aliases.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(RAIN)
    found = [Path(item.path).relative_to(tmp_path).as_posix() for item in read(tmp_path)]
    assert found == ["C.txt", "a.txt", "b/a.txt", "b/z.txt"]


def test_a_corpus_folder_is_read_from_its_articles(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(RAIN)
    (tmp_path / "notes.txt").write_text("not an article")
    assert [article.article_id for article in articles(tmp_path)] == ["a"]


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        (RAIN.encode(), ["stdin"]),
        (b"---\ntitle: Rain\n---\n" + RAIN.encode(), ["stdin"]),
        (b'{"text": "One."}\n{"text": "Two.", "article_id": "b"}\n', ["stdin-000001", "b"]),
        (b'{"text": "' + b"long " * 30_000 + b'"}\n', ["stdin"]),
        (b"{this is} text, not JSON\n", ["stdin"]),
    ],
)
def test_standard_input(content: bytes, ids: list[str]) -> None:
    found = list(read("-", stdin=io.BytesIO(content)))
    assert [item.article_id for item in found] == ids
    assert all(isinstance(item, Article) and item.path == "-" for item in found)


def test_the_articles_of_the_project() -> None:
    found = articles(ROOT / "corpus")
    assert len(found) == 5
    assert [article.published and article.published.isoformat() for article in found] == [
        None, "2020-01-07", None, None, "2020-01-16",
    ]  # fmt: skip
    assert found[1].text.startswith(" date 2020-01-07 ")
    assert found[0].text.endswith("\n")
    assert not found[1].text.endswith("\n")


def test_reading_is_lazy(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / f"{number:02}.txt").write_text(RAIN)
    items = read(tmp_path)
    next(items)
    (tmp_path / "49.txt").write_text("changed after the first was read")
    assert [item for item in items if isinstance(item, Article)][-1].text.startswith("changed")


def test_a_suffix_of_two_formats_is_told_by_the_content() -> None:
    suffixes = {suffix for entry in FORMATS for suffix in entry.suffixes}
    for suffix in suffixes:
        kinds = [kind for entry in FORMATS if suffix in entry.suffixes for kind in entry.kinds]
        assert len(kinds) == len(set(kinds)), suffix
    assert {".txt", ".md", ".jsonl", ".csv", ".parquet", ".html", ".warc", ".rss", ".docx", ".pdf"} <= suffixes
    assert "text" in FIELDS


@pytest.mark.parametrize("name", ["", "only/README.md", "only/.hidden.txt"])
def test_a_folder_without_articles(tmp_path: Path, name: str) -> None:
    if name:
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("x")
    with pytest.raises(SourceError, match="holds no article"):
        list(read(tmp_path))


def test_an_input_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        read(tmp_path / "nowhere")
    with pytest.raises(SourceError):
        read("a\0b")
    with pytest.raises(SourceError, match="empty"):
        list(read("-", stdin=io.BytesIO(b"")))
