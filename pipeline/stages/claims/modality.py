"""Modality by the order of the contract, and the condition under which a claim holds.

The first that holds of: threatened, conditional, demanded, planned, predicted, possible, evaluated, asserted. Signs are
modals and their kin in the verb group, the cue that reports the claim, words of threat and of judgement.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline import lexicon
from pipeline.stages.claims.clauses import Clause, Part
from pipeline.stages.claims.groups import group
from pipeline.stages.claims.lemmas import verb_lemma
from pipeline.stages.claims.reading import Reading
from pipeline.text import Span

_DUTY = frozenset({"must", "should", "ought", "shall"})
_FUTURE = frozenset({"will", "'ll", "wo", "would", "'d", "shall"})
_MAYBE = frozenset({"may", "might", "could"})
_MAYBE_ADVERBS = group("modality_maybe_adverbs")
_SEEM = frozenset({"seem", "appear", "tend"})
_DUTY_VERBS = frozenset(
    {"need", "require", "oblige", "have", "call", "expect", "suppose", "urge", "compel", "force", "get"}
)
_PLAN_VERBS = group("modality_plan_verbs")
_PREDICT = frozenset({"expect", "predict", "forecast", "project"})
_COMING = group("modality_coming")
_UNCERTAIN = group("modality_uncertain")
_REPUTED = group("modality_reputed")
_MEASURES = group("modality_measures")
_UNCHOSEN = group("modality_unchosen")
_WARNINGS = group("modality_warnings")
_NO_CONDITION = group("modality_no_condition")
_VOTES = group("modality_votes")
_MOTIONS = group("modality_motions")
_WHOEVER = frozenset({"whoever", "anyone", "anybody", "everyone", "those", "any"})
#: Nouns that say what an infinitive behind them is: "plans **to restore** the house".
_NOUNS = {
    "plan": "planned", "intention": "planned", "decision": "planned", "pledge": "planned", "promise": "planned",
    "vow": "planned", "commitment": "planned", "offer": "planned", "threat": "threatened", "call": "demanded",
    "demand": "demanded", "appeal": "demanded", "request": "demanded", "order": "demanded", "proposal": "demanded",
}  # fmt: skip
_CONDITIONS = frozenset({"if", "unless", "provided", "providing", "lest", "should", "were", "had"})
_INVERTED = frozenset({"should", "were", "had"})
#: "would often come" tells of a habit.
_HABITS = frozenset({"often", "constantly", "always", "regularly", "frequently", "sometimes", "usually", "routinely"})
#: Steps up the tree from a condition to what it may hang on.
_DEEPEST = 8
_ATTITUDES = group("modality_attitudes")
_READY = frozenset({"ready", "prepared"})
_VOWS = frozenset({"vow", "pledge", "promise", "swear"})
_FIRST = frozenset({"i", "we"})


@dataclass(frozen=True, slots=True)
class Reported:
    """What is known of the report around a claim.

    Attributes:
        cue: the cue's lemma, with its particle ("call for"); None for the article's own statements.
        own: whether the clause's subject is the claimant.
        side: whether it is the claimant or the body that the claimant speaks for.
        direct: whether the words stand in quotation marks, where "would" is no "will" of the past.
    """

    cue: str | None = None
    own: bool = False
    side: bool = False
    direct: bool = False


def cue_modality(cue: str | None) -> str | None:
    """The modality that a cue lends to its content, or None. Tries the whole cue, then its first word."""
    if cue is None:
        return None
    table = lexicon.table("claims_modality_cues")
    return table.get(cue) or table.get(cue.split(" ")[0])


def _inverted(reading: Reading, start: int, end: int) -> int | None:
    """Where an inverted condition begins ("should Washington refuse", "were it to fall", "had they known")."""
    for i in range(start + 1, end - 2):
        if reading.lower[i] not in _INVERTED or reading.tags[i - 1] in {"PRP", "WP", "MD"}:
            continue
        j = i + 1
        while j < end and reading.tags[j] in {"NNP", "NN", "NNS", "DT", "PRP", "JJ", "PRP$"}:
            j += 1
        if j == i + 1 or j >= end:
            continue
        if reading.lower[i] == "should" and reading.tags[j] in {"VB", "VBP"} and reading.tags[i - 1] not in {"PRP"}:
            # "the army should army move" can't be: a noun phrase between modal and verb is an inversion.
            return i
        if reading.lower[i] == "were" and reading.lower[j] == "to" and reading.lower[i - 1] == ",":
            return i
        if reading.lower[i] == "had" and reading.tags[j] == "VBN" and reading.lower[i - 1] == ",":
            return i
    return None


def _is_deeper(reading: Reading, part: Part, clause: Clause) -> bool:
    """Whether a clause hangs on a relative or adverbial clause of *part*: "the man **who pays if** it rains"."""
    if not reading.parsed:
        return False
    own = [c for c in part.subordinate if c is not clause and c.role in {"relative", "adverbial"}]
    predicate = reading.nodes[clause.head]
    if predicate.dep in {"cop", "aux"}:
        predicate = predicate.head
    above = predicate.head
    for _ in range(_DEEPEST):
        if above is above.head or above.i == part.clause.head:
            return False
        if any(low <= above.i < high for low, high in (c.verbs for c in own)):
            return True
        above = above.head
    return False


def condition(reading: Reading, part: Part) -> Span | None:
    """The words that state the condition of *part* ("if the forces remain"), or None."""
    deeper = False
    for clause in part.subordinate:
        if clause.role != "adverbial" or clause.mark not in _CONDITIONS:
            continue
        if _is_deeper(reading, part, clause):
            deeper = True
            continue
        if clause.start > part.start and reading.lower[clause.start - 1] in {"as", "even", "what"}:
            if reading.lower[clause.start - 1] == "even":
                continue
            return None
        end = clause.end
        while end > clause.start and not reading.words[end - 1][-1:].isalnum():
            end -= 1
        if clause.start <= part.clause.head < end:  # a parse that let the condition swallow what it conditions
            end = next((i for i in range(clause.verbs[1], end) if reading.lower[i] == ","), end)
        begin = clause.start
        while begin < end and not reading.words[begin][:1].isalnum():
            begin += 1
        return reading.span(begin, end) if end > begin + 1 else None
    if deeper:
        return None
    words = set(reading.lower[part.start : part.end])
    at = None if _INVERTED.isdisjoint(words) else _inverted(reading, part.start, part.end)
    if at is not None:
        return reading.span(at, part.end)
    for i in range(part.start, part.end) if "if" in words or "unless" in words else ():
        # A condition that the clause maker has not seen: from "if" to the next comma.
        if reading.lower[i] in {"if", "unless"} and (
            i == part.start or reading.lower[i - 1] not in {"as", "even", "what", "ask", "know", "wonder", "see"}
        ):
            end = next((j for j in range(i, part.end) if reading.lower[j] in {",", ";"}), part.end)
            said = end > i + 1 and reading.lower[i + 1] not in _NO_CONDITION
            return reading.span(i, end) if said else None
    return _lack(reading, part)


def _lack(reading: Reading, part: Part) -> Span | None:
    """ "Without more money, the school would close": a lack in front of what a modal says is its condition."""
    if reading.lower[part.start] != "without" or part.clause.verbs[0] <= part.start:
        return None
    if not any(reading.tags[i] == "MD" for i in range(*part.clause.verbs)):
        return None
    subject = part.clause.subject
    stop = (
        subject[0] if subject is not None and part.start < subject[0] < part.clause.verbs[0] else part.clause.verbs[0]
    )
    end = next((i for i in range(part.start, stop) if reading.lower[i] == ","), stop)
    return reading.span(part.start, end) if end > part.start + 1 else None


def _group(reading: Reading, clause: Clause) -> list[str]:
    words = [reading.lower[i] for i in range(*clause.verbs)]
    if clause.auxiliaries is not None:
        words = [reading.lower[i] for i in range(*clause.auxiliaries)] + words
    return words


def _next_infinitive(reading: Reading, clause: Clause) -> int | None:
    """The verb of "to …" right behind the predicate ("plans **to leave**"), over adverbs; None where there is none."""
    for i in range(clause.verbs[1], min(clause.end - 1, clause.verbs[1] + 4)):
        if reading.lower[i] == "to" and (reading.tags[i + 1] in {"VB", "VBP"} or clause.lemma in {"need", "ought"}):
            return i + 1
        if reading.tags[i] not in {"RB", "JJ"} and reading.lower[i] not in {"set", "about", "going"}:
            return None
    return None


def _is_demand(reading: Reading, clause: Clause, words: list[str], lemma: str) -> bool:
    if _DUTY & set(words) and not (words[0] == "should" and clause.role == "adverbial"):
        return True
    infinitive = _next_infinitive(reading, clause)
    if infinitive is not None and lemma in {"need", "have", "ought"}:
        return not _MAYBE & set(words)  # "may have to close" is possible
    if lemma in {"need", "want"} and not clause.passive and not {"had", "did"} & set(words):
        # "needs the approval of …", "want the work to stop"
        return clause.object is not None and reading.tags[clause.object[0]] in {
            "DT",
            "NN",
            "NNS",
            "NNP",
            "CD",
            "JJ",
            "PRP$",
        }
    if infinitive is not None and clause.passive and lemma in {"require", "oblige", "urge", "compel"}:
        return True
    now = reading.tags[clause.verbs[1] - 1] in {"VB", "VBP"} or reading.tags[clause.head] == "VBG"
    if now and _first(reading, clause) and performative(reading, clause) is not None:
        return True
    # An imperative: a bare verb with nobody before it.
    return clause.subject is None and reading.tags[clause.verbs[0]] == "VB" and clause.finite


def performative(reading: Reading, clause: Clause) -> int | None:
    """For a clause that itself demands ("I call on **the unions** to …"): where what is demanded begins; None else."""
    i = clause.verbs[1]
    while i < clause.end and reading.tags[i] == "RB":
        i += 1
    table = lexicon.table("claims_modality_cues")
    if i < clause.end and table.get(f"{clause.lemma} {reading.lower[i]}") == "demanded":
        return i + 1
    return i if table.get(clause.lemma) == "demanded" and clause.lemma not in {"want", "seek", "direct"} else None


def _first(reading: Reading, clause: Clause) -> bool:
    return clause.subject is not None and reading.lower[clause.subject[0]] in _FIRST


def _is_threat(
    reading: Reading, part: Part, words: list[str], lemma: str, reported: Reported, conditioned: bool
) -> bool:
    clause = part.clause
    own = reported.side or _first(reading, clause)
    whoever = clause.subject is not None and reading.lower[clause.subject[0]] in _WHOEVER
    if clause.passive and not (conditioned or whoever):
        return False
    warned = reported.cue is not None and reported.cue.split(" ")[0] in _WARNINGS
    future = bool({"will", "'ll", "shall", "wo"} & set(words)) or "going" in words or (warned and "would" in words)
    head = lemma.split(" ")[0]
    harm = head in lexicon.words("claims_harm_verbs") and (
        head not in _MEASURES or (conditioned and own) or warned or whoever
    )
    nouns = lexicon.words("claims_harm_nouns")
    harmful = not nouns.isdisjoint(reading.lower[clause.verbs[1] : part.end])
    court = head in {"take", "see", "go"} and "court" in reading.lower[clause.verbs[1] : part.end]
    if future and own and (harm or harmful or (court and conditioned)):
        return True
    if future and (conditioned or whoever) and (harm or harmful):
        return True
    ready = not _READY.isdisjoint(reading.lower[slice(*clause.verbs)]) or (
        clause.object is not None
        and not _READY.isdisjoint(reading.lower[clause.object[0] : min(clause.object[0] + 3, clause.object[1])])
    )
    if ready:
        verbs = lexicon.words("claims_harm_verbs")
        return any(
            reading.tags[i] == "VB" and verb_lemma(reading.lower[i]) in verbs for i in range(clause.verbs[0], part.end)
        )
    return False


def _is_judgement(reading: Reading, part: Part, words: list[str], lemma: str) -> bool:
    clause = part.clause
    if _first(reading, clause) and lemma.split(" ")[0] in _ATTITUDES and reading.tags[clause.head] != "VBG":
        return True
    opinions = lexicon.words("claims_opinion_words")
    if lemma == "deserve":
        return True
    too = clause.verbs[1] < part.end and reading.lower[clause.verbs[1]] == "too"
    if too and clause.verbs[1] + 1 < part.end and reading.tags[clause.verbs[1] + 1] in {"JJ", "RB"}:
        return True  # "came too late"
    if (
        lemma in {"be", "become", "remain", "seem", "look", "sound", "feel", "prove", "consider", "call"}
        and clause.object is not None
    ):
        stop = min(clause.object[1], clause.object[0] + 9)
        return not opinions.isdisjoint(reading.lower[clause.object[0] : stop])
    attitude = cue_modality(lemma) == "evaluated" or lemma in lexicon.table("claims_stance_cues")
    if clause.role == "nominal" and attitude:
        return True  # "voiced opposition to", "rejection of"
    if clause.role == "nominal":
        return any(reading.lower[i] in opinions for i in range(part.start, part.end))
    low = range(part.start, min(part.start + 2, part.end))
    return any(reading.lower[i] in opinions and reading.tags[i] == "RB" for i in low)


def _lent_by_noun(reading: Reading, clause: Clause) -> str | None:
    """What the noun that an infinitive completes says of it ("**plans** to restore")."""
    if clause.finite or clause.subject is None:
        return None
    return _NOUNS.get(reading.lower[clause.subject[1] - 1].removesuffix("s"))


def _planned(reading: Reading, clause: Clause, words: list[str], reported: Reported, infinitive: int | None) -> bool:
    """Whether a clause about the future tells what the claimant's side has made up its mind to do."""
    lent = cue_modality(reported.cue)
    future = _is_future(words, infinitive)
    if lent == "planned" and (not clause.finite or future):
        return True
    would = "would" in words or "'d" in words
    chosen = clause.lemma.split(" ")[0] not in _UNCHOSEN and not clause.passive
    if future and chosen and (reported.own or reported.side or _first(reading, clause)):
        return not (would and reported.direct)
    if future and chosen and reported.cue == "announce" and clause.subject is not None:
        return not would
    if clause.lemma == "consider" and reading.tags[clause.head] == "VBG":
        return True
    perfect = "had" in words
    return infinitive is not None and clause.lemma in _PLAN_VERBS and not perfect


def _is_future(words: list[str], infinitive: int | None) -> bool:
    return bool(_FUTURE & set(words)) or ("going" in words and infinitive is not None)


def _predicted(reading: Reading, clause: Clause, words: list[str], lent: str | None, infinitive: int | None) -> bool:
    maybe = bool(_MAYBE & set(words))
    if _is_future(words, infinitive):
        near = reading.lower[max(clause.start, clause.verbs[0] - 2) : clause.verbs[1] + 1]
        return lent is not None or "would" not in words or _HABITS.isdisjoint(near)
    perfect = clause.finite and bool({"had", "have", "has"} & set(words[:-1]))
    if lent == "predicted" and not maybe and not perfect:
        return True
    led = clause.object is not None and any(
        reading.lower[i] == "to" and reading.tags[i + 1] in {"VB", "VBP"}
        for i in range(clause.object[0], min(clause.object[1] - 1, clause.object[0] + 12))
    )
    if clause.lemma in _PREDICT and (infinitive is not None or clause.passive or led):
        return True
    if clause.lemma in {"schedule", "slate", "set", "plan"} and clause.passive and clause.object is not None:
        return reading.lower[clause.object[0]] in {"for", "to", "on"}
    if clause.object is None or clause.lemma != "be":
        return False
    first = clause.object[0]
    while first + 1 < clause.object[1] and reading.tags[first] == "RB":
        first += 1
    if reading.lower[first] in _COMING:
        return True
    # "is to fly to Beijing", but not "the aim is to win"
    named = clause.subject is not None and reading.tags[clause.subject[1] - 1] in {"NNP", "PRP", "NNS"}
    return named and reading.lower[first] == "to" and reading.tags[first + 1] == "VB"


def _possible(reading: Reading, part: Part, words: list[str], lent: str | None, infinitive: int | None) -> bool:
    clause = part.clause
    near = {reading.lower[i] for i in range(max(part.start, clause.verbs[0] - 3), min(part.end, clause.verbs[1] + 1))}
    if _MAYBE & set(words) or _MAYBE_ADVERBS & near or clause.lemma in _SEEM or lent == "possible":
        return True
    if clause.passive and infinitive is not None and clause.lemma in _REPUTED:
        return True  # "is believed to have left"
    return clause.lemma == "be" and clause.object is not None and reading.lower[clause.object[0]] in _UNCERTAIN


def _is_vote(reading: Reading, clause: Clause) -> bool:
    """Whether a restated cue is an act of a parliament or board, not a judgement: "approved a bill"."""
    if clause.lemma not in _VOTES or clause.object is None:
        return False
    low, high = clause.object
    stop = next((i for i in range(low, high) if reading.tags[i] in {"IN", "TO", "WP", "VBG"}), high)
    return any(reading.lower[i].removesuffix("s") in _MOTIONS for i in range(low, stop))


def modality(reading: Reading, part: Part, reported: Reported, conditioned: bool) -> str:
    """The modality of one proposition; see the module for the order."""
    clause = part.clause
    words = _group(reading, clause)
    lemma = clause.lemma
    lent = _lent_by_noun(reading, clause) or cue_modality(reported.cue)
    head = lemma.split(" ")[0]
    harmful = head in lexicon.words("claims_harm_verbs") and head not in _MEASURES
    if lent == "threatened" or (lent == "planned" and harmful and not clause.finite and reported.cue in _VOWS):
        return "threatened"
    if reported.cue is not None and _is_threat(reading, part, words, lemma, reported, conditioned):
        return "threatened"
    if conditioned:
        return "conditional"
    if lent == "demanded" and (not clause.finite or reported.cue not in {"want", "seek", "direct"}):
        return "demanded"
    if clause.finite and _is_demand(reading, clause, words, lemma):
        return "demanded"
    infinitive = _next_infinitive(reading, clause)
    if _planned(reading, clause, words, reported, infinitive) or (lent == "planned" and not clause.finite):
        return "planned"
    if _predicted(reading, clause, words, lent, infinitive):
        return "predicted"
    if _possible(reading, part, words, lent, infinitive):
        return "possible"
    if lent == "evaluated" and _is_vote(reading, clause):
        return "asserted"
    if lent == "evaluated" or _is_judgement(reading, part, words, lemma):
        return "evaluated"
    return "asserted"
