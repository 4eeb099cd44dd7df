"""A stretch of text that knows where each of its characters stands in the text as read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

INSERTED = -1

_TAG = r"</?[a-z][a-z0-9-]*(?:\s+[a-z-]+=(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*/?>"
_INLINE = re.compile(r"</?(?:a|abbr|b|em|font|i|mark|small|span|strong|sub|sup|u)\b")
# White space, and what is never seen: zero-width spaces and joiners, soft hyphens, direction marks, controls.
_ODD = re.compile(
    r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\x00-\x08\x0e-\x1f\x7f-\x9f]+|&nbsp;|&amp;|"
    + _TAG
)
_BLOCK = (
    r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|table|blockquote|figure|figcaption|section|article)"
    r"(?:\s+[a-z-]+=(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*/?>"
)
_LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]|" + _BLOCK)
_JOINERS = frozenset("\u200c\u200d")


@dataclass(slots=True)
class Mapped:
    """*text*, and for each of its characters the raw offset it was kept from, or ``INSERTED``.

    Where all of it is one stretch of the raw text, *at* is a ``range``.
    """

    text: str
    at: Sequence[int]

    def __getitem__(self, part: slice) -> Mapped:
        return Mapped(self.text[part], self.at[part])

    def stripped(self) -> Mapped:
        """Without white space at its ends."""
        left = len(self.text) - len(self.text.lstrip())
        right = len(self.text.rstrip())
        return self if right - left == len(self.text) else self[left : max(left, right)]

    def with_spaces(self, positions: Iterable[int]) -> Mapped:
        """With a space inserted before each of the ascending *positions*."""
        parts: list[str] = []
        at: list[int] = []
        last = 0
        for position in positions:
            parts += [self.text[last:position], " "]
            at += [*self.at[last:position], INSERTED]
            last = position
        if not parts:
            return self
        parts.append(self.text[last:])
        at += self.at[last:]
        return Mapped("".join(parts), at)


def joined(first: Mapped, second: Mapped, hyphen: bool = False) -> Mapped:
    """The two with a space between; with *hyphen*, without the first one's last character and without a space."""
    if hyphen:
        return Mapped(first.text[:-1] + second.text, [*first.at[:-1], *second.at])
    return Mapped(f"{first.text} {second.text}", [*first.at, INSERTED, *second.at])


def lines(raw: str) -> list[tuple[int, Mapped]]:
    """The lines of *raw* that hold something visible, each with the number of its block (blank lines part blocks).

    A left-over tag such as ``<p>`` ends a line. Every run of white space has become one space, characters that nobody
    sees are gone.
    """
    found: list[tuple[int, Mapped]] = []
    block = position = 0
    for match in [*_LINE_END.finditer(raw), None]:
        end = match.start() if match else len(raw)
        line = _visible(raw, position, end)
        if line.text:
            found.append((block, line))
        else:
            block += 1
        position = match.end() if match else end
    return found


def _visible(raw: str, start: int, end: int) -> Mapped:
    """The line ``raw[start:end]`` as a reader sees it."""
    line = raw[start:end]
    # All that _ODD looks for is a space or not printable, but for names of characters and tags.
    if line.isprintable() and "  " not in line and "&" not in line and "<" not in line:
        return Mapped(line, range(start, end)).stripped()
    parts: list[str] = []
    at: list[int] = []
    position = start
    for match in _ODD.finditer(raw, start, end):
        odd = match.group()
        if odd == " " and start < match.start() and match.end() < end:
            continue
        if match.start() > start and all(char in _JOINERS for char in odd) and not raw[match.start() - 1].isascii():
            continue  # inside an emoji, or in a script that needs it
        parts.append(raw[position : match.start()])
        at.extend(range(position, match.start()))
        position = match.end()
        if odd == "&amp;":
            parts.append("&")
            at.append(match.start())
        elif odd[0] == "<":
            if not _INLINE.match(odd):
                parts.append(" ")
                at.append(INSERTED)
        elif odd == "&nbsp;" or any(char.isspace() for char in odd):
            space = odd.find(" ")
            parts.append(" ")
            at.append(INSERTED if space == -1 else match.start() + space)
    parts.append(raw[position:end])
    at.extend(range(position, end))
    return Mapped("".join(parts), at).stripped()
