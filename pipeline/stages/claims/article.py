"""Claims that the article makes in its own voice: statements of checkable fact outside what it attributes to others.

Checkable is a clause with a subject that names somebody or something, in a finite verb, that also has a name, a date or
an amount in it. Sentences without attribution give their main clauses; all sentences give what they state in passing:
relative clauses on a name ("Sadr, who leads the bloc, …") and events that others are dated by ("after the army left").
"""

from __future__ import annotations

from pipeline import lexicon
from pipeline.annotations import Claim
from pipeline.stages.claims.building import Report, build
from pipeline.stages.claims.clauses import LONGEST_SENTENCE, Clause, Part, clauses_in
from pipeline.stages.claims.edges import trimmed
from pipeline.stages.claims.groups import group
from pipeline.stages.claims.quantities import quantities
from pipeline.stages.claims.reading import Reading
from pipeline.stages.claims.splitting import fragments, is_broken, is_question, parts_of
from pipeline.tagging import NOUNS
from pipeline.text import Span

_SECTIONS = frozenset({"body", "update", "headline"})
_FACTIVE_MARKS = frozenset({"after", "before", "since", "because", "when", "although", "though", "while"})
_OPENERS = _FACTIVE_MARKS | {"who", "which"}
#: Characters that may follow reported content at the end of a sentence ("…, Ann Lee's deputy").
_TAIL = 40
#: Characters that quotes must leave of a sentence for a statement of the article's own.
_SHORTEST = 12
#: Parts of quotes that are looked at for one sentence.
_MOST_COVERED = 60
_WEAK_SUBJECTS = group("article_weak_subjects")


def _covered(reading: Reading) -> list[Span]:
    """The content, cue and source of every quote, in order."""
    spans: list[Span] = []
    for quote in reading.quotes:
        spans.extend(Span(piece.start, piece.end) for piece in quote.pieces)
        spans.extend(span for span in (quote.cue, quote.source) if span is not None)
    return sorted(spans)


def _has_quotation_mark(reading: Reading, start: int, end: int) -> bool:
    return any(reading.words[i] in {"“", "”", '"', "«", "»"} for i in range(start, end))


def _named(reading: Reading, span: Span) -> bool:
    return any(mention.kind == "name" for mention in reading.mentions_in(span))


def _is_checkable(reading: Reading, part: Part) -> bool:
    clause = part.clause
    if not clause.finite or clause.subject is None or clause.lemma in lexicon.words("claims_unchecked_verbs"):
        return False
    subject = reading.span(*clause.subject)
    first = reading.lower[clause.subject[0]]
    if clause.subject[1] - clause.subject[0] == 1 and first in _WEAK_SUBJECTS:
        mention = reading.mention_at(subject.start)
        known = mention is not None and mention.chain is not None and mention.chain in reading.entities
        if not known and first != "there":
            return False
    elif not any(reading.tags[i] in NOUNS for i in range(*clause.subject)) and first not in {"what", "none", "nobody"}:
        return False
    span = reading.span(part.start, part.end)
    past = any(reading.tags[i] == "VBD" for i in range(*clause.verbs)) or clause.passive
    return (
        past
        or _named(reading, span)
        or _named(reading, subject)
        or any(reading.dates[i].type in {"DATE", "TIME"} for i in reading.dates_in(span))
        or bool(quantities(reading, part.start, part.end))
        or (not reading.mentions and any(reading.tags[i] == "NNP" for i in range(part.start, part.end)))
    )


def _in_passing(reading: Reading, clause: Clause) -> Part | None:
    """A relative clause on a name, or the event of a temporal clause, as a proposition of its own."""
    if not clause.finite or clause.subject is None:
        return None
    if clause.role == "relative":
        if clause.mark not in {"who", "which"} or reading.lower[clause.start - 1 : clause.start] != [","]:
            return None
        if clause.start + 1 != clause.verbs[0] and reading.tags[clause.start + 1] not in {"RB", "MD"}:
            return None
        if not any(reading.tags[i] == "NNP" for i in range(*clause.subject)):
            return None
        start, end = trimmed(reading, clause.start + 1, clause.end)
    elif clause.role == "adverbial" and clause.mark in _FACTIVE_MARKS:
        # "Two days **after** the army left": what stands before the mark measures, and states nothing.
        stop = max(clause.start + 1, min(clause.subject[0], clause.verbs[0]))
        mark = next((i for i in range(clause.start, stop) if reading.lower[i] == clause.mark), clause.start)
        start, end = trimmed(reading, mark + 1, clause.end)
    else:
        return None
    return Part(start, end, clause.within(start, end)) if start < end and start <= clause.head < end else None


def article_claims(reading: Reading, before: int = 0) -> list[Claim]:
    """The article's own claims, in order. ``part_of`` counts in a list in which *before* claims stand before them."""
    claims: list[Claim] = []
    covered = _covered(reading)
    position = 0
    for start, end in reading.sentences:
        if end - start < 3 or reading.length_at(start) > LONGEST_SENTENCE:
            continue
        if reading.section(reading.begins[start]) not in _SECTIONS:
            continue
        span = reading.span(start, end)
        while position < len(covered) and covered[position].end <= span.start:
            position += 1
        taken = _overlapping(covered, position, span)
        if is_question(reading, start, end) or is_broken(reading, start, end):
            continue
        claims.extend(_sentence_claims(reading, start, end, taken, before + len(claims)))
    return claims


def _overlapping(covered: list[Span], first: int, span: Span) -> list[Span]:
    """Those of *covered*, which are in order, from *first* on that overlap *span*; sixty are looked at."""
    found = []
    for at in range(first, min(first + _MOST_COVERED, len(covered))):
        other = covered[at]
        if other.start >= span.end:
            break
        if other.overlaps(span):
            found.append(other)
    return found


def _sentence_claims(reading: Reading, start: int, end: int, taken: list[Span], base: int) -> list[Claim]:
    report = Report()
    claims: list[Claim] = []
    mains: list[Part] = []
    free = reading.span(start, end)
    left = free.end - free.start - sum(min(c.end, free.end) - max(c.start, free.start) for c in taken)
    if left >= _SHORTEST and (taken or not _has_quotation_mark(reading, start, end)):
        for low, high in fragments(reading, start, end):
            found = (_before_content(reading, p) for p in parts_of(reading, low, high))
            mains.extend(p for p in found if _is_own(reading, p, taken) and _is_checkable(reading, p))
    if len(mains) == 1:
        part = mains[0]
        claims.append(build(reading, part, [reading.span(part.start, part.end)], report))
    elif mains:
        low, high = min(p.start for p in mains), max(p.end for p in mains)
        claims.append(build(reading, mains[0], [reading.span(low, high)], report))
        claims.extend(build(reading, p, [reading.span(p.start, p.end)], report, part_of=base) for p in mains)
    if _OPENERS.isdisjoint(reading.lower[start:end]):
        return claims
    for clause in clauses_in(reading, *trimmed(reading, start, end)):
        part_ = _in_passing(reading, clause)
        if part_ is None or not _is_checkable(reading, part_):
            continue
        words = reading.span(part_.start, part_.end)
        if any(c.overlaps(words) and not c.covers(Span(words.start, words.end)) for c in taken):
            continue
        if any(c.overlaps(words) for c in taken) and not _only_sources(reading, words):
            continue
        claims.append(build(reading, part_, [words], report, lead=clause.role == "relative"))
    return claims


def _before_content(reading: Reading, part: Part) -> Part:
    """*part* without a report that hangs on its end: "invaded the country, **claiming** *it had …*"."""
    clause, words = part.clause, reading.span(part.start, part.end)
    for quote in reading.quotes_near(words):
        if quote.cue is None or not quote.pieces or not words.covers(quote.cue):
            continue
        cue, _ = reading.tokens(quote.cue)
        behind = quote.cue.end <= quote.pieces[0].start and quote.pieces[-1].end >= words.end - _TAIL
        if not behind or reading.tags[cue] != "VBG" or cue <= clause.verbs[1] + 1:
            continue
        start, end = trimmed(reading, part.start, cue)
        telling = lexicon.table("claims_evidence_nouns")
        if any(reading.lower[i] in telling for i in range(max(start, end - 2), end)):
            continue  # "has released a statement saying": that it was said is no claim of its own
        inside = tuple(c for c in part.subordinate if c.head < end)
        return Part(start, end, clause.within(start, end), inside)
    return part


def _is_own(reading: Reading, part: Part, taken: list[Span]) -> bool:
    """Whether the article itself states *part*: its predicate is neither quoted nor a cue, and carries no quote.

    A quote inside a phrase of the sentence ("voted for a resolution **calling for** …") leaves the statement as it is.
    """
    verb = reading.span(*part.clause.verbs)
    if any(span.overlaps(verb) for span in taken):
        return False
    words = reading.span(part.start, part.end)
    quoted = sum(min(s.end, words.end) - max(s.start, words.start) for s in taken if s.overlaps(words))
    if 2 * quoted > words.end - words.start:
        return False
    for quote in reading.quotes_near(words):
        if quote.cue is not None and words.overlaps(quote.cue) and quote.cue.end >= words.end - 1:
            return False  # "has released a statement saying": the content stands outside
        if quote.cue is None or not any(words.overlaps(Span(p.start, p.end)) for p in quote.pieces):
            continue
        if any(
            words.overlaps(Span(p.start, p.end)) and not words.covers(Span(p.text_start, p.text_end))
            for p in quote.pieces
        ):
            return False
        # The cue must stand behind the predicate, in one of its phrases; and content must not hold the predicate.
        if not words.covers(quote.cue) or quote.cue.start < verb.end or quote.source is None:
            return False
    return True


def _only_sources(reading: Reading, words: Span) -> bool:
    """Whether *words* lie in the source of a quote (a relative clause on who speaks) and in no content or cue."""
    for quote in reading.quotes_near(words):
        for piece in quote.pieces:
            if Span(piece.start, piece.end).overlaps(words):
                return False
        if quote.cue is not None and quote.cue.overlaps(words):
            return False
    return True
