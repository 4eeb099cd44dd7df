"""Fetching a page, without a network: answers are given by an opener of the test's own."""

from __future__ import annotations

import io
import socket
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from pipeline import corpus
from pipeline.sources import fetch
from pipeline.sources.article import InputError
from pipeline.sources.fetch import AGENT, Fetcher, check_url, public_address
from tests.sources import made

ROBOTS = "https://coastpost.example/robots.txt"


class Answer(io.BytesIO):
    def __init__(self, content: bytes, url: str) -> None:
        super().__init__(content)
        self._url = url

    def geturl(self) -> str:
        return self._url


class Site:
    """An opener with pages by URL: bytes, ``(bytes, final URL)`` or an error's number; notes what it was asked."""

    def __init__(self, pages: dict[str, Any]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def open(self, fullurl: urllib.request.Request, timeout: float = 0) -> Answer:
        url = fullurl.full_url
        self.asked.append(url)
        assert fullurl.get_header("User-agent") == AGENT
        assert 0 < timeout <= 60
        found = self.pages.get(url, 404)
        if isinstance(found, int):
            raise urllib.error.HTTPError(url, found, "no", Message(), io.BytesIO())
        if isinstance(found, OSError):
            raise found
        content, final = found if isinstance(found, tuple) else (found, url)
        return Answer(content, final)


def test_a_page_is_fetched() -> None:
    site = Site({made.URL: (made.page(), f"{made.URL}?p=1")})
    page = Fetcher(site).fetch(made.URL)
    assert (page.content, page.url, page.suffix) == (made.page(), f"{made.URL}?p=1", ".html")
    assert site.asked == [ROBOTS, made.URL]


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (b"User-agent: *\nDisallow: /", False),
        (b"User-agent: news-evidence-pipeline\nDisallow: /2021/", False),
        (b"User-agent: *\nDisallow: /private/", True),
        (b"\xff\xfe not rules at all", True),
        (404, True),
        (403, True),
        (503, False),
        (OSError("timed out"), False),
    ],
)
def test_robots(robots: Any, allowed: bool) -> None:
    site = Site({ROBOTS: robots, made.URL: made.page()})
    if allowed:
        assert Fetcher(site).fetch(made.URL).content
    else:
        with pytest.raises(InputError, match=r"robots\.txt"):
            Fetcher(site).fetch(made.URL)
        assert made.URL not in site.asked


def test_a_redirect_to_a_site_that_forbids_it() -> None:
    other = "https://other.example/a"
    site = Site({made.URL: (made.page(), other), "https://other.example/robots.txt": b"User-agent: *\nDisallow: /"})
    with pytest.raises(InputError, match=r"other\.example/a, whose robots"):
        Fetcher(site).fetch(made.URL)


def test_requests_to_a_site_are_parted() -> None:
    now = [100.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    site = Site({ROBOTS: b"User-agent: *\nCrawl-delay: 4", made.URL: made.page(), made.URL + "?2": made.page()})
    fetcher = Fetcher(site, lambda: now[0], sleep)
    fetcher.fetch(made.URL)
    fetcher.fetch(made.URL + "?2")
    assert slept == [4.0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"x" * (fetch.MAX_PAGE + 1), "bytes"),
        (b"", "empty"),
        (b"\x89PNG....", "an image"),
        (500, "answered 500"),
        (OSError("no route"), "no route"),
    ],
)
def test_what_is_no_page(content: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Fetcher(Site({made.URL: content})).fetch(made.URL)


def test_a_page_that_never_ends() -> None:
    clock = iter(range(0, 10_000, 50))
    with pytest.raises(InputError, match="seconds"):
        Fetcher(Site({made.URL: b"x" * 400_000}), lambda: float(next(clock)), lambda _: None).fetch(made.URL)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a.example/x", "data:text/html,x", "//a.example", "https://", "https://u:p@a.example/",
     "https://a.example:22/", "http://[::1", "articles/a.html"],
)  # fmt: skip
def test_urls_that_are_not_fetched(url: str) -> None:
    with pytest.raises(InputError):
        check_url(url)
    with pytest.raises(InputError):
        Fetcher(Site({})).fetch(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.0.0.7", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1", False),
        ("::ffff:127.0.0.1", False),
        ("224.0.0.1", False),
    ],
)
def test_only_public_addresses(monkeypatch: pytest.MonkeyPatch, address: str, public: bool) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (address, 443))])
    if public:
        assert public_address("a.example", 443) == address
    else:
        with pytest.raises(OSError, match="no public address"):
            public_address("a.example", 443)


def test_redirects_are_checked_before_they_are_followed() -> None:
    handler = fetch._Redirects()
    request = urllib.request.Request(made.URL)
    with pytest.raises(InputError, match="only http"):
        handler.redirect_request(request, None, 302, "moved", Message(), "file:///etc/passwd")


def test_a_fetched_article_joins_the_corpus(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="the extra formats isn't installed")
    fetcher = Fetcher(Site({made.URL: made.page()}))
    [path] = corpus.add_fetched([made.URL], tmp_path, fetcher=fetcher)
    assert path.name == "coastpost.example-harbour-closed-21cd54a7.txt"
    text = path.read_text(encoding="utf-8")
    assert f"url: {made.URL}\n" in text
    assert "published: 2021-03-02\npublished_from: html\n" in text
    assert made.PARAGRAPHS[2] in text
    with pytest.raises(corpus.CorpusError, match="already"):
        list(corpus.add_fetched([made.URL], tmp_path, fetcher=fetcher))
    with pytest.raises(corpus.CorpusError, match="answered 404"):
        list(corpus.add_fetched([f"{made.URL}x"], tmp_path, fetcher=fetcher))
