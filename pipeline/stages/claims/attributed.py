"""Claims that somebody makes: one from each quote, and one from each proposition in it where it holds several."""

from __future__ import annotations

from dataclasses import replace

from pipeline import lexicon
from pipeline.annotations import Claim, Quote
from pipeline.stages.claims.building import Report, build
from pipeline.stages.claims.claimants import chain_of, claimant_of, evidence_of
from pipeline.stages.claims.clauses import Clause, Range
from pipeline.stages.claims.lemmas import verb_lemma
from pipeline.stages.claims.reading import Reading
from pipeline.stages.claims.splitting import (
    Part,
    fragments,
    is_broken,
    is_complementizer,
    is_question,
    parts_of,
    trimmed,
)
from pipeline.stages.claims.stance import stance
from pipeline.stages.claims.tagging import NOUNS, VERBS
from pipeline.text import Span

_OUTSIDE = frozenset({"caption", "byline", "credit", "dateline"})
_PARTICLES = frozenset({"for", "on", "upon", "to", "of", "as"})
#: More propositions than this in one quote is a transcript or a table read as speech: the whole stands alone.
_MOST_PARTS = 40


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
    return lemma


def content_ranges(reading: Reading, quote: Quote) -> list[Range]:
    """The pieces of a quote in tokens, trimmed of marks at their edges and of the word that opens the clause."""
    found: list[Range] = []
    for piece in quote.pieces:
        if reading.section(piece.text_start) in _OUTSIDE:
            continue
        start, end = reading.tokens(Span(piece.text_start, piece.text_end))
        start, end = trimmed(reading, start, end)
        if start < end and is_complementizer(reading, start):
            start += 1
        if start < end:
            found.append((start, end))
    return sorted(found)


def _says_enough(reading: Reading, ranges: list[Range]) -> bool:
    words = [i for start, end in ranges for i in range(start, end) if reading.words[i][:1].isalnum()]
    content = sum(
        reading.tags[i] in NOUNS or reading.tags[i] in {"JJ", "CD"} or reading.tags[i] in VERBS for i in words
    )
    return len(words) >= 2 and content >= 1


def _fallback(reading: Reading, ranges: list[Range], cue: str | None) -> Part | None:
    """For content that is no clause: its head noun (or adjective) as a nominal predicate."""
    start, end = ranges[0]
    nouns = [i for i in range(start, end) if reading.tags[i] in {"NN", "NNS", "NNP"}]
    head = None
    for i in nouns:
        head = i
        if i + 1 >= end or reading.tags[i + 1] not in {"NN", "NNS", "NNP", "POS"}:
            break
    if head is None:
        others = [i for i in range(start, end) if reading.tags[i] in {"JJ", "VB", "VBG", "VBN"}]
        head = others[0] if others else None
    if head is None:
        return None
    lemma = verb_lemma(reading.lower[head]) if reading.tags[head] in VERBS else reading.lower[head]
    rest = trimmed(reading, head + 1, end)
    clause = Clause(
        start, end, head, (head, head + 1), lemma, None, rest if rest[0] < rest[1] else None, "nominal", finite=False
    )
    return Part(start, end, clause)


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
        if other == index:
            continue
        for piece in quotes[other].pieces:
            if piece.start <= begin and stop <= piece.end and piece.end - piece.start > stop - begin:
                found.append((begin - piece.start + piece.end - stop, other))
                break
    return [other for _, other in sorted(found, reverse=True)]


def attributed_claims(reading: Reading) -> list[Claim]:
    """The claims of all quotes. ``part_of`` counts in the returned list."""
    claims: list[Claim] = []
    quotes = reading.quotes
    outers = [_outer(quotes, i) if quotes[i].pieces else [] for i in range(len(quotes))]
    embedding: dict[int, int] = {around[-1]: inner for inner, around in enumerate(outers) if around}
    for index, quote in enumerate(quotes):
        ranges = content_ranges(reading, quote)
        if not ranges or not _says_enough(reading, ranges):
            continue
        if all(is_broken(reading, *r) for r in ranges) or is_question(reading, *ranges[-1]):
            continue
        report = _report(reading, index, [quotes[i] for i in outers[index]])
        report = replace(report, addressee=_addressee(reading, quote, ranges))
        inner = embedding.get(index)
        claims.extend(_claims_of(reading, ranges, report, quotes[inner] if inner is not None else None, len(claims)))
    return claims


def _report(reading: Reading, index: int, outer: list[Quote]) -> Report:
    quote = reading.quotes[index]
    kinds = {piece.kind for piece in quote.pieces}
    cue = cue_key(reading, quote)
    return Report(
        claimant=claimant_of(reading, quote),
        cue=cue,
        stance=stance(reading, quote.cue, cue),
        attribution=kinds.pop() if len(kinds) == 1 else "mixed",
        chain=chain_of(reading, quote, outer),
        evidence=evidence_of(reading, quote),
        quote=index,
        direct=any(piece.kind in {"direct", "mixed"} for piece in quote.pieces),
    )


def _claims_of(reading: Reading, ranges: list[Range], report: Report, inner: Quote | None, base: int) -> list[Claim]:
    parts: list[Part] = []
    for start, end in ranges:
        for low, high in fragments(reading, start, end):
            if not is_question(reading, low, high) and not is_broken(reading, low, high):
                parts.extend(parts_of(reading, low, high))
    whole = [reading.span(*r) for r in ranges]
    first = parts[0] if parts else _fallback(reading, ranges, report.cue)
    if first is None:
        return []
    if inner is not None and inner.cue is not None and len(parts) == 1:
        low, high = reading.tokens(inner.cue)
        if low <= first.clause.head < high:
            return []  # the content only reports another claim, which has its own row with this one in its chain
    claims = [build(reading, first, whole, report)]
    if 1 < len(parts) <= _MOST_PARTS:
        claims.extend(
            build(reading, part, [reading.span(part.start, part.end)], report, part_of=base) for part in parts
        )
    return claims
