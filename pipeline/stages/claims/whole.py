"""Which of the propositions found in a stretch are whole, and which a parse, a dash or a question left in pieces."""

from __future__ import annotations

from pipeline import lexicon
from pipeline.stages.claims.clauses import Part
from pipeline.stages.claims.modality import condition
from pipeline.stages.claims.reading import Reading
from pipeline.text import Span

_QUESTION_ADVERBS = frozenset({"whether", "how", "when", "where", "why"})
_QUESTION_WORDS = frozenset({"what", "whatever", "who", "which", "whose", "whom"})


def is_open(reading: Reading, part: Part) -> bool:
    """Whether a part asks or names and states nothing: "(knows) **what happened**", "**what happened** (is this)"."""
    opening = reading.lower[part.start : part.start + 2]
    if opening[0] in _QUESTION_ADVERBS - {"when", "where"} and part.clause.verbs[0] > part.start + 1:
        return True  # "(said little about) **how** he prepares"
    if opening[1:] == ["to"] and (opening[0] in _QUESTION_WORDS or opening[0] in _QUESTION_ADVERBS):
        return True  # "(decide) **whether to** reopen the mine"
    subject = part.clause.subject
    if subject is not None and subject[0] == part.start + 1 and opening[0] == "may":
        return True  # "**May** the best team win"
    if subject is not None and reading.lower[subject[1] - 1] == "question" and _asks(reading, part):
        return True
    if subject is None or not part.clause.finite or part.clause.role == "relative":
        return False
    bare = subject[1] - subject[0] == 1 and part.start <= subject[0] < part.clause.verbs[0]
    return bare and reading.lower[subject[0]] in _QUESTION_WORDS


def _asks(reading: Reading, part: Part) -> bool:
    """Whether what completes a predicate is an indirect question: "(the question is) **what** …"."""
    known = part.clause.object
    return known is not None and reading.lower[known[0]] in _QUESTION_WORDS | _QUESTION_ADVERBS


def reports_another(reading: Reading, part: Part) -> bool:
    """Whether the predicate of a part is the cue of a quote whose content it holds: that has a claim of its own."""
    subject = part.clause.subject
    if subject is not None and "CD" in reading.tags[slice(*subject)]:
        return False  # "(polls show) **30 percent** of them say …": how many say so is the statement
    head = reading.begins[part.clause.head]
    words = reading.span(part.start, part.end)
    return any(
        quote.cue is not None
        and quote.cue.start <= head < quote.cue.end
        and all(words.overlaps(Span(piece.text_start, piece.text_end)) for piece in quote.pieces)
        for quote in reading.quotes_near(words)
    )


def only_condition(reading: Reading, part: Part) -> bool:
    """Whether a part is an "if …" whose main clause was torn off."""
    if reading.lower[part.start] not in {"if", "unless", "whether"}:
        return False
    found = condition(reading, part)
    return found is not None and reading.begins[part.clause.head] < found.end


def is_whole(reading: Reading, part: Part) -> bool:
    """Whether a part of several is a proposition, and not what a parse or a dash tore off ("you get", "People say")."""
    clause = part.clause
    words = sum(reading.words[i][:1].isalnum() for i in range(part.start, part.end))
    if clause.role == "nominal" or not clause.finite:
        return clause.object is not None or words > 1
    inside = clause.subject is not None and part.start <= clause.subject[0]
    if words < (3 if inside else 2):
        return False
    if clause.lemma in lexicon.words("claims_clause_verbs"):
        if clause.verbs[1] >= part.end:
            return False
        if clause.object is not None and reading.lower[clause.object[0]] in {"when", "if", "because", "while"}:
            return False  # "I think when he is out there": what is thought was torn off
    # "is that their concern is …": a verb in front whose subject is lost.
    return not (inside and reading.tags[part.start] in {"VBZ", "VBD"} and clause.verbs[0] == part.start)
