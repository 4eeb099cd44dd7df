"""Claims that somebody makes: one from each quote, and one from each proposition in it where it holds several."""

from __future__ import annotations

from dataclasses import replace

from pipeline import lexicon
from pipeline.annotations import Claim, Quote
from pipeline.stages.claims.broken import shown_spans, without_reports
from pipeline.stages.claims.building import Report, build, chain_at
from pipeline.stages.claims.claimants import chain_of, claimant_of, evidence_of
from pipeline.stages.claims.clauses import LONGEST_SENTENCE, Part, Range
from pipeline.stages.claims.edges import trimmed
from pipeline.stages.claims.lemmas import verb_lemma
from pipeline.stages.claims.modality import cue_modality, performative
from pipeline.stages.claims.polarity import negated
from pipeline.stages.claims.reading import Reading
from pipeline.stages.claims.restated import (
    INFINITE,
    LIGHT,
    antecedent,
    attitude_part,
    loose_part,
    phrase_part,
    stands_alone,
    with_antecedent,
    with_subject,
)
from pipeline.stages.claims.splitting import (
    fragments,
    is_broken,
    is_complementizer,
    is_greeting,
    is_question,
    parts_of,
)
from pipeline.stages.claims.stance import is_silence, refuses, stance
from pipeline.stages.claims.truth import verdict
from pipeline.stages.claims.whole import is_open, is_whole, only_condition, reports_another
from pipeline.tagging import NOUNS, VERBS
from pipeline.text import Span

_OUTSIDE = frozenset({"caption", "byline", "credit", "dateline"})
_SAYING_ADVERBS = frozenset({
    "earlier", "later", "also", "again", "today", "yesterday", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sunday",
})  # fmt: skip
_PARTICLES = frozenset({"for", "on", "upon", "to", "of", "as", "against"})
_NO_SOURCES = frozenset({"i", "we", "you", "it", "this", "that", "there", "one", "what", "who"})
#: Tokens between a reporting verb and the clause that it reports ("told the paper on Friday that …").
_FAR = 8
#: Tokens between content and a cue behind it ("the letter, sent on Monday, was confirmed by …").
_FAR_CUE = 20
#: More propositions than this in one quote is a transcript or a table read as speech: the whole stands alone.
_MOST_PARTS = 40
_MOST_EMBEDDING = 12


def cue_key(reading: Reading, quote: Quote) -> str | None:
    """The cue as the word lists know it: the lemma of its verb (or its noun), with a particle that belongs to it."""
    if quote.cue is None:
        return quote.cue_lemma
    start, end = reading.tokens(quote.cue)
    verbs = [i for i in range(start, end) if reading.tags[i] in VERBS and reading.tags[i] != "MD"]
    table = lexicon.table("claims_modality_cues")
    if not verbs:
        if quote.cue_lemma:
            return quote.cue_lemma
        nouns = [i for i in range(start, end) if reading.tags[i] in NOUNS]
        return reading.lower[nouns[-1]].removesuffix("s") if nouns else None
    head = verbs[-1]
    lemma = verb_lemma(reading.lower[head])
    for i in range(head + 1, min(head + 3, len(reading.words))):
        if reading.lower[i] in _PARTICLES and f"{lemma} {reading.lower[i]}" in table:
            return f"{lemma} {reading.lower[i]}"
    if lemma in LIGHT:
        verbs_of = lexicon.table("claims_nominalizations")
        named = (verbs_of.get(reading.lower[i].removesuffix("s")) for i in range(head + 1, end))
        return next((verb for verb in named if verb in table), lemma)  # "voiced their **opposition** to"
    return lemma


def content_ranges(reading: Reading, quote: Quote) -> list[Range]:
    """The pieces of a quote in tokens, trimmed of marks at their edges and of the word that opens the clause."""
    found: list[Range] = []
    for piece in quote.pieces:
        if reading.section(piece.text_start) in _OUTSIDE:
            continue
        start, end = reading.tokens(Span(piece.text_start, piece.text_end))
        start, end = trimmed(reading, start, end)
        if piece.kind == "indirect" and _leads_with_adverb(reading, start, end):
            start += 1  # "said **earlier** it was real"
        if start + 1 < end and reading.tags[start] == "RB" and is_complementizer(reading, start + 1):
            start += 1  # "argued **insistently** that …"
        if start < end and is_complementizer(reading, start):
            start += 1
        if start < end:
            found.append((start, end))
    return sorted(found)


def _leads_with_adverb(reading: Reading, start: int, end: int) -> bool:
    """Whether content begins with an adverb of the saying ("said **Friday** the army left")."""
    if start + 2 >= end or reading.lower[start] not in _SAYING_ADVERBS:
        return False
    return reading.tags[start + 1] in {"PRP", "DT", "NNP", "EX", "PRP$", "IN"}


_CONTENT = NOUNS | VERBS | {"JJ", "CD"}


def _says_enough(reading: Reading, ranges: list[Range]) -> bool:
    words, content = 0, False
    for start, end in ranges:
        for i in range(start, end):
            if reading.words[i][:1].isalnum():
                words, content = words + 1, content or reading.tags[i] in _CONTENT
                if content and words > 1:
                    return True
    return False


def _addressee(reading: Reading, quote: Quote, ranges: list[Range]) -> Range | None:
    """The noun phrase between the cue and an infinitive content: "urged **the government** to act"."""
    if quote.cue is None or not ranges:
        return None
    _, low = reading.tokens(quote.cue)
    high = ranges[0][0]
    if not 0 < high - low <= 15:
        return None
    while low < high and reading.tags[low] in {"IN", "TO", "RB", "PU"}:
        low += 1
    nouns = any(reading.tags[i] in NOUNS or reading.tags[i] == "PRP" for i in range(low, high))
    clean = not any(reading.tags[i] in VERBS or reading.words[i] in {",", ";", ":"} for i in range(low, high))
    return (low, high) if nouns and clean else None


def _outer(quotes: list[Quote], index: int) -> list[int]:
    """The quotes whose content holds the whole of quote *index*, the widest first."""
    inner = quotes[index]
    begin = min([p.start for p in inner.pieces] + [s.start for s in (inner.cue, inner.source) if s])
    stop = max([p.end for p in inner.pieces] + [s.end for s in (inner.cue, inner.source) if s])
    found = []
    for other in range(max(0, index - 8), min(len(quotes), index + 9)):
        cue = quotes[other].cue
        if other == index or cue is None or begin <= cue.start < stop:
            continue
        for piece in quotes[other].pieces:
            if piece.start <= begin and stop <= piece.end + 2 and piece.end - piece.start >= stop - begin - 2:
                found.append((begin - piece.start + piece.end - stop, other))
                break
    return [other for _, other in sorted(found, reverse=True)]


def attributed_claims(reading: Reading) -> list[Claim]:
    """The claims of all quotes. ``part_of`` counts in the returned list."""
    claims: list[Claim] = []
    quotes = reading.quotes
    outers = [_outer(quotes, i) if quotes[i].pieces else [] for i in range(len(quotes))]
    embedding: dict[int, int] = {around[-1]: inner for inner, around in enumerate(outers) if around}
    contents = [content_ranges(reading, quote) for quote in quotes]
    bridged, joined = without_reports(reading, contents)
    for index, (quote, ranges) in enumerate(zip(quotes, contents, strict=True)):
        if not ranges or not _says_enough(reading, ranges) or _is_endless(reading, ranges):
            continue
        if all(is_broken(reading, *r) for r in ranges) or is_question(reading, *ranges[-1]):
            continue
        if _is_authors_own(reading, quote) or _is_hypothetical(reading, quote):
            continue
        report = _report(reading, index, [quotes[i] for i in outers[index]], ranges)
        if report.refused and is_silence(reading, ranges[0][0], ranges[-1][1]):
            continue
        inner = embedding.get(index)
        read, stretches = (bridged, joined[index]) if index in joined else (reading, ranges)
        whole = [reading.span(*r) for r in ranges]
        around = quotes[inner] if inner is not None else None
        claims.extend(_claims_of(read, stretches, whole, report, around, len(claims)))
    return claims


def _is_endless(reading: Reading, ranges: list[Range]) -> bool:
    """Whether content lies in a sentence so long that it must be a list or a table that lost its breaks."""
    return reading.length_at(ranges[0][0]) > LONGEST_SENTENCE


def _is_authors_own(reading: Reading, quote: Quote) -> bool:
    """Whether the writer speaks outside quotation marks ("I'd like to share …"): a frame, not reported speech."""
    if quote.source is None or any(piece.kind != "indirect" for piece in quote.pieces):
        return False
    frames = quote.cue_lemma in {"like", "want", "wish", "hope", "love"} or cue_key(reading, quote) in {
        "like",
        "want",
        "wish",
    }
    return frames and quote.source.of(reading.text).lower() in {"i", "we"}


def _is_hypothetical(reading: Reading, quote: Quote) -> bool:
    """Whether the report stands in a condition: "should **Washington refuse** to comply", "if he says …"."""
    if quote.source is None or quote.cue is None or quote.source.end > quote.cue.start:
        return False
    first, _ = reading.tokens(quote.source)
    return first > 0 and reading.lower[first - 1] in {"should", "if", "unless", "whether"}


def _report(reading: Reading, index: int, outer: list[Quote], ranges: list[Range]) -> Report:
    quote = reading.quotes[index]
    kinds = {piece.kind for piece in quote.pieces}
    cue = cue_key(reading, quote)
    return Report(
        claimant=claimant_of(reading, quote),
        cue=cue,
        stance=stance(reading, quote.cue, cue),
        attribution=kinds.pop() if len(kinds) == 1 else "mixed",
        chain=chain_of(reading, quote, outer),
        evidence=evidence_of(reading, quote, cue),
        quote=index,
        addressee=_addressee(reading, quote, ranges),
        source=antecedent(reading, reading.tokens(quote.source)) if quote.source else None,
        cue_range=reading.tokens(quote.cue) if quote.cue else None,
        direct=any(piece.kind in {"direct", "mixed"} for piece in quote.pieces),
        refused=refuses(reading, quote.cue, cue),
    )


def _demanded_parts(reading: Reading, part: Part) -> list[Part]:
    """What a performative demands, where it demands several things ("I call on you to meet and to vote")."""
    clause = part.clause
    if clause.subject is None or reading.lower[clause.subject[0]] not in {"i", "we"}:
        return []
    at = performative(reading, clause)
    inner = parts_of(reading, at, part.end) if at is not None else []
    return inner if len(inner) > 1 and not any(p.clause.finite for p in inner) else []


def _claims_of(
    reading: Reading, ranges: list[Range], whole: list[Span], report: Report, inner: Quote | None, base: int
) -> list[Claim]:
    """The claims of the stretches *ranges* of one quote; *whole* are the characters of all its content."""
    parts: list[Part] = []
    for start, end in ranges:
        found: list[Part] = []
        for low, high in fragments(reading, start, end):
            if not is_question(reading, low, high) and not is_broken(reading, low, high):
                found.extend(p for p in parts_of(reading, low, high) if not is_greeting(reading, p))
        if not found and len(ranges) > 1 and (phrase := phrase_part(reading, [(start, end)], report)) is not None:
            found = [phrase]
        parts.extend(found)
    if any(part.clause.finite for part in parts) and cue_modality(report.cue) not in INFINITE:
        # Beside whole clauses, a phrase is what a dash or a full stop has torn off.
        parts = [part for part in parts if part.clause.finite]
    judged, report = _judged(reading, parts, report)
    if judged is not parts:
        parts, ranges = judged, [(judged[0].start, judged[-1].end)]
        whole = shown_spans(reading, *ranges[0])
    several = len(parts) > 1
    parts = [with_antecedent(reading, part, ranges) for part in parts]
    stated = [part for part in parts if not (is_open(reading, part) or reports_another(reading, part))]
    if parts and not stated:
        return []
    parts = [part for part in stated if not only_condition(reading, part)]
    if len(parts) > 1:
        parts = [part for part in parts if is_whole(reading, part)]
    if len(parts) == 1 and parts[0].clause.role == "nominal" and not stands_alone(reading, report):
        restated = attitude_part(parts[0], report) or phrase_part(reading, ranges, report)
        if restated is None:
            return []
        parts = [restated]
    if len(parts) == 1:
        parts = [with_subject(reading, parts[0], ranges)]
    lead = parts[0] if parts else None
    demands = _demanded_parts(reading, parts[0]) if len(parts) == 1 else []
    parts = demands or parts
    first = lead or phrase_part(reading, ranges, report) or loose_part(reading, ranges)
    if first is None:
        return []
    if first.clause.verbs == report.cue_range:
        report = replace(report, stance="affirms")  # the cue is the predicate: its negation is the claim's own
    if inner is not None and inner.cue is not None and len(parts) == 1:
        low, high = reading.tokens(inner.cue)
        if low <= first.clause.head < high:
            return []  # the content only reports another claim, which has its own row with this one in its chain
    claims = [build(reading, first, whole, report)]
    # One of several that is left stands for itself too: the whole holds what was not whole.
    if (len(parts) > 1 or (parts and several)) and len(parts) <= _MOST_PARTS:
        claims.extend(
            build(
                reading,
                part,
                shown_spans(reading, part.start, part.end),
                replace(report, cue="call on") if demands else _asked(reading, part, report),
                part_of=base,
            )
            for part in parts
        )
    if len(parts) <= _MOST_EMBEDDING:
        for part in parts or [first]:
            claims.extend(_embedded(reading, part, report, base))
    return claims


def _judged(reading: Reading, parts: list[Part], report: Report) -> tuple[list[Part], Report]:
    """What stands behind "it is not true that", with the stance that this gives; all as it was where nothing does."""
    found = verdict(reading, parts[0]) if len(parts) == 1 else None
    if found is None or report.stance == "doubts":
        return parts, report
    inner = parts_of(reading, found[1], parts[0].end)
    if not inner:
        return parts, report
    turned = found[0] if report.stance == "affirms" else {"affirms": "denies", "denies": "affirms"}[found[0]]
    return inner, replace(report, stance=turned)


def _embedded(reading: Reading, part: Part, report: Report, base: int) -> list[Claim]:
    """What the content itself reports: "the paper said **the ministry has threatened** *it would close the port*".

    Its claimant is the inner source; the outer one stays in the chain. Nothing where another quote covers it.
    """
    clause = part.clause
    if not clause.finite or clause.subject is None or clause.lemma not in lexicon.words("claims_reporting_verbs"):
        return []
    if reading.lower[clause.subject[0]] in _NO_SOURCES or negated(reading, clause):
        return []
    inner = [c for c in part.subordinate if c.role == "complement" and c.start >= clause.verbs[1] and c.finite]
    if not inner or inner[0].start - clause.verbs[1] > _FAR:
        return []
    start = inner[0].start
    source = reading.span(*clause.subject)
    if any(q.cue is not None and q.cue.overlaps(reading.span(*clause.verbs)) for q in reading.quotes_near(source)):
        return []
    chain = chain_at(reading, clause.subject)
    cue = Span(reading.begins[clause.verbs[0]], reading.ends[clause.verbs[1] - 1])
    quote = Quote((), cue, clause.lemma, source, chain)
    within = replace(
        report,
        claimant=claimant_of(reading, quote),
        cue=clause.lemma,
        stance=stance(reading, cue, clause.lemma),
        chain=report.chain + chain_of(reading, quote, []),
        addressee=None,
        source=clause.subject,
        cue_range=clause.verbs,
        direct=False,
    )
    found = [p for p in parts_of(reading, start, part.end) if not is_greeting(reading, p)]
    return [build(reading, p, shown_spans(reading, p.start, p.end), within, part_of=base) for p in found]


def _asked(reading: Reading, part: Part, report: Report) -> Report:
    """The report of an infinitive that a performative inside the words demands: as if its verb were the cue."""
    if part.clause.finite or cue_modality(report.cue) == "demanded" or part.clause.role == "nominal":
        return report
    before = part.clause.subject[0] if part.clause.subject else part.start
    words = {verb_lemma(reading.lower[i]) for i in range(max(0, before - 4), before)}
    cue = next((word for word in sorted(words) if cue_modality(word) == "demanded" or word == "call"), None)
    return report if cue is None else replace(report, cue="call on" if cue == "call" else cue)
