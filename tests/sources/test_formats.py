"""What the readers of pages, archives, feeds and documents make of good files, and of files made to do harm."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import os
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("trafilatura", reason="the extra formats isn't installed")

from pipeline.sources import Article, Reject, files, isolate, read, registry
from pipeline.sources.html import decoded
from tests.sources import made

BODY = "\n\n".join(made.PARAGRAPHS)
DAY = dt.date(2021, 3, 2)


def items(path: Path, name: str, content: bytes | str) -> list[Article | Reject]:
    """What *content*, written to a file called *name*, is read as."""
    (path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(path))


def only(path: Path, name: str, content: bytes | str) -> Article:
    [found] = items(path, name, content)
    assert isinstance(found, Article), found
    return found


def error(path: Path, name: str, content: bytes | str) -> str:
    [found] = items(path, name, content)
    assert isinstance(found, Reject), found
    return found.error


def test_a_web_page(tmp_path: Path) -> None:
    found = only(tmp_path, "harbour.html", made.page())
    assert BODY in found.text
    for around in ("Sport", "Tweet", "Privacy", "not text"):
        assert around not in found.text
    assert found.article_id == "harbour"
    assert (found.title, found.source, found.author) == (made.HEADLINE, "The Coast Post", "Mary Sands")
    assert (found.url, found.language) == (made.URL, "en-gb")
    assert (found.published, found.published_from) == (DAY, "html")
    assert found.raw_sha256 == hashlib.sha256(made.page()).hexdigest()


def test_a_page_packed_and_in_another_encoding(tmp_path: Path) -> None:
    assert "“Nobody" in only(tmp_path, "a.htm.gz", gzip.compress(made.page(charset="windows-1252"))).text


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ('<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2021-03-02"}</script>', DAY),
        ('<meta name="date" content="2021-03-02">', DAY),
        ("", None),
    ],
)
def test_a_page_gives_no_day_but_a_stated_one(tmp_path: Path, head: str, day: dt.date | None) -> None:
    found = only(tmp_path, "a.html", made.page(head=head))
    assert (found.published, found.published_from) == (day, "html" if day else None)


def test_the_same_page_twice_is_the_same_article(tmp_path: Path) -> None:
    assert only(tmp_path, "a.html", made.page()) == only(tmp_path, "a.html", made.page())


@pytest.mark.parametrize(
    ("content", "declared", "text"),
    [
        ("Zoë".encode(), None, "Zoë"),
        ("Zoë".encode("cp1252"), None, "Zoë"),
        ("“Zoë”".encode("cp1252"), "iso-8859-1", "“Zoë”"),
        ("<meta charset='koi8-r'>мир".encode("koi8-r"), None, "<meta charset='koi8-r'>мир"),
        (b"\xef\xbb\xbfZo\xc3\xab", "koi8-r", "Zoë"),
        ("Zoë".encode("utf-16"), None, "Zoë"),
        (b"x", "zip", "x"),
        (b"x", "unicode_escape", "x"),
    ],
)
def test_the_encoding_of_a_page(content: bytes, declared: str | None, text: str) -> None:
    assert decoded(content, declared) == text


ARCHIVE = (
    made.response(made.URL, made.page()),
    made.response("https://x.example/picture", b"GIF89a", media="image/gif"),
    made.response("https://x.example/moved", b"", status="301 Moved"),
    made.response("https://x.example/", b"<html><body><a href='/a'>A</a></body></html>"),
    made.response(made.URL, gzip.compress(made.page(), mtime=0), more="Content-Encoding: gzip\r\n"),
    made.response(
        "https://x.example/in-chunks?x=1",
        b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (made.page()[:700], made.page()[700:], b"")),
        more="Transfer-Encoding: chunked\r\n",
    ),
)


@pytest.mark.parametrize("packed", [False, True])
def test_a_web_archive(tmp_path: Path, packed: bool) -> None:
    name = "crawl.warc.gz" if packed else "crawl.warc"
    found = items(tmp_path, name, made.warc(*ARCHIVE, packed=packed))
    assert [item.article_id for item in found] == [
        "crawl-harbour-closed-21cd54a7",
        found[1].article_id,
        "crawl-harbour-closed-21cd54a7-2",
        found[3].article_id,
    ]
    assert isinstance(found[1], Reject)
    assert "page 2" in found[1].error
    articles = [item for item in found if isinstance(item, Article)]
    assert [item.record for item in articles] == [1, 3, 4]
    assert all(BODY in item.text and item.published == DAY for item in articles)
    assert articles[0].url == made.URL


def test_the_id_of_a_page_stays_wherever_it_stands(tmp_path: Path) -> None:
    first = items(tmp_path, "crawl.warc", made.warc(ARCHIVE[0]))
    assert first == [
        item if item.record == 1 else None for item in items(tmp_path, "crawl.warc", made.warc(*ARCHIVE[:3]))
    ]
    later = items(tmp_path, "crawl.warc", made.warc(ARCHIVE[3], ARCHIVE[0]))
    assert first[0].article_id == later[1].article_id


def test_a_feed(tmp_path: Path) -> None:
    first, second, third = items(tmp_path, "coast.rss", made.RSS)
    assert isinstance(first, Article)
    assert first.text == f"{made.PARAGRAPHS[0]}\n\n{made.PARAGRAPHS[1]}"
    assert (first.title, first.source, first.author) == (f"{made.HEADLINE} & flood", "The Coast Post", "Mary Sands")
    assert (first.published, first.published_from, first.url, first.language) == (DAY, "metadata", made.URL, "en")
    assert isinstance(second, Article)
    assert second.text == "Ferries to the islands run again since Thursday morning."
    assert second.article_id.startswith("coast-ferries-run-again-")
    assert isinstance(third, Reject)
    assert "only a headline" in third.error


def test_atom(tmp_path: Path) -> None:
    found = only(tmp_path, "desk.xml", made.ATOM)
    assert (found.published, found.author, found.url, found.source) == (DAY, "Mary Sands", made.URL, "Coast Desk")
    assert found.text == f"{made.PARAGRAPHS[0]}\n\n{made.PARAGRAPHS[2]}"


def test_nitf(tmp_path: Path) -> None:
    found = only(tmp_path, "wire.xml", made.NITF)
    assert found.text == f"MOSTA (Norvik) –\n\n{made.PARAGRAPHS[0]}\n\n{made.PARAGRAPHS[3]}"
    assert (found.article_id, found.title, found.author, found.source) == (
        "wire", made.HEADLINE, "Mary Sands", "Norvik",
    )  # fmt: skip
    assert (found.published, found.published_from, found.language) == (DAY, "metadata", "en")


def test_newsml(tmp_path: Path) -> None:
    found = only(tmp_path, "item.xml", made.newsml())
    assert (found.article_id, found.text) == ("item", f"{made.PARAGRAPHS[0]}\n\n{made.PARAGRAPHS[1]}")
    assert (found.title, found.author, found.source, found.published) == (made.HEADLINE, "Mary Sands", "Norvik", DAY)
    (tmp_path / "item.xml").unlink()
    several = items(tmp_path, "wire.newsml", made.newsml(3))
    assert [item.record for item in several if isinstance(item, Article)] == [1, 2, 3]
    assert len({item.article_id for item in several}) == 3
    assert several[1].text == f"{made.PARAGRAPHS[1]}\n\n{made.PARAGRAPHS[2]}"  # type: ignore[union-attr]


def test_a_word_document(tmp_path: Path) -> None:
    found = only(tmp_path, "harbour.docx", made.docx())
    assert found.text == f"{BODY}\n\nBoats sunk\t4\n"
    assert (found.title, found.author, found.published) == (made.HEADLINE, "Mary Sands", None)


def test_a_pdf(tmp_path: Path) -> None:
    bodies = (
        [
            "Mine to close after 112 years",
            "By Mary Sands",
            "The Kopje mine will close in June after 112 years, its owners said on Thursday, put-",
            "ting 1,140 people out of work in a town that has few other employers. The union has",
            "called it a well-",
            "known secret.",
            "The mine opened in 1909 and employed more than nine thousand men from four coun-",
        ],
        ["tries in 1968. It has not made a profit since.", "Nobody knows what comes next."],
        ["It will meet on Friday."],
    )
    lines = [["The Coast Post", *body, f"Page {number}"] for number, body in enumerate(bodies, 1)]
    found = only(tmp_path, "harbour.pdf", made.pdf(lines))
    assert found.text.split("\n\n") == [
        "Mine to close after 112 years",
        "By Mary Sands",
        "The Kopje mine will close in June after 112 years, its owners said on Thursday, putting 1,140 people out of "
        "work in a town that has few other employers. The union has called it a well-known secret.",
        "The mine opened in 1909 and employed more than nine thousand men from four countries in 1968. It has not made "
        "a profit since.",
        "Nobody knows what comes next.",
        "It will meet on Friday.\n",
    ]
    assert (found.title, found.author, found.published) == (made.HEADLINE, "Mary Sands", None)


def test_formats_side_by_side_in_one_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY)
    (tmp_path / "b.html").write_bytes(made.page())
    (tmp_path / "c.docx").write_bytes(made.docx())
    found = items(tmp_path, "d.rss", made.RSS)
    assert [Path(item.path).name for item in found] == ["a.txt", "b.html", "c.docx", "d.rss", "d.rss", "d.rss"]
    assert found == list(read(tmp_path))


def test_zstandard(tmp_path: Path) -> None:
    import zstandard

    frames = zstandard.compress(BODY[:200].encode()) + zstandard.compress(BODY[200:].encode())
    assert only(tmp_path, "a.txt.zst", frames).text == BODY
    assert "cut off" in error(tmp_path, "a.txt.zst", frames[:-20])
    assert "isn't packed" in error(tmp_path, "a.txt.zst", b"no such thing")
    assert "too many" in error(tmp_path, "a.txt.zst", zstandard.compress(b"0" * 300_000_000))


def test_what_was_unpacked_before_the_damage_is_kept(tmp_path: Path) -> None:
    first, *rest = items(tmp_path, "a.warc.gz", made.warc(ARCHIVE[0], ARCHIVE[4], packed=True)[:-700])
    assert isinstance(first, Article)
    assert rest
    assert all(isinstance(item, Reject) and "cut off" in item.error for item in rest)


BOMB = made.response("https://x.example/", gzip.compress(b"0" * 300_000_000), more="Content-Encoding: gzip\r\n")


def _docx_of(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.html", b"<html><p>" + b"word " * 20_000_000, ["10,485,760 bytes", ".txt"]),
        ("a.html", b"<html><body>" + b"<div>" * 100_000 + b"<p>It rained.", ["no article"]),
        ("a.html", b"<html><body></body></html>", ["no article"]),
        ("a.html", b'<!DOCTYPE html [<!ENTITY a "b">]><html><p>&a;</p></html>', ["entities"]),
        ("a.html", b"%PDF-1.4", ["called .html", "PDF"]),
        ("a.pdf", b"<!DOCTYPE html><html>", ["called .pdf", "HTML"]),
        ("a.txt", made.RSS.encode(), ["called .txt", "a feed"]),
        ("a.txt", made.NITF.encode(), ["called .txt", "news XML"]),
        ("a.md", b"WARC/1.0\r\n", ["called .md", "WARC"]),
        ("a.xml", b"<?xml version='1.0'?><svg></svg>", ["no RSS or Atom feed"]),
        ("a.xml", b"<rss><!DOCTYPE x [<!ENTITY a 'b'>]><channel></channel></rss>", ["entities"]),
        ("a.xml", b"<!DOCTYPE nitf [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><nitf>&a;</nitf>", ["entities"]),
        ("a.nitf", b"<nitf><body><body.content>" + b"<p>" * 100_000, ["well-formed", "depth"]),
        ("a.nitf", b"<nitf></nitf>", ["body.content"]),
        ("a.newsml", made.newsml().replace("inlineXML", "remote").encode(), ["empty"]),
        ("a.rss", b"<rss><channel><title>x</title></channel></rss>", ["without an entry"]),
        ("a.warc", b"WARC/1.0\r\nContent-Length: -5\r\n\r\nx", ["damaged"]),
        ("a.warc", made.warc(), ["no web page"]),
        ("a.warc", made.warc(ARCHIVE[0])[:-800], ["page 1", "cut off"]),
        ("a.warc", made.warc(made.response("https://x.example/", b"<p>" * 6_000_000)), ["page 1", "10,485,760"]),
        ("a.warc", made.warc(BOMB), ["page 1", "10,485,760"]),
        ("a.docx", b"no archive", ["no Word document"]),
        ("a.docx", _docx_of("x.txt", b"hi"), ["no Word document"]),
        ("a.docx", _docx_of("word/document.xml", b"0" * 200_000_000), ["unpacks"]),
        ("a.docx", made.docx()[:-300], ["damaged ZIP"]),
        ("a.docx", _docx_of("word/document.xml", b"<x/>"), ["can't be parsed"]),
        ("a.pdf", made.pdf([[]]), ["no text", "OCR"]),
        ("a.pdf", made.pdf([["It rained."]])[:-300], ["damaged"]),
        ("a.pdf", b"%PDF-1.4\n" + os.urandom(4000), ["damaged"]),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_harm_is_one_reject(tmp_path: Path, name: str, content: bytes, words: list[str]) -> None:
    began = time.monotonic()
    found = error(tmp_path, name, content)
    assert all(word in found for word in words), found
    assert len(found) < 500
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("password", ["secret", ""])
def test_an_encrypted_pdf(tmp_path: Path, password: str) -> None:
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(made.pdf([["The harbour stays closed until Friday."]])))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    if password:
        assert "encrypted" in error(tmp_path, "a.pdf", out.getvalue())
    else:  # encrypted only to forbid printing
        assert only(tmp_path, "a.pdf", out.getvalue()).text == "The harbour stays closed until Friday.\n"


def test_an_article_that_hangs_its_parser_is_given_up_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolate, "CPU_SECONDS", 2)
    hang = b"<html><p " + b" ".join(b"a%d=1" % number for number in range(200_000)) + b">It rained."
    archive = made.warc(ARCHIVE[0], made.response("https://x.example/hang", hang), ARCHIVE[5])
    first, second, third = items(tmp_path, "a.warc", archive)
    assert isinstance(first, Article)
    assert isinstance(second, Reject)
    assert "record 2: took more than 2 seconds" in second.error
    assert isinstance(third, Article)
    assert third.record == 3


def test_a_dead_reader_is_a_reject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolate, "_idle", [])
    monkeypatch.setattr(isolate.sys, "executable", "/bin/false")
    assert "broke its parser" in error(tmp_path, "a.html", made.page())


def test_reading_can_stop_in_the_middle(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(made.warc(*ARCHIVE))
    for _ in range(3):
        found = read(tmp_path)
        assert isinstance(next(found), Article)
        found.close()  # type: ignore[attr-defined]
    assert len(list(read(tmp_path))) == 4


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda name: None)
    found = error(tmp_path, "a.html", made.page())
    assert "trafilatura" in found
    assert "[formats]" in found


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.html").write_bytes(made.page())
    (inside / "a.html").symlink_to(tmp_path / "secret.html")
    [found] = read(inside)
    assert isinstance(found, Reject)
    assert "out of the folder" in found.error


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"<!doctype HTML><p>", "HTML"),
        (b"\xef\xbb\xbf \n<!-- saved from x --><html>", "HTML"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x" "y">\n<html xmlns="z">', "HTML"),
        (b"<?xml version='1.0'?><?xml-stylesheet href='a'?><rdf:RDF xmlns='x'>", "a feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", "a feed"),
        (b"<newsMessage xmlns='x'>", "news XML"),
        (b"<?xml version='1.0'?><svg>", "XML"),
        (b"<p>A paragraph</p>", None),
        (b"<3 is a heart", None),
        (b"It rained.", None),
        (b"<!--" * 1000, None),
        (b"<!DOCTYPE x [" * 300, None),
    ],
)
def test_what_first_bytes_say(head: bytes, kind: str | None) -> None:
    assert files.kind_of(head) == kind


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["a.html", "a.warc", "a.rss", "a.nitf", "a.docx", "a.pdf", "a.html.gz", "a.warc.zst"]),
    st.binary(max_size=300),
    st.integers(0, 2000),
)
def test_no_bytes_raise(tmp_path: Path, name: str, content: bytes, place: int) -> None:
    whole = {
        "a.html": made.page(),
        "a.warc": made.warc(ARCHIVE[0]),
        "a.rss": made.RSS.encode(),
        "a.nitf": made.NITF.encode(),
        "a.docx": made.docx(),
        "a.pdf": made.pdf([["It rained."]]),
        "a.html.gz": gzip.compress(made.page()),
        "a.warc.zst": b"",
    }[name]
    for damaged in (content, whole[:place] + content + whole[place:], whole[:place] + content):
        for item in items(tmp_path, name, damaged or b"x"):
            assert isinstance(item, Article) or 10 < len(item.error) < 600
    (tmp_path / name).unlink()
