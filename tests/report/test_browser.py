"""The report in a real browser: counts, links, keyboard, accessibility, hostile articles."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyarrow.parquet as pq
import pytest

from pipeline.report import build as building
from pipeline.report import data
from pipeline.report.build import build
from pipeline.report.names import page_names
from tests.report.conftest import claim, sentence, write_tables
from tests.report.test_report import articles, parsed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
Open = Callable[..., "Page"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium found: .ci/run installs it")
        pytest.skip("no Chromium found: apt-get install chromium, to test the report in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens a file in a page of its own; afterwards nothing may have been logged, asked for elsewhere, or popped up."""
    contexts, told = [], []

    def opened(path: Path, fragment: str = "", viewport: dict[str, int] = DESK, **settings: Any) -> Page:
        context = browser.new_context(viewport=viewport, **settings)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: told.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("dialog", lambda dialog: told.append(f"dialog: {dialog.message}"))
        page.on("request", lambda asked: None if asked.url.startswith("file:") else told.append(asked.url))
        page.on("requestfailed", lambda asked: told.append(f"failed: {asked.url}"))
        page.goto(path.as_uri() + fragment)
        if settings.get("java_script_enabled", True):
            page.wait_for_selector("html[data-ready=true]", state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert told == []


def counted(page: Page, section: str) -> int:
    """The number that the section says it shows."""
    text = page.locator(f"#{section}-result").inner_text()
    found = re.match(r"([\d,]+) ", text)
    assert found, text
    return int(found[1].replace(",", ""))


def filtered(page: Page, query: str) -> int:
    """What the section counts when its filters are set by an address; the list shows as many (a page at most)."""
    section = query.split("?")[0]
    page.evaluate("address => { document.activeElement.blur(); location.hash = address }", query)
    page.locator(f"#{section}-result:focus").wait_for()
    count = counted(page, section)
    if section in ("quotes", "timeline", "articles"):
        assert page.locator(f"#{section}-rows > li:not(.empty)").count() == min(25, count)
    return count


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(out / f"{name}.parquet").to_pylist()
    return found


def test_filters_of_quotes_count_as_the_table(corpus_folder: Path, corpus_report: Path, open_page: Open) -> None:
    quotes = rows(corpus_folder, "quotes")
    about = {row["article_id"]: row for row in articles(corpus_folder)}
    outlets = sorted(
        {row["source"] for row in about.values() if row["source"]}, key=lambda name: (name.casefold(), name)
    )
    page = open_page(corpus_report / "index.html")
    assert counted(page, "quotes") == len(quotes)
    speakers = sorted({row["speaker_entity_id"] for row in quotes if row["speaker_entity_id"]})
    assert len(speakers) > 5
    for speaker in (*speakers[:4], "person/muqtada-al-sadr"):
        assert filtered(page, f"quotes?speaker={speaker}") == sum(row["speaker_entity_id"] == speaker for row in quotes)
    assert filtered(page, "quotes?speaker=none") == sum(row["speaker_entity_id"] is None for row in quotes)
    for number, kind in enumerate(("direct", "mixed", "indirect")):
        assert filtered(page, f"quotes?kind={number}") == sum(row["kind"] == kind for row in quotes)
    for number, outlet in [*enumerate(outlets), ("none", None)]:
        expected = sum(about[row["article_id"]]["source"] == outlet for row in quotes)
        assert filtered(page, f"quotes?outlet={number}") == expected
    for day in {row["published"] for row in about.values()}:
        expected = sum(about[row["article_id"]]["published"] == day for row in quotes)
        assert filtered(page, f"quotes?day={day or 'none'}") == expected
    dated = sum(about[row["article_id"]]["published"] is not None for row in quotes)
    assert filtered(page, "quotes?day=between&from=2020-01-01&to=2020-01-31") == dated
    assert filtered(page, "quotes?day=between&from=2020-01-08") < dated
    both = sum(row["speaker_entity_id"] == "person/muqtada-al-sadr" and row["kind"] == "direct" for row in quotes)
    assert 0 < filtered(page, "quotes?speaker=person/muqtada-al-sadr&kind=0") == both
    texts = ["\n".join(filter(None, (row["text"], row["speaker"], row["speaker_text"]))).lower() for row in quotes]
    for words in ("troops", "US troops", "iraqi resistance"):
        expected = sum(all(word in text for word in words.lower().split()) for text in texts)
        assert 0 < filtered(page, f"quotes?words={words}") == expected
    assert filtered(page, "quotes?words=xyzzy") == 0
    assert "Nothing fits" in page.locator("#quotes-rows").inner_text()


def test_filters_of_claims_count_as_the_table(corpus_folder: Path, corpus_report: Path, open_page: Open) -> None:
    claims = rows(corpus_folder, "claims")
    page = open_page(corpus_report / "index.html")
    assert counted(page, "claims") == len(claims)
    groups = {row["claim_cluster"] or row["claim_id"] for row in claims}
    assert f"in {len(groups)} entries" in page.locator("#claims-result").inner_text()
    for number, kind in enumerate(("fact", "quantity", "demand", "plan")):
        assert filtered(page, f"claims?kind={number}") == sum(row["kind"] == kind for row in claims)
    for number, stance in enumerate(("affirms", "denies")):
        assert filtered(page, f"claims?stance={number}") == sum(row["stance"] == stance for row in claims)
    assert filtered(page, "claims?claimant=-1") == sum(row["claimant_kind"] == "article" for row in claims)
    several = [
        g for g in groups if len({r["article_id"] for r in claims if g in (r["claim_cluster"], r["claim_id"])}) > 1
    ]
    assert filtered(page, "claims?flags=1") == sum(r["claim_cluster"] in several for r in claims)
    worths = [int(text) for text in page.locator("#claims-rows .figure").all_inner_texts()]
    assert worths == sorted(worths, reverse=True)


def test_the_network_leads_to_as_many_quotes_as_it_says(corpus_report: Path, open_page: Open) -> None:
    page = open_page(corpus_report / "index.html")
    links = page.locator("#network td a")
    found = [(links.nth(n).inner_text(), str(links.nth(n).get_attribute("href"))) for n in range(min(6, links.count()))]
    assert len(found) == 6
    for count, address in found:
        assert filtered(page, address[1:]) == int(count)
    page.locator("#network .wide .node").first.click()
    page.locator("#quotes-result:focus").wait_for()
    assert "speaker=" in page.evaluate("location.hash")


def test_every_link_resolves(corpus_report: Path, open_page: Open) -> None:
    ids = {path.name: set(parsed(path).ids) for path in (corpus_report / "articles").glob("*.html")}
    page = open_page(corpus_report / "index.html")
    collect = "() => [...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"
    links = set(page.evaluate(collect))
    for section in ("quotes", "claims"):
        while page.locator(f"#{section}-pager button").last.is_enabled():
            shown = page.locator(f"#{section}-pager span").inner_text()
            page.locator(f"#{section}-pager button").last.click()
            page.locator(f"#{section}-pager span", has_not_text=shown).wait_for()
            links |= set(page.evaluate(collect))
    own = set(page.evaluate("() => [...document.querySelectorAll('[id]')].map(e => e.id)"))
    into_articles = 0
    for link in links:
        target, _, fragment = link.partition("#")
        if target:
            name = unquote(target.removeprefix("articles/"))
            assert not fragment or unquote(fragment) in ids[name], link
            into_articles += 1
        else:
            assert re.match(r"(quote|claim|wording)-|\w+\?", fragment) or unquote(fragment) in own, link
    assert into_articles > 150
    for path in (corpus_report / "articles").glob("*.html"):
        for link in parsed(path).links:
            target, _, fragment = link.partition("#")
            if target.startswith(("https:", "http:")):
                continue
            assert target in ("", "../index.html") or target in ids, link
            assert target == "../index.html" or not fragment or fragment in ids[target or path.name], link


def test_from_a_row_to_its_words_and_back(corpus_folder: Path, corpus_report: Path, open_page: Open) -> None:
    quote = max(rows(corpus_folder, "quotes"), key=lambda row: row["end"] - row["start"])
    page_name = page_names([quote["article_id"]])[quote["article_id"]]
    at = f"{quote['start']}-{quote['end']}"
    page = open_page(corpus_report / "index.html", f"#quote-{page_name}-{at}")
    sought = page.locator("#quotes-rows li.sought")
    assert quote["text"][:40] in sought.inner_text()
    assert sought.evaluate("e => e === document.activeElement")
    sought.locator(".place a").click()
    page.wait_for_url("**/articles/*")
    lit = "".join(page.locator("#text .q.lit").all_text_contents())
    assert quote["text"] in lit
    page.locator(f"#text .ref[href='#row-quote-{at}']").click()
    row = page.locator(f"#row-quote-{at}")
    assert row.evaluate("e => e === document.activeElement && e.classList.contains('lit')")
    row.locator("a.words").click()
    assert page.evaluate("location.hash") == f"#quote-{at}"
    page.locator("#text .q.lit").first.click()
    assert page.locator(".facts > li.lit").count() >= 1
    page.locator(f"#row-quote-{at} a", has_text="in the report").click()
    page.locator("#quotes-rows li.sought").wait_for()


def test_links_to_claims_and_to_what_is_gone(corpus_folder: Path, corpus_report: Path, open_page: Open) -> None:
    row = rows(corpus_folder, "claims")[-1]
    page_name = page_names([row["article_id"]])[row["article_id"]]
    fragment = f"claim-{page_name}-{row['claim_id'].rsplit(':c', 1)[1]}"
    page = open_page(corpus_report / "index.html", f"#{fragment}")
    assert page.locator(".sought").get_attribute("id") == fragment
    page.evaluate("() => { location.hash = 'quote-no-such-article-1-2' }")
    page.get_by_text("This report has no quote").wait_for()
    page.evaluate("() => { location.hash = '%E0%A4%A' }")
    page.evaluate("() => { location.hash = 'quotes?speaker=nobody&kind=x&about=%00' }")
    page.locator("#quotes-result:focus").wait_for()
    assert counted(page, "quotes") == 0


def test_keyboard(corpus_report: Path, open_page: Open) -> None:
    page = open_page(corpus_report / "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    places, speakers = [], 0
    for _ in range(60):
        page.keyboard.press("Tab")
        places.append(page.evaluate("document.activeElement.closest('section')?.id"))
        if page.evaluate("document.activeElement.closest('.speakers') !== null"):
            speakers += 1
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
    sections = list(dict.fromkeys(filter(None, places)))
    assert sections == ["glance", "quotes"]
    assert speakers == 11
    button = page.locator("#speakers button").first
    button.focus()
    page.keyboard.press("Enter")
    page.locator("#speakers button[aria-pressed=true]").wait_for()
    chosen = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert f": {counted(page, 'quotes')} quotes" in chosen
    page.locator("#quotes-clear").press("Enter")
    page.locator("#quotes-clear").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.name") == "words"
    assert page.locator("#speakers button[aria-pressed=true]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_finding_of_axe(corpus_report: Path, made_folder: Path, open_page: Open, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    build(made_folder)
    options = {"resultTypes": ["violations"], "preload": False}
    article = next((corpus_report / "articles").glob("002*.html"))
    for path, viewport in (
        (corpus_report / "index.html", DESK if scheme == "light" else PHONE),
        (article, PHONE if scheme == "light" else DESK),
        *([(made_folder / "report" / "index.html", DESK)] if scheme == "light" else []),
    ):
        page = open_page(path, viewport=viewport, color_scheme=scheme)
        found = Axe().run(page, options=options).response["violations"]
        serious = [
            (item["id"], [node["target"] for node in item["nodes"]][:3])
            for item in found
            if item["impact"] in ("serious", "critical")
        ]
        assert serious == [], path.name


def test_hostile_articles_are_text(hostile_folder: Path, hostile_report: Path, open_page: Open) -> None:
    page = open_page(hostile_report / "index.html")
    assert page.title() == "Who said what, in 8 articles"
    assert page.locator("main img, main script, main i, main b, main [onclick], main [onload]").count() == 0
    assert "<b onclick=alert(1)>script</b>" in page.locator("#articles-rows").inner_text()
    assert "</script><i>Paper" in page.locator("#glance").inner_text()
    assert "bad.txt" in page.locator("#glance details").text_content()  # type: ignore[operator]
    phone = open_page(hostile_report / "index.html", viewport=PHONE)
    seen = """() => ({
        text: document.getElementById("text").textContent,
        made: document.querySelectorAll("#text img, #text script, #text svg, main b, [onclick], [onload]").length,
        links: [...document.links].map(link => [link.protocol, link.target, link.rel]),
        isolated: [...document.querySelectorAll("h1 bdi, .kicker bdi, .who bdi, .said bdi")].map(
            item => getComputedStyle(item).unicodeBidi),
        width: document.documentElement.scrollWidth,
    })"""
    for row in articles(hostile_folder):
        name = page_names([row["article_id"]])[row["article_id"]]
        phone.goto((hostile_report / "articles" / f"{name}.html").as_uri())
        found = phone.evaluate(seen)
        assert found["text"].strip() == row["text"].replace("\r", "\n").strip()
        assert found["made"] == 0
        assert found["width"] <= PHONE["width"]
        assert {protocol for protocol, _, _ in found["links"]} <= {"file:", "https:"}
        assert {rel for _, target, rel in found["links"] if target} <= {"noopener noreferrer"}
        assert len(found["isolated"]) >= 2
        assert set(found["isolated"]) == {"isolate"}


def test_contradictions_numbers_and_a_megabyte(made_folder: Path, open_page: Open) -> None:
    build(made_folder)
    page = open_page(made_folder / "report" / "index.html")
    first = page.locator("#claims-rows > li").first
    text = first.inner_text()
    assert "Numbers differ: 5,000; 2,000" in text
    assert re.search(r"Ann Lee\s+AFFIRMS", text)
    assert re.search(r"Bob Ray\s+DENIES", text)
    assert "Contradicted: " in text
    assert first.locator("mark.own").all_inner_texts() == ["5,000 troops left", "2,000 troops left"]
    assert "elsewhere said by Bob Ray" in page.locator("#quotes-rows > li").first.inner_text()
    assert filtered(page, "claims?flags=4") == 2
    assert filtered(page, "claims?flags=2") == 3
    long = open_page(made_folder / "report" / "articles" / "c.html", viewport=PHONE)
    assert len(long.locator("#text").text_content() or "") > 1_000_000
    assert long.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_claim_in_many_places_is_shown_by_and_by(tmp_path: Path, open_page: Open) -> None:
    text = "It rained. " * 130
    claims = [claim("a", text, 11 * n, 11 * n + 9, claim_cluster="x", check_worthiness=0.5) for n in range(130)]
    rows_of = {"articles": [{"article_id": "a", "text": text}], "sentences": [sentence("a", text)], "claims": claims}
    build(write_tables(tmp_path, rows_of))
    page = open_page(tmp_path / "report" / "index.html")
    assert page.locator("#claims-result").inner_text() == "130 claims, in 1 entry"
    assert page.locator(".makers > li").count() == 12
    page.get_by_text("118 more places").click()
    page.get_by_text("18 more places").wait_for()
    assert page.locator(".makers > li").count() == 112
    last = claims[-1]["claim_id"].removeprefix("a:c")
    page = open_page(tmp_path / "report" / "index.html", f"#claim-a-{last}")
    assert page.locator(".sought").get_attribute("id") == f"claim-a-{last}"
    assert page.locator(".makers > li").count() == 130


def test_data_beside_the_page_shows_the_same(
    corpus_folder: Path, tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "INLINE", 0)
    monkeypatch.setattr(data, "ROWS", 10)
    monkeypatch.setattr(data, "FACETS", 30)
    build(corpus_folder, tmp_path / "report")
    quotes = rows(corpus_folder, "quotes")
    page = open_page(tmp_path / "report" / "index.html")
    assert counted(page, "quotes") == len(quotes)
    expected = sum(row["speaker_entity_id"] == "person/muqtada-al-sadr" for row in quotes)
    assert filtered(page, "quotes?speaker=person/muqtada-al-sadr") == expected
    expected = sum("troops" in f"{row['text']}{row['speaker_text']}".lower() for row in quotes)
    assert 0 < filtered(page, "quotes?words=troops") == expected
    assert counted(page, "claims") == len(rows(corpus_folder, "claims"))


def test_phone_print_and_dark(corpus_report: Path, open_page: Open) -> None:
    page = open_page(corpus_report / "index.html", viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("#theme").click()
    assert page.locator("#theme").get_attribute("aria-pressed") == "true"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.emulate_media(media="print")
    assert not page.locator("#quotes-filters").is_visible()
    assert page.locator("#quotes-rows").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_without_javascript_articles_work(corpus_report: Path, open_page: Open) -> None:
    page = open_page(corpus_report / "index.html", java_script_enabled=False)
    assert page.locator("noscript p").is_visible()
    path = sorted((corpus_report / "articles").glob("*.html"))[0]
    page = open_page(path, java_script_enabled=False)
    page.locator("a.words").first.click()
    assert "#quote-" in page.url
    page.locator("#show-q").uncheck()
    assert page.locator("#text .q").first.evaluate("e => getComputedStyle(e).backgroundColor") == "rgba(0, 0, 0, 0)"


def test_nothing_at_all(empty_folder: Path, open_page: Open) -> None:
    build(empty_folder)
    page = open_page(empty_folder / "report" / "index.html")
    assert "No quotes were found" in page.locator("#quotes").inner_text()
    assert counted(page, "articles") == 0
