"""Fetches one web page, politely and only when a person asks for it.

The site's ``robots.txt`` is obeyed, requests to a site are parted by a pause, and size and time are bounded. Only
public addresses are connected to, whatever a name resolves or a redirect leads to, so that no page can make this
machine fetch from its own network.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from pipeline import __version__
from pipeline.sources.article import InputError
from pipeline.sources.files import kind_of
from pipeline.sources.html import MAX_PAGE

AGENT = f"news-evidence-pipeline/{__version__}"
"""How this program names itself to a site."""

TIMEOUT = 20.0
"""Seconds that a site may stay silent."""

DEADLINE = 60.0
"""Seconds that one page may take altogether."""

PAUSE = 1.0
"""Seconds between two requests to one site, where its robots.txt doesn't ask for more."""

MAX_PAUSE = 30.0
MAX_REDIRECTS = 5
MAX_ROBOTS = 500 * 1024  # bytes of robots.txt that are read, as its standard (RFC 9309) asks at least
_SUFFIXES = {"HTML": ".html", "PDF": ".pdf", "a feed": ".xml", "news XML": ".xml", None: ".html"}


@dataclass(frozen=True, slots=True)
class Page:
    """What was fetched: its bytes, the URL that gave them (after redirects), a suffix that says what they are."""

    content: bytes
    url: str
    suffix: str


class Opener(Protocol):
    """Opens a request, as ``urllib.request.OpenerDirector`` does."""

    def open(self, fullurl: urllib.request.Request, timeout: float = ...) -> Any:
        """The answer, with ``read``, ``geturl``, ``headers`` and ``close``. Raises OSError."""


def public_address(host: str, port: int) -> str:
    """An address of *host* that is public. Raises OSError where any of its addresses is not: a name that leads into
    this machine's own network leads nowhere.
    """
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        parsed = ipaddress.ip_address(address.split("%", 1)[0])
        mapped = getattr(parsed, "ipv4_mapped", None)
        if not (mapped or parsed).is_global or parsed.is_multicast:
            raise OSError(f"{host} is {address}, which is no public address")
    if not found:
        raise OSError(f"{host} has no address")
    return found[0]


class _Checked(http.client.HTTPConnection):
    """A connection to a public address: the one that was checked is the one connected to."""

    def connect(self) -> None:
        self.sock = socket.create_connection((public_address(self.host, self.port), self.port), self.timeout)


class _CheckedTls(http.client.HTTPSConnection):
    def connect(self) -> None:
        raw = socket.create_connection((public_address(self.host, self.port), self.port), self.timeout)
        self.sock = self._context.wrap_socket(raw, server_hostname=self.host)  # type: ignore[attr-defined]


class _Http(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(_Checked, request)


class _Https(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(_CheckedTls, request)


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = MAX_REDIRECTS

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        check_url(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> Opener:
    opener = urllib.request.OpenerDirector()
    # These and no others: no file:, ftp: or data:, no proxy that would connect in our place.
    for handler in (_Http(), _Https(), _Redirects(), urllib.request.HTTPErrorProcessor(),
                    urllib.request.HTTPDefaultErrorHandler()):  # fmt: skip
        opener.add_handler(handler)
    return cast(Opener, opener)


def check_url(url: str) -> str:
    """*url*, where it may be fetched: http or https, a host, no password. Raises InputError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError(f"{url[:200]}: is no URL ({error}). Give one such as https://example.org/article.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"{url[:200]}: only http:// and https:// are fetched. For a file, give its path.")
    if parts.username or parts.password or (port is not None and port not in (80, 443, 8080, 8443)):
        raise InputError(f"{url[:200]}: URLs with a password or an unusual port aren't fetched.")
    return url


class Fetcher:
    """Fetches pages; remembers what each site asked for.

    *opener*, *clock* and *sleep* are for tests.
    """

    def __init__(
        self, opener: Opener | None = None, clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._opener = opener or _opener()
        self._clock = clock
        self._sleep = sleep
        self._robots: dict[str, RobotFileParser] = {}
        self._asked: dict[str, float] = {}

    def fetch(self, url: str) -> Page:
        """The page at *url*. Raises InputError, naming it, where it can't or may not be had."""
        check_url(url)
        robots = self._rules(url)
        if not robots.can_fetch(AGENT, url):
            raise InputError(f"{url}: the site's robots.txt asks programs not to fetch it. Save it from a browser.")
        self._wait(url, robots)
        content, final = self._get(url, MAX_PAGE)
        if urlsplit(final).netloc != urlsplit(url).netloc and not self._rules(final).can_fetch(AGENT, final):
            raise InputError(f"{url}: leads to {final}, whose robots.txt asks programs not to fetch it.")
        if not content:
            raise InputError(f"{url}: the site gave an empty page.")
        kind = kind_of(content[:4096])
        if kind not in _SUFFIXES:
            raise InputError(f"{url}: is {kind}, not an article. Save it and look at it.")
        return Page(content, final, _SUFFIXES[kind])

    def _rules(self, url: str) -> RobotFileParser:
        """What the site of *url* asks of programs. A site without rules allows all, one that doesn't answer nothing."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site in self._robots:
            return self._robots[site]
        rules = RobotFileParser()
        try:
            content, _ = self._get(f"{site}/robots.txt", MAX_ROBOTS, cut=True)
            rules.parse(content.decode("utf-8", "replace").splitlines())
        except _RefusalError as error:
            # RFC 9309: "unavailable" (4xx) allows all, "unreachable" (5xx) nothing.
            if 400 <= error.status < 500:
                rules.parse([])
            else:
                raise InputError(f"{url}: the site's robots.txt can't be read ({error}). Try later.") from error
        self._robots[site] = rules
        return rules

    def _wait(self, url: str, robots: RobotFileParser) -> None:
        site = urlsplit(url).netloc
        asked = robots.crawl_delay(AGENT)
        pause = min(max(PAUSE, float(asked or 0)), MAX_PAUSE)
        left = self._asked.get(site, -pause) + pause - self._clock()
        if site in self._asked and left > 0:
            self._sleep(left)
        self._asked[site] = self._clock()

    def _get(self, url: str, limit: int, cut: bool = False) -> tuple[bytes, str]:
        """The bytes at *url*, *limit* at most, and the URL that gave them; with *cut*, what is over is left out."""
        request = urllib.request.Request(
            url, headers={"User-Agent": AGENT, "Accept": "text/html,*/*;q=0.5", "Accept-Encoding": "identity"}
        )
        began = self._clock()
        parts: list[bytes] = []
        size = 0
        try:
            answer = self._opener.open(request, timeout=TIMEOUT)
            try:
                while chunk := answer.read(64 * 1024):
                    parts.append(chunk)
                    size += len(chunk)
                    if size > limit:
                        if cut:
                            break
                        raise InputError(f"{url}: has more than {limit:,} bytes, too many for one article.")
                    if self._clock() - began > DEADLINE:
                        raise InputError(f"{url}: took more than {DEADLINE:.0f} seconds. Try later.")
                return b"".join(parts)[:limit], str(answer.geturl())
            finally:
                answer.close()
        except urllib.error.HTTPError as error:
            error.close()
            raise _RefusalError(f"{url}: the site answered {error.code} {error.reason}.", error.code) from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise _RefusalError(f"{url}: can't be fetched ({reason}).", 0) from error


class _RefusalError(InputError):
    """The site answered with an error (its *status*), or not at all (0)."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status
