"""Small files of every format, made here: names, places and events are invented."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable

PARAGRAPHS = (
    "The harbour of Mosta stays closed until Friday after the storm broke two of its three piers, the port authority "
    "said on Tuesday.",
    "“Nobody was hurt, and that is what counts,” harbour master Dina Rostam told reporters on the quay. “The piers we "
    "can build again.”",
    "The storm reached the coast shortly after midnight and tore eleven fishing boats from their moorings. Four of "
    "them sank in the outer basin.",
    "The authority put the damage at 3.2 million crowns. Repairs will begin on Wednesday and take until the end of "
    "May, it said in a statement.",
)
HEADLINE = "Harbour closed after storm"
URL = "https://coastpost.example/2021/03/harbour-closed.html"


def page(
    paragraphs: Iterable[str] = PARAGRAPHS,
    *,
    head: str = '<meta property="article:published_time" content="2021-03-02T09:15:00+01:00">',
    title: str = HEADLINE,
    lang: str = "en-GB",
    charset: str = "utf-8",
) -> bytes:
    """A news page with what surrounds an article: navigation, share bar, footer."""
    body = "\n".join(f"<p>{text}</p>" for text in paragraphs)
    return f"""<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="{charset}"><title>{title} - The Coast Post</title>
<meta property="og:title" content="{title}"><meta property="og:site_name" content="The Coast Post">
<meta name="author" content="Mary Sands"><link rel="canonical" href="{URL}">{head}
<script>var x = "<p>not text</p>";</script></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li><li><a href="/news">News</a></li></ul></nav>
<article><h1>{title}</h1><div class="share"><a href="#">Share</a><a href="#">Tweet</a></div>
{body}
</article>
<footer><p>© 2021 The Coast Post. All rights reserved.</p><a href="/privacy">Privacy</a></footer></body></html>
""".encode(charset)


def warc_record(kind: str, address: str, content: bytes, media: str = "application/http; msgtype=response") -> bytes:
    """One record of a WARC file."""
    number = zlib.crc32(address.encode() + kind.encode())
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2021-03-05T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012d}>\r\nContent-Type: {media}\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n\r\n"


def response(
    address: str, body: bytes, status: str = "200 OK", media: str = "text/html; charset=utf-8", more: str = ""
) -> bytes:
    """The record of a page that was fetched."""
    http = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode()
    return warc_record("response", address, http + body)


def warc(*records: bytes, packed: bool = False) -> bytes:
    """A web archive; *packed* as the archives of crawls are, each record by itself."""
    info = warc_record("warcinfo", "", b"software: made\r\n", "application/warc-fields")
    return b"".join(gzip.compress(record, mtime=0) if packed else record for record in (info, *records))


RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- saved -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Coast Post</title><link>https://coastpost.example/</link><language>en-gb</language>
<item><title>{HEADLINE} &amp; flood</title><link>{URL}</link><guid>{URL}</guid><dc:creator>Mary Sands</dc:creator>
<pubDate>Tue, 02 Mar 2021 08:15:00 GMT</pubDate><description>Two piers broke.</description>
<content:encoded><![CDATA[<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><script>no()</script>]]></content:encoded></item>
<item><title>Ferries run again</title><link>https://coastpost.example/2021/03/ferries-run-again/</link>
<description>Ferries to the islands run again since Thursday morning.</description>
<pubDate>Thu, 04 Mar 2021 07:00:00 GMT</pubDate></item>
<item><title>Only a headline</title><link>https://coastpost.example/2021/03/only/</link></item>
</channel></rss>
"""

ATOM = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Coast Desk</title><id>urn:desk</id>
<updated>2021-03-04T00:00:00Z</updated>
<entry><title>{HEADLINE}</title><id>urn:desk:1</id><link href="{URL}"/><author><name>Mary Sands</name></author>
<published>2021-03-02T09:15:00Z</published><updated>2021-03-03T00:00:00Z</updated>
<content type="html">&lt;p&gt;{PARAGRAPHS[0]}&lt;/p&gt;&lt;p&gt;{PARAGRAPHS[2]}&lt;/p&gt;</content></entry></feed>
"""

NITF = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nitf SYSTEM "nitf-3-5.dtd">
<nitf xml:lang="en"><head><title>{HEADLINE} (wire)</title><docdata><doc-id id-string="x1"/>
<date.issue norm="20210302T091500Z"/><doc.copyright holder="Norvik"/></docdata></head>
<body><body.head><hedline><hl1>{HEADLINE}</hl1></hedline><byline>By Mary Sands</byline>
<dateline><location>MOSTA</location> (Norvik) –</dateline></body.head>
<body.content><block><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[3]}</p></block></body.content></body></nitf>
"""


def newsml(items: int = 1) -> str:
    """NewsML-G2: a message of *items*, the first with XHTML, the others with plain text; of one, the item alone."""
    made = []
    for number in range(items):
        inner = (
            f"<inlineXML contenttype='application/xhtml+xml'><html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title>"
            f"</head><body><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p></body></html></inlineXML>"
            if number == 0
            else f"<inlineData contenttype='text/plain'>{PARAGRAPHS[number % 4]}\n\n{PARAGRAPHS[2]}</inlineData>"
        )
        made.append(
            f"<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='tag:norvik.example,2021:harbour-{number}' "
            "version='1' xml:lang='en'><itemMeta><provider literal='NVK'><name>Norvik</name></provider>"
            "<versionCreated>2021-03-03T10:00:00Z</versionCreated><firstCreated>2021-03-02T10:00:00Z</firstCreated>"
            f"</itemMeta><contentMeta><by>By Mary Sands</by><headline>{HEADLINE}</headline><language tag='en'/>"
            f"</contentMeta><contentSet>{inner}</contentSet></newsItem>"
        )
    if items == 1:
        return "<?xml version='1.0' encoding='UTF-8'?>\n" + made[0]
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'><itemSet>"
        + "".join(made)
        + "</itemSet></newsMessage>"
    )


def docx(paragraphs: Iterable[str] = PARAGRAPHS) -> bytes:
    """A Word document with a title, paragraphs and a table."""
    import docx as library

    document = library.Document()
    document.core_properties.title = HEADLINE
    document.core_properties.author = "Mary Sands"
    for text in paragraphs:
        document.add_paragraph(text)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Boats sunk", "4"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def pdf(pages: Iterable[Iterable[str]], title: str = HEADLINE) -> bytes:
    """A PDF in which every page has these lines (ASCII), by hand."""
    pages = [list(lines) for lines in pages]
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    font = 3 + 2 * len(pages)
    for lines in pages:
        drawn = "".join(
            "({}) Tj 0 -14 Td\n".format(line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)"))
            for line in lines
        )
        stream = zlib.compress(f"BT /F1 11 Tf 60 780 Td\n{drawn}ET".encode("latin-1"))
        number = len(objects) + 1
        kids.append(number)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R "
            f"/Resources << /Font << /F1 {font} 0 R >> >> >>".encode()
        )
        objects.append(f"<< /Length {len(stream)} /Filter /FlateDecode >>\nstream\n".encode() + stream + b"\nendstream")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode()
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    objects.append(f"<< /Title ({title}) /Author (Mary Sands) /CreationDate (D:20210305) >>".encode())
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\n".encode()
    out += f"startxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
