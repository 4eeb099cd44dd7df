"""The report as files: whole texts, every row, the same bytes, nobody else's file touched."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.files import OutputError
from pipeline.outputs import OutputsError
from pipeline.report import article, data, network, place
from pipeline.report import build as building
from pipeline.report.build import build
from pipeline.report.claims import differing_numbers
from pipeline.report.data import script_json
from pipeline.report.names import label, page_name, page_names, web_address
from pipeline.report.timeline import period
from pipeline.report.wordings import side_by_side
from tests.conftest import ROOT
from tests.report.conftest import sentence, write_tables


class Text(HTMLParser):
    """The text of the article, its ids and its links, as a browser would have them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.inside = 0
        self.text: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.tags[tag] += 1
        self.inside += tag == "article"
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a":
            self.links.append(str(found.get("href")))

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "article"

    def handle_data(self, text: str) -> None:
        if self.inside:
            self.text.append(text)


def parsed(path: Path) -> Text:
    found = Text()
    found.feed(path.read_text("utf-8"))
    return found


def articles(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / "articles.parquet").to_pylist()
    return rows


def every_file(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("which", ["corpus", "hostile"])
def test_every_article_stands_there_character_by_character(which: str, request: pytest.FixtureRequest) -> None:
    out, report = request.getfixturevalue(f"{which}_folder"), request.getfixturevalue(f"{which}_report")
    rows = articles(out)
    pages = page_names(row["article_id"] for row in rows)
    for row in rows:
        page = parsed(report / "articles" / f"{pages[row['article_id']]}.html")
        shown = "".join(page.text).removeprefix("\n")
        assert shown.rstrip() == row["text"].rstrip()
        assert page.tags["script"] == 1
        assert page.tags["img"] == page.tags["b"] == page.tags["i"] == 0


def test_every_quote_claim_and_date_has_its_place_and_its_row(corpus_folder: Path, corpus_report: Path) -> None:
    ids = {path.stem: parsed(path).ids for path in (corpus_report / "articles").glob("*.html")}
    assert all(len(found) == len(set(found)) for found in ids.values())
    counted = 0
    for name, column in (("quote", "quote_id"), ("claim", "claim_id"), ("date", "date_id")):
        for row_id in pq.read_table(corpus_folder / f"{name}s.parquet")[column].to_pylist():
            article_id, place_ = row_id.rsplit(":", 1)
            assert f"{name}-{place_[1:]}" in ids[article_id]
            assert f"row-{name}-{place_[1:]}" in ids[article_id]
            counted += 1
    assert counted > 200


def test_overlaps_are_shown_rightly() -> None:
    marks = [
        article.Mark(0, 20, "quote", "q0"),
        article.Mark(5, 10, "entity", "e0"),
        article.Mark(8, 15, "claim", "c0"),
    ]
    html = str(article._body("abcdefghijklmnopqrstuvwxyz", 0, 26, marks, {8: "<A>"}, {15: "<R>"}))
    found = re.findall(r'class="m ([^"]+)" data-r="([^"]+)">([^<]+)<', html)
    assert found == [
        ("q", "q0", "abcde"), ("q e", "q0 e0", "fgh"), ("q e c", "q0 e0 c0", "ij"), ("q c", "q0 c0", "klmno"),
        ("q", "q0", "pqrst"),
    ]  # fmt: skip
    assert html.endswith("</span>uvwxyz")
    assert html.index("<A>") < html.index(">ij") < html.index("klmno") < html.index("<R>") < html.index("pqrst")


def test_same_tables_same_bytes(corpus_folder: Path, corpus_report: Path, tmp_path: Path) -> None:
    build(corpus_folder, tmp_path / "again")
    assert every_file(tmp_path / "again") == every_file(corpus_report)


def test_five_articles_are_small(corpus_report: Path) -> None:
    assert sum(len(content) for content in every_file(corpus_report).values()) < 1_000_000


def test_a_second_report_replaces_the_first_and_touches_nothing_else(
    corpus_folder: Path, hostile_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "report"
    build(hostile_folder, folder)
    (folder / "mine.txt").write_text("keep")
    (folder / "articles" / "mine.html").write_text("keep")
    build(corpus_folder, folder)
    kept = every_file(folder)
    assert kept.pop("mine.txt") == kept.pop("articles/mine.html") == b"keep"
    build(corpus_folder, tmp_path / "fresh")
    assert kept == every_file(tmp_path / "fresh")
    assert not list(tmp_path.glob(".*"))


def test_somebody_elses_files_are_never_overwritten(corpus_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("my home page")
    with pytest.raises(OutputError, match=r"index\.html is no part of a report"):
        build(corpus_folder, folder)
    assert every_file(folder) == {"index.html": b"my home page"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_file_and_the_folder_itself(corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("keep")
    with pytest.raises(OutputError, match="is a file"):
        build(corpus_folder, tmp_path / "file")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    build(corpus_folder.resolve(), Path())
    assert (tmp_path / "here" / "index.html").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "here"]


def test_a_link_out_of_the_folder_is_not_followed(corpus_folder: Path, tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "report", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "articles").symlink_to(elsewhere)
    with pytest.raises(OutputError, match="leads out of"):
        build(corpus_folder, folder)
    assert not list(elsewhere.iterdir())


def test_a_forged_listing_removes_nothing_outside(corpus_folder: Path, tmp_path: Path) -> None:
    folder, outside = tmp_path / "report", tmp_path / "outside.txt"
    folder.mkdir()
    outside.write_text("keep")
    (folder / place.LISTING).write_text(json.dumps({"files": ["../outside.txt", str(outside), 7, "gone.html"]}))
    build(corpus_folder, folder)
    assert outside.read_text() == "keep"


def test_a_failure_leaves_the_old_report_whole(
    corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(corpus_folder, tmp_path / "report")
    before = every_file(tmp_path)

    def fails(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(building.article, "page", fails)
    with pytest.raises(OSError, match="no space left"):
        build(corpus_folder, tmp_path / "report")
    assert every_file(tmp_path) == before


def test_a_large_corpus_has_its_data_beside_it(
    corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "INLINE", 0)
    monkeypatch.setattr(data, "ROWS", 10)
    build(corpus_folder, tmp_path / "report")
    [folder] = (tmp_path / "report").glob("data-*")
    quotes = list(folder.glob("quotes-[0-9]*.js"))
    assert len(quotes) == 9
    for path in folder.iterdir():
        content = path.read_text("utf-8")
        assert content.startswith(f'evidence("{path.stem}",')
        assert not set(content) & set("<>&\u2028\u2029")
    build(corpus_folder, tmp_path / "report")
    assert [path.name for path in (tmp_path / "report").glob("data-*")] == [folder.name]


def test_no_articles_and_nothing_in_them(empty_folder: Path, tmp_path: Path) -> None:
    account = build(empty_folder)
    assert account.articles == 0
    assert account.page == empty_folder / "report" / "index.html"
    html = account.page.read_text("utf-8")
    for told in ("No quotes were found", "No quotation stands", "No claims were found", "None of the claims and quotes",
                 "No named speaker", "No article names its outlet", "No article says when"):  # fmt: skip
        assert told in html
    one = write_tables(
        tmp_path / "one",
        {"articles": [{"article_id": "one", "text": "Rain."}], "sentences": [sentence("one", "Rain.")]},
    )
    build(one)
    assert "Who said what, in 1 article<" in (one / "report" / "index.html").read_text("utf-8")
    page = (one / "report" / "articles" / "one.html").read_text("utf-8")
    assert "Outlet not known" in page
    assert "day not known" in page
    assert "“Rain.”" in page


def test_missing_tables_are_told(tmp_path: Path) -> None:
    with pytest.raises(OutputsError, match="Make the tables first"):
        build(tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_command(corpus_folder: Path, tmp_path: Path) -> None:
    def pipeline(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pipeline", "report", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)

    done = pipeline(corpus_folder, "--to", tmp_path / "it")
    assert done.returncode == 0, done.stderr
    assert f"open {tmp_path / 'it' / 'index.html'}" in done.stdout
    assert (tmp_path / "it" / "index.html").is_file()
    missing = pipeline(tmp_path / "nowhere")
    assert missing.returncode == 2
    assert "Make the tables first" in missing.stderr
    assert "Traceback" not in missing.stderr


IDS = [
    "a",
    "A",
    "002_e6e0d5ecd811aeda",
    "CON",
    "con",
    "con.x",
    "..",
    "a.",
    "x" * 500,
    "Ä b",
    "a b",
    "a\u202eb",
    "%2e",
    "é",
]


def test_pages_have_safe_names_of_their_own() -> None:
    names = page_names([*IDS, page_name("A")])
    assert len({name.casefold() for name in names.values()}) == len(IDS) + 1
    assert names["002_e6e0d5ecd811aeda"] == "002_e6e0d5ecd811aeda"
    for name in names.values():
        assert re.fullmatch(r"[a-z0-9_][a-z0-9._-]{0,120}", name)
        assert name.split(".")[0] != "con"
        assert ".." not in name
    assert all(page_name(article_id) == names[article_id] for article_id in IDS), "a name depends on its id alone"


def test_only_the_web_is_linked() -> None:
    assert web_address("https://example.org/a?b=c") == "https://example.org/a?b=c"
    for url in ("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//example.org", "https:///x", "http://[",
                "https://a b.org", "java\nscript:alert(1)", "file:///etc/passwd", "", None):  # fmt: skip
        assert web_address(url) is None


def test_json_in_scripts_holds_no_markup() -> None:
    value = {"</script><!--&": ["\u2028\u2029 <b> 'x' \"y\" \\", None, 1.5, True]}
    text = script_json(value)
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == value


def test_labels_are_one_visible_line() -> None:
    assert label("a\n\u202eb\u200b  c\x07") == "a b c"
    assert len(label("word " * 100, 20)) <= 20


def test_wordings_lose_no_character() -> None:
    texts = ["We will go home, at once, with all of them.", "We shall go home with all of them.", "We will go home"]
    first, second, third = side_by_side(texts)
    assert "".join(words for _, words in first) == texts[0]
    for pieces, text in ((second, texts[1]), (third, texts[2])):
        assert "".join(words for kind, words in pieces if kind != "left out") == text
    assert ("changed", "shall") in second
    assert [words.strip() for kind, words in second if kind == "left out"] == ["at once,"]
    assert [words for kind, words in first if kind == "changed"] == ["will", "at once, with all of them."]


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2020-01-07", "2020-01-07", "7 January 2020"),
        ("2020-01-01", "2020-01-31", "January 2020"),
        ("2020-02-01", "2020-02-29", "February 2020"),
        ("2003-01-01", "2003-12-31", "2003"),
        ("1990-01-01", "1999-12-31", "1990–1999"),
        ("2020-01-04", "2020-01-05", "4–5 January 2020"),
        ("2020-01-31", "2020-02-01", "31 January 2020 – 1 February 2020"),
        ("9999-12-01", "9999-12-31", "1–31 December 9999"),
    ],
)
def test_periods(first: str, last: str, told: str) -> None:
    assert period(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) == told


def test_numbers_differ_between_claims_and_not_within_one() -> None:
    def made(*figures: tuple[float, str]) -> dict[str, Any]:
        return {"quantities": [{"value": value, "low": None, "high": None, "unit": unit} for value, unit in figures]}

    assert differing_numbers([made((5000, "troops")), made((2000, "troops"))]) == ["troops"]
    assert differing_numbers([made((10, "men"), (20, "men")), made()]) == []
    assert differing_numbers([made((10, "men")), made((10, "men"))]) == []
    assert differing_numbers([made((10, "men")), made((20, "days"))]) == []


def test_the_network_is_drawn_to_scale_and_in_order() -> None:
    pairs = Counter({("p/a", "p/b"): 6, ("p/a", "p/c"): 3, ("p/d", "p/b"): 1})
    made = network.network(pairs, {"p/a": "Ann", "p/b": "Bob <b>", "p/c": "Cy", "p/d": "Di"})
    assert (made.drawn, made.total, made.n_pairs) == (10, 10, 3)
    assert [pair["count"] for pair in made.pairs] == [6, 3, 1]
    for drawing in made.drawings:
        assert [node.name for node in drawing.left] == ["Ann", "Di"]
        assert [node.count for node in drawing.right] == [7, 3] or [node.count for node in drawing.right] == [3, 7]
        widths = {(band.left.name, band.right.name): band.width for band in drawing.bands}
        assert widths["Ann", "Bob <b>"] == pytest.approx(2 * widths["Ann", "Cy"], abs=0.2)
        for side in (drawing.left, drawing.right):
            bottoms = [node.y + node.height for node in side]
            assert all(bottom <= node.y for bottom, node in zip(bottoms, side[1:], strict=False))
            assert max(bottoms) < drawing.height
    many = Counter({(f"p/{i}", f"p/{j}"): 1 + (i * j) % 7 for i in range(40) for j in range(40) if i != j})
    assert network.network(many, {}).drawn < many.total()
