"""Content that is no clause, read with the cue that reports it: "rejected the request", "blamed him for the loss".

With a performative or a report of an event the phrase stands for itself (:mod:`nominal`); with any other cue only
source, cue and phrase together state something.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline import lexicon
from pipeline.stages.claims.building import Report
from pipeline.stages.claims.chunks import chunks
from pipeline.stages.claims.clauses import Clause, Part, Range, clauses_in
from pipeline.stages.claims.edges import trimmed
from pipeline.stages.claims.groups import group
from pipeline.stages.claims.lemmas import verb_lemma
from pipeline.stages.claims.modality import cue_modality
from pipeline.stages.claims.nominal import accused_of, named_as
from pipeline.stages.claims.reading import Reading
from pipeline.tagging import FINITE, NOUNS, VERBS

#: A noun phrase of so many tokens tells something, whatever the cue ("noted the growing number of attacks").
_LONG_PHRASE = 3
#: Cues of these kinds make a proposition of a phrase ("called for **closure**").
INFINITE = frozenset({"demanded", "planned", "threatened"})

#: Verbs that leave it to a noun what is said with them.
LIGHT = group("attributed_light_verbs")
_BE = frozenset({"is", "are", "was", "were", "be", "been", "being", "am", "'s", "'re"})
_ACCUSING = frozenset({"of", "for", "with"})
_TELLING = group("restated_telling")
#: Tokens between a phrase and what an infinitive in another piece says of it ("The vote **is expected** to …").
_FAR_SUBJECT = 12
#: Tokens of a subject with its relative clause.
_LONGEST_SUBJECT = 10
#: Tokens of the noun phrase before a relative pronoun.
_LONGEST_ANTECEDENT = 8
_NOMINAL = NOUNS | {"DT", "JJ", "PRP", "PRP$", "CD", "POS"}
_PHRASE = NOUNS | {"DT", "JJ", "PRP", "PRP$", "CD", "POS", "IN", "VBN", "CC", "PU"}


def stands_alone(reading: Reading, report: Report) -> bool:
    """Whether an event's noun states what the claimant commits to: it is demanded or planned, or its cue reports it.

    Not so where the cue says what the claimant does to it or thinks of it ("**rejected** the request", "**discussed**
    the shift"): only with source and cue it is a statement.
    """
    if report.cue is None or report.cue_range is None:
        return True
    if report.stance != "affirms":
        return False
    if cue_modality(report.cue) in INFINITE:
        return True
    if not any(tag in VERBS for tag in reading.tags[slice(*report.cue_range)]):
        return True  # "his **comment** about half of them being idle"
    return report.cue.split(" ")[0] in lexicon.words("claims_reporting_verbs") | _TELLING


def attitude_part(part: Part, report: Report) -> Part | None:
    """``expressed their opposition to the dam``: who opposes it, said with source and cue; None for other nouns."""
    lemma, source, cue = part.clause.lemma, report.source, report.cue_range
    attitude = cue_modality(lemma) == "evaluated" or lemma in lexicon.table("claims_stance_cues")
    if not attitude or (report.cue or "").split(" ")[0] not in LIGHT:
        return None
    if source is None or cue is None or not source[1] <= cue[0] < cue[1] <= part.start:
        return None
    return replace(part, clause=replace(part.clause, subject=source), shown=(cue[0], part.end))


def phrase_part(reading: Reading, ranges: list[Range], report: Report) -> Part | None:
    """The proposition of content that is no clause, where one can be read from it and its cue; None otherwise.

    *blamed the army for the losses*, *described it as a conspiracy* and *rejected the request* have one; *said as much*
    and *mentioned the war* have none.
    """
    start, end = ranges[0][0], ranges[-1][1]
    finite = any(reading.tags[i] in FINITE for i in range(start, end))
    accusing = report.cue is not None and report.cue.split(" ")[0] in lexicon.words("claims_accusing_cues")
    lent = cue_modality(report.cue)
    if accusing and (part := accused_of(reading, *ranges[0]) or _accused_apart(reading, ranges)) is not None:
        return part
    if lent == "evaluated" and len(ranges) == 1 and (part := named_as(reading, start, end)) is not None:
        return part
    if report.cue is None or report.cue_range is None or report.source is None or (lent is None and len(ranges) > 1):
        return None
    finite = finite and any(c.role not in {"relative", "adverbial"} for c in clauses_in(reading, start, end))
    opinion = lent is not None or accusing or report.cue in lexicon.table("claims_stance_cues")
    if finite or reading.tags[start] in {"WP", "WRB"} or not (opinion or end - start >= _LONG_PHRASE):
        return None
    low, high = report.cue_range
    if lent == "evaluated" and "as" in reading.lower[high - 1 : start + 1]:
        return None  # "(an act that) he described **as** cowardly": of what is not in the content
    nobody = reading.tags[report.source[0]] in {"WP", "WDT"} and report.claimant.kind not in {"person", "organisation"}
    if nobody or (reading.parsed and not any(tag in VERBS for tag in reading.tags[low:high])):
        return None  # "(partisans) **who** care about …"; "his **account** of …" has no predicate
    told = report.cue.split(" ")[0] in lexicon.words("claims_reporting_verbs") | _TELLING
    if reading.tags[low] == "VBG" and not opinion and not told:
        return None  # ", **citing** Articles 3 and 4": how the main clause came about, and no statement
    clause = Clause(start, end, high - 1, (low, high), report.cue, report.source, (start, end), "nominal", finite=False)
    if high <= start:
        return Part(start, end, clause, shown=(low, end))
    # "The letter's authenticity was confirmed by an army source": content first, in the passive.
    last = max(high, report.source[1] if report.source else high)
    passive = not _BE.isdisjoint(reading.lower[low:high]) or "by" in reading.lower[low : high + 1]
    if low >= end and passive and last - end <= _LONG_PHRASE * 4:
        clause = replace(clause, subject=None, passive=True)
        return Part(start, end, clause, shown=(start, last))
    return None


def loose_part(reading: Reading, ranges: list[Range]) -> Part | None:
    """Content with a finite verb whose clause can't be told apart: the first predicate that no word subordinates.

    Its subject is what stands before it where a relative clause hid it from the clause makers; else it has none.
    """
    subordinators = lexicon.words("claims_subordinators")
    for start, end in ranges:
        if end - start < 4 or reading.tags[start] in {"WP", "WRB"} or reading.lower[start] in {"like", "whether", "if"}:
            continue
        openers, position = 0, start
        for nth, group_ in enumerate(c for c in chunks(reading, start, end) if c.kind == "verb"):
            for i in range(position, group_.start):
                openers += reading.tags[i] in {"WP", "WDT", "WRB"} or reading.lower[i] in subordinators
            position = group_.end
            openers += openers > 0 and reading.tags[group_.start - 1] == "CC"  # goes on inside the relative clause
            if openers > nth:
                continue
            rest = trimmed(reading, group_.end, end)
            named = nth and group_.start - start <= _LONGEST_SUBJECT
            named = named and reading.tags[start] in {"DT", "PRP$", "NN", "NNS", "NNP"}
            clause = Clause(
                start,
                end,
                group_.head,
                (group_.start, group_.end),
                verb_lemma(reading.lower[group_.head]),
                trimmed(reading, start, group_.start) if named else None,
                rest if rest[0] < rest[1] else None,
            )
            return Part(start, end, clause)
    return None


def _accused_apart(reading: Reading, ranges: list[Range]) -> Part | None:
    """``Three men`` (were charged) ``with taking bribes``: an accusation in the passive, in two pieces."""
    if len(ranges) != 2 or not _is_phrase(reading, ranges[0]):
        return None
    start, end = ranges[1]
    head = start + 1 if reading.lower[start] in _ACCUSING else start
    if head >= end or reading.tags[head] != "VBG" or reading.lower[head - 1] not in _ACCUSING:
        return None
    low, high = trimmed(reading, head + 1, end)
    known = (low, high) if low < high else None
    lemma = verb_lemma(reading.lower[head])
    clause = Clause(start, end, head, (head, head + 1), lemma, ranges[0], known, "nominal", finite=False)
    return Part(start, end, clause, shown=(head, end))


def _is_phrase(reading: Reading, stretch: Range) -> bool:
    """Whether a stretch is a noun phrase and no more."""
    tags = reading.tags[slice(*stretch)]
    noun = any(tag in NOUNS or tag == "PRP" for tag in tags)
    return noun and tags[0] != "IN" and all(tag in _PHRASE for tag in tags)


def with_antecedent(reading: Reading, part: Part, ranges: list[Range]) -> Part:
    """A relative clause that is all of the content, led by what its pronoun stands for ("gifts, **which** …")."""
    first = ranges[0][0]
    begin = first + 1 if part.start == first else part.start
    if reading.lower[first] not in {"who", "which"} or not part.clause.finite or part.clause.verbs[0] < begin:
        return part
    apart = part.start != first and (part.start != ranges[-1][0] or ranges[0] != (first, first + 1))
    if apart or part.clause.subject not in {None, (first, first + 1)}:
        return part
    before = antecedent(reading, (first, first + 1))
    if before == (first, first + 1):
        return part
    return replace(part, clause=replace(part.clause, subject=before), shown=(begin, part.end))


def antecedent(reading: Reading, pronoun: Range) -> Range:
    """The noun phrase right before a relative pronoun ("**many voters** who say"); else the pronoun itself."""
    start, end = pronoun
    if end - start != 1 or reading.lower[start] not in {"who", "which", "that"}:
        return pronoun
    last = start - 1 if start and reading.words[start - 1] == "," else start
    first = last
    while first and last - first < _LONGEST_ANTECEDENT and reading.tags[first - 1] in _NOMINAL:
        first -= 1
    named = first < last and (reading.tags[last - 1] in NOUNS or reading.tags[last - 1] == "PRP")
    return (first, last) if named else pronoun


def with_subject(reading: Reading, part: Part, ranges: list[Range]) -> Part:
    """*part* with the noun phrase that the report parts from it as its subject, where it has none.

    “The crane,” she said, “fell on two cars”; ``The vote`` (is expected) ``to take place in May``.
    """
    clause = part.clause
    if clause.subject is not None or clause.role == "nominal" or clause.verbs[0] > part.start + 3:
        return part
    before = [stretch for stretch in ranges if stretch[1] <= part.start]
    if not before or part.start - before[-1][1] > _FAR_SUBJECT or not _is_phrase(reading, before[-1]):
        return part
    between = range(before[-1][1], part.start)
    if not any(reading.tags[i] in VERBS for i in between):
        return part
    return replace(part, clause=replace(clause, subject=before[-1]))
