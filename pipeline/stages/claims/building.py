"""One claim record from one proposition and what is known of its report."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pipeline import lexicon
from pipeline.annotations import ChainLink, Claim
from pipeline.stages.claims.certainty import certainty, learned_at
from pipeline.stages.claims.claimants import Claimant
from pipeline.stages.claims.clauses import Clause, Part, Range
from pipeline.stages.claims.edges import trimmed
from pipeline.stages.claims.groups import group
from pipeline.stages.claims.kinds import kind_of
from pipeline.stages.claims.lemmas import verb_lemma
from pipeline.stages.claims.modality import Reported, condition, cue_modality, modality
from pipeline.stages.claims.polarity import negated
from pipeline.stages.claims.proposition import proposition, resolved
from pipeline.stages.claims.quantities import quantities
from pipeline.stages.claims.reading import Reading
from pipeline.stages.claims.sides import own_side
from pipeline.stages.claims.stance import factuality
from pipeline.tagging import NOUNS, VERBS
from pipeline.text import Span

_PLACES = frozenset({"GPE", "LOC", "FAC"})
_LOCATIVE = frozenset({"in", "at", "near", "inside", "outside", "across", "within", "throughout", "around"})

_BE = frozenset({"is", "are", "was", "were", "am", "'s", "'re"})
_NOMINAL = NOUNS | {"DT", "JJ", "PRP", "PRP$", "CD", "POS"}
#: Tokens of a subject in front of a passive cue.
_LONGEST_SUBJECT = 8
#: Tokens of adverbs and commas between a cue and the infinitive that it governs ("refused, again, to leave").
_FAR = 4


@dataclass(frozen=True, slots=True)
class Report:
    """What the claims of one report share; the defaults are those of the article's own voice.

    Attributes:
        cue: the cue's lemma with its particle.
        addressee: to whom a demand is directed, in tokens ("urged **the government** to …").
        quote: the index of the quote in ``doc._.quotes``.
        source, cue_range: the source as written and the cue, in tokens.
        direct: whether the words stand in quotation marks, so that "I" is the claimant.
        refused: whether the claimant won't do what follows ("refused to leave", "did not agree to pay").
    """

    claimant: Claimant = field(default_factory=lambda: Claimant("article"))
    cue: str | None = None
    stance: str = "affirms"
    attribution: str = "none"
    chain: tuple[ChainLink, ...] = ()
    evidence: str | None = None
    quote: int | None = None
    direct: bool = False
    addressee: Range | None = None
    source: Range | None = None
    cue_range: Range | None = None
    refused: bool = False


def head_token(reading: Reading, phrase: Range) -> int:
    """The head noun of a noun phrase: the last of its first run of nouns and modifiers."""
    head = None
    for i in range(*phrase):
        tag = reading.tags[i]
        if tag in NOUNS or tag in {"PRP", "CD"}:
            head = i
        elif tag == "POS":
            head = None
        elif (head is not None and tag not in {"PU", "JJ"}) or (head is not None and reading.words[i] == ","):
            break
    return phrase[0] if head is None else head


def chain_at(reading: Reading, phrase: Range | None) -> int | None:
    """The coreference chain of what a noun phrase refers to, by the mention on its head noun."""
    if phrase is None or phrase[0] >= phrase[1]:
        return None
    span = reading.span(*phrase)
    mention = reading.mention_at(reading.begins[head_token(reading, phrase)])
    if mention is None or mention.start < span.start or mention.end > span.end:
        return None
    # "the US embassy" isn't the US: a name that ends before the head noun only modifies it.
    return mention.chain


def object_phrase(reading: Reading, completion: Range | None) -> Range | None:
    """The first noun phrase of what completes a predicate, up to a preposition behind its head."""
    if completion is None:
        return None
    start, end = completion
    if reading.tags[start] in {"IN", "TO", "RB", "VBG", "VB", "WP", "WRB"}:
        return None
    stop = next((i for i in range(start, end) if reading.tags[i] in {"IN", "TO", "WP", "VBG", "VBD", "VBZ", "MD"}), end)
    return (start, stop) if start < stop else None


def event_date(reading: Reading, spans: list[Span]) -> int | None:
    """The index of the first day or time that the claim itself names, a resolved one before others."""
    inside = [
        (not reading.dates[index].resolved, reading.dates[index].start, index)
        for span in spans
        for index in reading.dates_in(span)
        if reading.dates[index].type in {"DATE", "TIME"}
        and reading.dates[index].end <= span.end
        and not reading.dates[index].value.endswith("_REF")
    ]
    return min(inside)[2] if inside else None


def place_of(reading: Reading, spans: list[Span]) -> int | None:
    """The chain of the first place that a preposition of place leads in."""
    for span in spans:
        for mention in reading.mentions_in(span):
            if mention.label not in _PLACES or mention.chain is None:
                continue
            first, last = reading.tokens(Span(mention.start, mention.end))
            if last < len(reading.tags) and reading.tags[last] in {"NN", "NNS", "JJ", "NNP", "POS"}:
                continue  # "in the Iraq war" is no place
            before = first - 1
            while before >= 0 and reading.tags[before] in {"DT", "JJ", "NN", "NNP"} and first - before < 5:
                before -= 1
            if before >= 0 and reading.lower[before] in _LOCATIVE and reading.begins[before] >= span.start:
                return mention.chain
    return None


def _implied_subject(reading: Reading, clause: Clause, report: Report) -> Range | None:
    """Who would do what an infinitive or a noun says: the one addressed, or the one who vows, plans or objects."""
    if clause.role in {"infinitive", "coordinate"} and report.addressee is not None:
        return report.addressee
    lent = cue_modality(report.cue)
    if lent in {"planned", "threatened"}:
        return report.source
    cue = (report.cue or "").split(" ")[0]
    if clause.role == "infinitive" and cue in group("building_own_will"):
        return report.source  # "**She** hopes to win"
    if clause.role == "infinitive" and report.source is None and report.cue_range is not None:
        return _before_passive(reading, report.cue_range)
    if clause.role == "nominal" and reading.tags[clause.head] == "VBG" and cue in group("building_weighed"):
        return report.source  # "**The city** is considering closing two schools"
    attitude = cue_modality(clause.lemma) == "evaluated" or clause.lemma in lexicon.table("claims_stance_cues")
    if clause.role == "nominal" and lent is None and attitude:
        return report.source  # "voiced opposition to …"
    return None


def _before_passive(reading: Reading, cue: Range) -> Range | None:
    """The noun phrase before a cue in the passive: "**residents** are required to …"."""
    low, high = cue
    while low < high and reading.tags[low] not in VERBS:
        low += 1
    passive = low + 1 < high and reading.lower[low] in _BE and reading.tags[high - 1] == "VBN"
    first = low
    while passive and first and low - first < _LONGEST_SUBJECT and reading.tags[first - 1] in _NOMINAL:
        first -= 1
    return (first, low) if first < low else None


def _shown_with_cue(reading: Reading, part: Part, report: Report, subject: Range | None, end: int) -> Part:
    """*part*, whose words end at *end*, shown from the cue on, where its source wants, plans or refuses it.

    "The ministers **have agreed** to leave" stands alone, "the ministers to leave" doesn't.
    """
    cue = report.cue_range
    if part.shown is not None or part.clause.role != "infinitive" or cue is None or subject is None:
        return part
    if report.source not in {None, subject} or not subject[1] <= cue[0] or not cue[1] <= part.start <= cue[1] + _FAR:
        return part
    if any(reading.tags[i] not in {"RB", "PU", "TO"} for i in range(cue[1], part.start)):
        return part
    begin = cue[0]
    while begin > subject[1] and (reading.tags[begin - 1] in VERBS or reading.lower[begin - 1] in {"not", "n't"}):
        begin -= 1
    return replace(part, shown=(begin, end))


def _content_verb(reading: Reading, clause: Clause) -> tuple[str, Range | None]:
    """Predicate and completion with "going to", "has to", "needs to" read as the auxiliaries that they are."""
    completion = clause.object
    if clause.lemma not in {"go", "have", "need", "ought", "suppose", "use"} or completion is None or not clause.finite:
        return clause.lemma, completion
    at = completion[0]
    if reading.lower[at] != "to" or at + 1 >= completion[1] or reading.tags[at + 1] not in {"VB", "VBP"}:
        return clause.lemma, completion
    if clause.passive and clause.lemma != "suppose":
        return clause.lemma, completion  # "is needed to …"
    if clause.lemma == "go" and reading.lower[clause.head] not in {"going", "gonna"}:
        return clause.lemma, completion
    rest = trimmed(reading, at + 2, completion[1])
    return verb_lemma(reading.lower[at + 1]), rest if rest[0] < rest[1] else None


def _whole_name(reading: Reading, subject: Range | None) -> Range | None:
    """A subject without what leads it in, stretched where a parse ends or begins it inside a noun phrase."""
    if subject is None:
        return None
    if subject[0] > 1 and reading.words[subject[0] - 1] in {"-", "‑"}:  # "the most-visited page"
        low = subject[0] - 2
        subject = (low - 1 if low > 0 and reading.tags[low - 1] in {"DT", "PRP$"} else low, subject[1])
    while subject[0] + 1 < subject[1] and reading.tags[subject[0]] in {"CC", "PU"}:
        subject = (subject[0] + 1, subject[1])  # "and **Ann Lee**"
    low = subject[0]
    while low and reading.tags[low - 1] in {"POS", "DT", "PRP$"} and reading.tags[low] not in {"DT", "PRP", "PRP$"}:
        low -= 1  # "**This year's** primaries"
        while reading.tags[low] == "POS" and low and reading.tags[low - 1] in NOUNS:
            low -= 1
            while low and reading.tags[low - 1] in NOUNS:
                low -= 1
    subject = (low, subject[1])
    mention = reading.mention_at(reading.begins[subject[1] - 1])
    if mention is None or mention.kind != "name":
        return subject
    first, last = reading.tokens(Span(mention.start, mention.end))
    return (min(subject[0], first), max(subject[1], last)) if first >= subject[0] - 2 else subject


def build(
    reading: Reading, part: Part, spans: list[Span], report: Report, part_of: int | None = None, lead: bool = False
) -> Claim:
    """The record of *part*. *spans* are its words; *lead* puts its subject before them, where they lack it."""
    clause = part.clause
    subject = clause.subject
    if subject is None and not clause.finite and part.shown is None:
        subject = _implied_subject(reading, clause, report)
        if len(spans) == 1:
            part = _shown_with_cue(reading, part, report, subject, reading.tokens(spans[0])[1])
    start, end = reading.tokens(Span(spans[0].start, spans[-1].end))
    amounts = tuple(q for span in spans for q in quantities(reading, *reading.tokens(span)))
    found = condition(reading, part)
    subject = _whole_name(reading, subject)
    predicate, completion_range = _content_verb(reading, clause)
    subject_chain = chain_at(reading, subject)
    own = subject_chain is not None and subject_chain == report.claimant.chain
    side = own_side(reading, subject, report.claimant, report.source, subject_chain)
    restated = clause.verbs == report.cue_range
    settled = restated and (report.refused or report.cue == "agree")  # "did not offer a rise", "agreed with her"
    cue = None if settled else report.cue
    reported = Reported(cue, own, side, report.attribution == "direct")
    mode = modality(reading, part, reported, found is not None)
    refused = report.refused and not clause.finite and not restated
    polarity = "negated" if negated(reading, clause) != refused else "affirmed"
    outside = subject is not None and clause.role != "nominal" and not (start <= subject[0] and subject[1] <= end)
    words = [reading.span(*part.shown)] if part.shown is not None else spans
    shown = resolved(reading, reading.span(*subject), report.claimant, report.direct) if subject else None
    implied = subject is not None and subject == report.source and report.claimant.kind in {"person", "organisation"}
    shown = report.claimant.name or shown if implied else shown
    completion = None
    if completion_range is not None:
        completion = resolved(reading, reading.span(*completion_range), report.claimant, report.direct)
    attributed = report.quote is not None
    alone = proposition(
        reading,
        words,
        subject if outside or lead or part.shown is not None else None,
        clause.auxiliaries if outside else None,
        report.claimant,
        report.direct,
        shown if implied else None,
    )
    return Claim(
        spans=tuple(spans),
        proposition=alone,
        kind=kind_of(reading, part, mode, cue, amounts, attributed),
        predicate=predicate,
        claimant_kind=report.claimant.kind,
        modality=mode,
        polarity=polarity,
        stance=report.stance,
        attribution=report.attribution,
        part_of=part_of,
        subject=shown,
        object=completion,
        subject_chain=subject_chain,
        object_chain=chain_at(reading, object_phrase(reading, completion_range)),
        place_chain=place_of(reading, spans),
        date=event_date(reading, spans),
        quantities=amounts,
        claimant=report.claimant.span,
        claimant_chain=report.claimant.chain,
        quote=report.quote,
        chain=report.chain,
        evidence=report.evidence,
        condition=None if found is None else reading.shown(found),
        factuality=factuality(
            mode,
            polarity,
            report.stance,
            None if found is None else "",
            certainty(reading, clause.head, start, end) if reading.parsed else None,
            learned_at(reading, clause.head),
        ),
        score=reading.quotes[report.quote].score if report.quote is not None else None,
    )
