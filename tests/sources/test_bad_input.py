"""Bad input: each a reject that says what, where and what to do; never an exception, nothing else lost."""

from __future__ import annotations

import gzip
import json
import os
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.sources import MAX_CHARS, Article, Reject, read

GOOD = {"article_id": "good", "text": "It rained."}


def rejects(source: Path, max_chars: int = MAX_CHARS) -> list[Reject]:
    return [item for item in read(source, max_chars) if isinstance(item, Reject)]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"", ["empty"]),
        ("a.txt", b" \n\t\n", ["empty"]),
        ("a.txt", "\u200b\u00a0\ufeff\n".encode(), ["empty"]),
        ("a.txt", "The caf\xe9.".encode("latin-1"), ["UTF-8", "byte 7", "0xe9"]),
        ("a.txt", b"\xef\xbb\xbfok \xff", ["UTF-8", "byte 6"]),
        ("a.txt", "Rain.".encode("utf-16"), ["UTF-16"]),
        ("a.txt", b"One\x00two.", ["NUL", "3"]),
        ("a.txt", b"%PDF-1.7 ...", ["PDF"]),
        ("a.txt", b"PK\x03\x04....", ["ZIP"]),
        ("a.txt", b"<!DOCTYPE html><html>", ["HTML"]),
        ("a.jsonl", gzip.compress(b"{}"), ["gzip"]),
        ("a.txt", b"---\ntitle: x\n---\n", ["empty"]),
        ("a.txt", b"---\ntitle: x\nText of the article.\n", ["line 3", "closing"]),
        ("a.txt", b"---\ntitle: x\n", ["line 1", "never ends"]),
        ("a.txt", b"---\ntitel: x\n---\nText.", ["line 2", "titel", "title"]),
        ("a.txt", b"---\ntitle: x\npublished: 2020-02-31\n---\nText.", ["line 3", "2020-02-31"]),
        ("a.txt", b"---\npublished: yesterday\n---\nText.", ["line 2", "yesterday", "2020-01-31"]),
        ("a.txt", b"---\ntitle: x\ntitle: y\n---\nText.", ["line 3", "twice"]),
        ("a.txt", b"---\narticle_id: ../x\n---\nText.", ["line 2", "path"]),
        ("a.txt", b"---\nlanguage: English!\n---\nText.", ["language", "ISO 639"]),
        ("a.docx", b"PK\x03\x04", ["damaged ZIP"]),
        ("a.odt", b"PK\x03\x04", ["no reader", ".odt", ".jsonl"]),
        ("noext", b"text", ["no reader", "suffix"]),
        ("a.parquet", b"not parquet", ["holds no Parquet"]),
        ("a.parquet", b"PAR1broken", ["Parquet"]),
        ("a.csv", b"title,body\nx,y\n", ["line 1", "text"]),
        ("a.csv", b"text,text\nx,y\n", ["two columns"]),
        ("a.csv", b"text\n", ["no rows"]),
        ("a.csv", b"text,title\nIt rained,a,b\n", ["line 2", "3 fields"]),
        ("a.csv", b'text,title\n"It rained.,x\n', ["line 2", "quotation mark"]),
        ("a.csv", b"text\nThe caf\xe9.\n", ["line 2", "Unicode"]),
        ("a.csv", b"title,text\nx,\n", ["line 2", "no text"]),
        ("a.jsonl", b"\n \n", ["no line"]),
        ("a.jsonl", b"not json\n", ["line 1", "isn't JSON"]),
        ("a.jsonl", b"[1, 2]\n", ["line 1", "list", "object"]),
        ("a.jsonl", b'{"body": "x"}\n', ["line 1", "no text", "body"]),
        ("a.jsonl", b'{"text": 5}\n', ["text", "number"]),
        ("a.jsonl", b'{"text": null}\n', ["no text"]),
        ("a.jsonl", b'{"text": "x", "title": ["a"]}\n', ["title", "list"]),
        ("a.jsonl", b'{"text": "x", "published": 20200107}\n', ["published", "number"]),
        ("a.jsonl", b'{"text": "x", "article_id": true}\n', ["article_id", "true/false"]),
        ("a.jsonl", b'{"text": "x", "article_id": "a/b"}\n', ["article_id", "path"]),
        ("a.jsonl", b'{"text": "x", "article_id": "a\\u0007b"}\n', ["article_id", "can't be shown"]),
        ("a.jsonl", b'{"text": "x", "article_id": " a"}\n', ["article_id", "white space"]),
        ("a.jsonl", b'{"text": "x \\ud800 y"}\n', ["Unicode", "2"]),
        ("a.jsonl", b'{"text": "x\\u0000y"}\n', ["NUL"]),
        ("a.jsonl", b"[" * 100_000 + b"\n", ["line 1"]),
        ("a.jsonl", b'{"text": ' + b"9" * 10_000 + b"}\n", ["line 1"]),
        ("a.jsonl", b'{"text": "caf\xe9"}\n', ["line 1", "byte 13"]),
    ],
)
def test_one_reject(tmp_path: Path, name: str, content: bytes, words: list[str]) -> None:
    (tmp_path / name).write_bytes(content)
    [found] = rejects(tmp_path)
    assert found.path == str(tmp_path / name)
    assert found.stage == "read"
    for word in words:
        assert word in found.error
    assert len(found.error) < 600


def test_bad_lines_do_not_hide_good_ones(tmp_path: Path) -> None:
    lines = [json.dumps(GOOD), "not json", json.dumps({"article_id": "two", "text": "It snowed."}), '{"text": 1}']
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    found = list(read(tmp_path))
    assert [isinstance(item, Article) for item in found] == [True, False, True, False]
    assert "line 4" in found[3].error  # type: ignore[union-attr]


def test_bad_rows_do_not_hide_good_ones(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'text,title\nOne.,a\n"b"ad,x\nTwo.\xff,b\nThree.,c\n')
    found = list(read(tmp_path))
    assert [item.text for item in found if isinstance(item, Article)] == ["One.", "Three."]
    assert [item.error.split(":")[0] for item in found if isinstance(item, Reject)] == ["line 3", "line 4"]


def test_bad_rows_of_parquet(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": pa.array(["One.", None, "Three."])}), tmp_path / "a.parquet")
    found = list(read(tmp_path))
    assert [isinstance(item, Article) for item in found] == [True, False, True]
    pq.write_table(pa.table({"text": pa.array([1, 2])}), tmp_path / "a.parquet")
    assert ["number" in item.error for item in rejects(tmp_path)] == [True, True]


def test_a_text_that_is_too_long(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("word " * 30)
    (tmp_path / "b.jsonl").write_text(json.dumps({"text": "word " * 30}) + "\n" + json.dumps(GOOD))
    (tmp_path / "c.csv").write_text("text\n" + "word " * 30 + "\n")
    found = list(read(tmp_path, max_chars=100))
    assert [isinstance(item, Article) for item in found] == [False, False, True, False]
    assert all("max_chars" in item.error for item in found if isinstance(item, Reject))


def test_fifty_megabytes_in_one_line_cost_little(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"word " * 10_000_000)
    (tmp_path / "b.jsonl").write_bytes(b'{"text": "' + b"word " * 10_000_000 + b'"}\n' + json.dumps(GOOD).encode())
    began = time.process_time()
    found = list(read(tmp_path))
    assert [isinstance(item, Article) for item in found] == [False, False, True]
    assert all("max_chars" in item.error for item in found if isinstance(item, Reject))
    assert time.process_time() - began < 5


def test_a_bomb_is_given_up(tmp_path: Path) -> None:
    zeros = gzip.compress(b"0" * 200_000_000)
    for name in ("a.txt.gz", "b.jsonl.gz", "c.csv.gz"):
        (tmp_path / name).write_bytes(zeros)
    found = rejects(tmp_path)
    assert len(found) == 3


def test_a_damaged_pack(tmp_path: Path) -> None:
    packed = gzip.compress(json.dumps(GOOD).encode() + b"\n" + os.urandom(2000).hex().encode())
    (tmp_path / "a.jsonl.gz").write_bytes(packed[:-400])
    (tmp_path / "b.txt.gz").write_bytes(b"no gzip at all")
    first, second = rejects(tmp_path)[-2:]
    assert "cut off" in first.error
    assert "b.txt.gz" in second.path


def test_a_second_article_of_one_id_names_the_first(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(GOOD) + "\n" + json.dumps(GOOD))
    (tmp_path / "good.txt").write_text("It snowed.")
    found = list(read(tmp_path))
    assert isinstance(found[0], Article)
    assert [item.article_id for item in found] == ["good"] * 3
    assert all("a.jsonl, record 1" in item.error for item in found[1:] if isinstance(item, Reject))


def test_links(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text("It rained.")
    (inside / "a.txt").write_text("It snowed.")
    (inside / "b.txt").symlink_to(inside / "a.txt")
    (inside / "c.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "d.txt").symlink_to(inside / "nowhere.txt")
    (inside / "e").symlink_to(inside)
    (inside / "f").symlink_to(tmp_path)
    (inside / "g.txt").symlink_to(inside / "g.txt")
    os.mkfifo(inside / "h.txt")
    found = list(read(inside))
    assert [Path(item.path).name for item in found] == ["a.txt", "b.txt", "c.txt", "d.txt", "e", "f", "g.txt", "h.txt"]
    assert [isinstance(item, Article) for item in found] == [True, True] + [False] * 6
    assert "out of the folder" in found[2].error  # type: ignore[union-attr]


def test_names_that_are_no_ids(tmp_path: Path) -> None:
    (tmp_path / "a\nb.txt").write_text("It rained.")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("It snowed.")
    first, second = rejects(tmp_path)
    assert "can't be shown" in first.error
    assert second.path.encode("utf-8").endswith(b"caf\\xe9.txt")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("It rained.")
    (tmp_path / "b.txt").write_text("It snowed.")
    opened = Path.open

    def refuse(self: Path, *arguments: object, **options: object) -> object:
        if self.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return opened(self, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    first, second = read(tmp_path)
    assert isinstance(first, Reject)
    assert "Permission denied" in first.error
    assert isinstance(second, Article)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["a.txt", "a.md", "a.jsonl", "a.csv", "a.parquet", "a.txt.gz", "a.jsonl.bz2", "a.txt.zst"]),
    st.binary(max_size=300),
)
def test_no_bytes_raise(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    for bytes_written in (content, b'{"text": "' + content, b"text\n" + content, b"---\n" + content, b"PAR1" + content):
        path.write_bytes(bytes_written)
        for item in read(path):
            assert isinstance(item, Article) or len(item.error) > 10
            (item.path + str(item.article_id)).encode("utf-8")
