"""Text of pieces of HTML and XML: a paragraph for every block, nothing of scripts, no entity resolved, no network."""

from __future__ import annotations

import re
from typing import Any

from pipeline.sources.article import InputError

MAX_BYTES = 50 * 1024 * 1024
"""The largest XML file (bytes)."""

_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "figcaption", "figure"),
        *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre"),
        *("section", "table", "td", "th", "tr", "ul"),
        *("block", "body.content", "body.head", "hedline", "hl1", "hl2"),
    ]
)
_UNSEEN = frozenset(["script", "style", "head", "template", "noscript", "iframe", "svg", "button", "form"])
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MAX_DEPTH = 400


def local(tag: object) -> str:
    """The name of a tag without its namespace, lower case; empty for comments and instructions."""
    return tag.rsplit("}", 1)[-1].lower() if isinstance(tag, str) else ""


def parse_xml(content: bytes) -> Any:
    """The root of an XML document. Raises InputError where it isn't well formed, or declares entities."""
    from lxml import etree

    # An entity may stand for gigabytes, or for a file of this machine; news needs none.
    if b"<!ENTITY" in content or "<!ENTITY".encode("utf-16-le") in content or "<!ENTITY".encode("utf-16-be") in content:
        raise InputError("declares entities of its own, which aren't read. Save it without its <!ENTITY …> lines.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"isn't well-formed XML ({error}). Fetch it again.") from error
    if root is None:
        raise InputError("isn't well-formed XML: it is empty. Fetch it again.")
    return root


def html_text(fragment: str) -> str:
    """The text of a piece of HTML, its blocks parted by blank lines; of plain text, that text."""
    from lxml import etree, html

    if "<" not in fragment and "&" not in fragment:
        return plain_text(fragment)
    try:
        root = html.fromstring(f"<div>{_CONTROL.sub('', fragment)}</div>")
    except (etree.LxmlError, ValueError):
        return ""
    return block_text(root)


def plain_text(text: str) -> str:
    """Plain text as it is, without control characters."""
    return _CONTROL.sub("", text).strip()


def block_text(element: Any) -> str:
    """The text below *element*, a line a paragraph, blank lines between. Tags deeper than a bound are left out."""
    parts: list[str] = []
    stack: list[tuple[Any, bool]] = [(element, False)]
    depth = 0
    while stack:
        node, leaving = stack.pop()
        name = local(node.tag)
        block = name in _BLOCKS
        if leaving:
            depth -= 1
            if block:
                parts.append("\n")
            if node.tail and node is not element:
                parts.append(_SPACE.sub(" ", node.tail))
            continue
        depth += 1
        stack.append((node, True))
        if not name or name in _UNSEEN or depth > _MAX_DEPTH:
            continue
        if block:
            parts.append("\n")
        if node.text:
            parts.append(_SPACE.sub(" ", node.text))
        stack.extend((child, False) for child in reversed(node))
    lines = (_CONTROL.sub("", line).strip() for line in "".join(parts).split("\n"))
    return "\n\n".join(line for line in lines if line)
