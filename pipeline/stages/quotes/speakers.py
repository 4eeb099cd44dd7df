"""Whom a source's words mean: the chain of an entity of the article, or None rather than a guess.

The resolver looks at what ``coref`` left (mentions with chains, entities with their descriptions), at the persons a
reader has in mind (:mod:`.people`), and at the order of attributions. Its rules, first that applies: the source is a
handle, *who*, a pronoun, a document, a mention, a description of the one person or organisation that the text has
described so. Each answer says by which rule it was found; :data:`PRECISION` holds how often that rule is right, and an
answer below :data:`SURE` is none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from pipeline import lexicon
from pipeline.annotations import Entity, Mention
from pipeline.naming import fold
from pipeline.stages.quotes.documents import Documents
from pipeline.stages.quotes.mentioned import Mentioned
from pipeline.stages.quotes.people import SEXES, People
from pipeline.stages.quotes.records import Attribution
from pipeline.stages.quotes.wordlists import word_set
from pipeline.text import Span

SPEAKERS: Final = frozenset({"PERSON", "ORG", "GPE", "NORP"})
_GROUPS: Final = {"they": frozenset({"ORG", "NORP", "GPE"}), "it": frozenset({"ORG", "GPE"})}
_RELATIVE: Final = frozenset({"who", "which", "that"})
_POSSESSIVE: Final = re.compile(r"(his|her|their|its)\s", re.IGNORECASE)
_INDEFINITE: Final = re.compile(r"(?:an?|one|another|some|any|former|two|three|several|many)\s", re.IGNORECASE)
# The dad of three, the mother-of-two; the 44-year-old: somebody named is called so again.
_PARENT: Final = re.compile(
    r"the\s+(?:[\w-]+\s+)?(?:(dad|father|grandfather)|mum|mom|mother|grandmother)[ -]of[ -](?:\w+)", re.IGNORECASE
)
_AGED: Final = re.compile(r"the\s+(\d{1,3})-year-old(?:\s+[\w-]+)?", re.IGNORECASE)
# How far back an organisation that *the company* means is looked for (characters).
_COMPANY_REACH: Final = 600

# An article is an interview with whom gives so many of its direct quotes, and so large a share.
_ANSWERS: Final = 3
_INTERVIEW: Final = 0.6
#: How often each rule is right. "name" (79 answers) and "pronoun" (46) as measured on the development half of the gold
#: (corpus/gold/README.md); the others answer too seldom there to be measured and are estimates.
PRECISION: Final = {
    "handle": 1.0,
    "relative": 0.95,
    "pronoun": 0.98,
    "pronoun of coref alone": 0.85,
    "goes on": 0.9,
    "parent": 0.9,
    "age": 0.95,
    "document": 0.95,
    "name": 0.99,
    "description": 0.95,
    "organisation": 0.85,
    "floor": 0.9,
    "interview": 0.95,
}
#: Answers of rules that are right less often than this are not given: a wrong name costs more than a missing one.
SURE: Final = 0.8


class Answer(NamedTuple):
    """A chain and the rule that found it."""

    chain: int
    rule: str


class Resolver:
    """Resolves the sources of one article, in text order.

    Args:
        text: the article.
        mentions: by start.
        entities: of the article.
        people: its persons.
        times: the places of its time expressions, by start.
    """

    def __init__(
        self,
        text: str,
        mentions: Sequence[Mention],
        entities: Sequence[Entity],
        people: People,
        times: Sequence[Span] = (),
    ) -> None:
        self.text = text
        self._people = people
        self._entities = {entity.chain: entity for entity in entities}
        self._descriptions = {
            entity.chain: {fold(text).casefold() for text in entity.descriptions if " " in text} for entity in entities
        }
        self._speakers: set[int] = set()
        self._answers: dict[Span, Answer | None] = {}
        useful: list[Mention] = []
        for mention in mentions:
            chain = mention.chain
            if chain is None and mention.kind == "name" and mention.label == "PERSON":
                chain = people.surname(mention.start, mention.end)
            if chain is not None and mention.label in SPEAKERS:
                useful.append(replace(mention, chain=chain) if mention.chain is None else mention)
        self._mentioned = Mentioned(text, useful, times)
        self._starts = [mention.start for mention in useful]
        self._documents = Documents(self._mentioned)
        self._labels: dict[int, set[str]] = {}
        for mention in useful:
            if mention.chain is not None:
                self._labels.setdefault(mention.chain, set()).add(mention.label)

    def resolve(self, attribution: Attribution, before: Attribution | None, chain_before: int | None) -> int | None:
        """The chain of the attribution's source. *before* is the attribution that precedes it directly, if any."""
        return _sure(self.answer(attribution, before, chain_before))

    def answer(self, attribution: Attribution, before: Attribution | None, chain_before: int | None) -> Answer | None:
        """The likeliest chain of the attribution's source, however sure, with the rule that found it."""
        source = attribution.source
        if source is None:
            return None
        if source not in self._answers:
            # Two reports of one clause have one source, and one answer: it called … and urged …
            self._answers[source] = self._answer(source, before, chain_before)
        return self._answers[source]

    def _answer(self, source: Span, before: Attribution | None, chain_before: int | None) -> Answer | None:
        words = source.of(self.text)
        lower = words.lower()
        if words.startswith("@") and " " not in words:
            return _answer(self._people.handle(words), "handle")
        if lower in _RELATIVE:
            return _answer(self._mentioned.ending_at(self._mentioned.back(source.start)), "relative")
        if lower in ("he", "she"):
            return self._person(source, SEXES[lower], before, chain_before)
        if lower in _GROUPS:
            return self._group(source, lower, before, chain_before)
        again = self._called_again(source, words, before, chain_before)
        if again is not None:
            return again
        core = self._mentioned.core(source)
        noun = self._documents.noun(core)
        if noun is not None:
            return _answer(self._writer(source, core, noun, chain_before), "document")
        found = self._mentioned.head(source, core)
        if found is not None and not self._doubtful(found, core):
            return _answer(found.chain, "name")
        titled = self._titled(source) if found is None else None
        if titled is not None:
            return Answer(titled, "name")
        return self._described(source, core, chain_before)

    def _doubtful(self, mention: Mention, core: Span) -> bool:
        """Whether a description of an organisation may mean another: it was never called so (*the company*), or is the
        beginning of a longer name (*the Central Bank* of …)."""
        if mention.kind != "nominal" or mention.label != "ORG" or mention.chain is None:
            return False
        words = core.of(self.text).split()
        begins = len(words) > 2 and words[-1][:1].isupper()
        noun = words[-1].lower() if words else ""
        return begins or (noun in word_set("companies") and not self._called(mention.chain, noun))

    def _titled(self, source: Span) -> int | None:
        """The person whose name stands behind a title with a complement: *Secretary of State John Kerry*."""
        for mention in self._mentioned.within(source):
            if mention.kind != "name" or mention.label != "PERSON" or mention.chain is None:
                continue
            title = self._mentioned.bare(Span(source.start, mention.start)).of(self.text)
            described = fold(title).casefold().strip() in self._descriptions.get(mention.chain, ())
            return mention.chain if described and not self._mentioned.possessive(mention) else None
        return None

    def unattributed(self, start: int, voices: Sequence[int]) -> int | None:
        """Who says a quotation at *start* that fills a paragraph and has no source.

        It is who the sentence before tells of, if he or she speaks in the article; after a question of the article's
        own, whoever gives most of its answers. *voices* are the chains of the direct quotes, one each.
        """
        subject = self._people.subject_before(start)
        if subject is not None and subject in voices:
            return _sure(Answer(subject, "floor"))
        if self._people.asked(start) and voices:
            chain, count = Counter(voices).most_common(1)[0]
            if count >= _ANSWERS and count >= _INTERVIEW * len(voices):
                return _sure(Answer(chain, "interview"))
        return None

    def note(self, attribution: Attribution, chain: int | None) -> None:
        """Remember that the speaker wrote the documents that the reporting clause names (*said in a letter*)."""
        if chain is None:
            return
        self._speakers.add(chain)
        self._documents.note(attribution.clause, chain)
        if attribution.source is not None:
            self._documents.note(attribution.source, chain)
            if "PERSON" in self._labels.get(chain, set()):
                self._people.remember(attribution.source, chain)

    # ---------------------------------------------------------------------------------------------------- pronouns

    def _person(
        self, source: Span, sex: str, before: Attribution | None, chain_before: int | None
    ) -> Answer | None:  # fmt: skip
        """Whom *he* or *she* means, as :class:`People` and coreference agree or only one of them knows."""
        mention = self._mentioned.exactly(source)
        theirs = mention.chain if mention is not None else None
        if theirs is not None and not self._people.fits(theirs, sex):
            theirs = None
        ours, doubt = self._people.back(source.start, sex, chain_before if before is not None else None)
        if ours is not None:
            # Where the two differ, who spoke right before goes on.
            goes_on = before is not None and ours == chain_before
            return Answer(ours, "pronoun") if goes_on or theirs in (None, ours) else None
        if theirs is not None and not doubt:
            return Answer(theirs, "pronoun of coref alone")
        if before is not None and chain_before is not None and not doubt and self._is_person(chain_before, sex):
            return Answer(chain_before, "goes on")
        return None

    def _is_person(self, chain: int, sex: str) -> bool:
        return "PERSON" in self._labels.get(chain, set()) and self._people.fits(chain, sex)

    def _group(
        self, source: Span, pronoun: str, before: Attribution | None, chain_before: int | None
    ) -> Answer | None:  # fmt: skip
        mention = self._mentioned.exactly(source)
        if mention is not None:
            return _answer(mention.chain, "pronoun")
        if before is not None and chain_before is not None:
            if self._labels.get(chain_before, set()) & _GROUPS[pronoun]:
                return Answer(chain_before, "goes on")
            if pronoun == "it" and before.source is not None:
                # "It added" after "the letter read": the document goes on speaking for its author.
                if self._documents.noun(self._mentioned.core(before.source)) is not None:
                    return Answer(chain_before, "goes on")
                noted = self._documents.noted_in(before.clause)
                if noted is not None:
                    return Answer(noted, "document")
        return _answer(self._documents.opened(source.start), "document") if pronoun == "it" else None

    def _called_again(
        self, source: Span, words: str, before: Attribution | None, chain_before: int | None
    ) -> Answer | None:  # fmt: skip
        """Whom *the dad of three* means, as *he* would; *the 44-year-old*, who was said to be so old."""
        parent = _PARENT.fullmatch(words)
        if parent is not None:
            found = self._person(source, "m" if parent[1] else "f", before, chain_before)
            return None if found is None else Answer(found.chain, "parent")
        aged = _AGED.fullmatch(words)
        return None if aged is None else _answer(self._people.aged(aged[1], source.start), "age")

    # -------------------------------------------------------------------------------------- documents, descriptions

    def _writer(self, source: Span, core: Span, noun: str, chain_before: int | None) -> int | None:
        found = _POSSESSIVE.match(self.text, source.start, source.end)
        if found is None:
            return self._documents.author(source, core, noun)
        pronoun = found[1].lower()
        if pronoun in SEXES:
            answer = self._person(Span(found.start(1), found.end(1)), SEXES[pronoun], None, chain_before)
            return answer.chain if answer is not None else None
        mention = self._mentioned.exactly(Span(found.start(1), found.end(1)))
        return mention.chain if mention is not None else None

    def _described(self, source: Span, core: Span, chain_before: int | None) -> Answer | None:
        """Whom *the minister* or *the company* means: the one that was described so, or the only one in mind."""
        words = core.of(self.text)
        if _INDEFINITE.match(words):
            return None
        plain = fold(words).casefold()
        known = [
            chain
            for chain, texts in self._descriptions.items()
            if any(plain == text or plain.endswith(f" {text}") for text in texts)
        ]
        if len(known) == 1:
            return Answer(known[0], "description")
        if not re.match(r"the\b", words, re.IGNORECASE):
            return None
        noun = re.split(r"\W+", words.lower())[-1]
        if noun in lexicon.table("role_nouns") or noun in word_set("persons"):
            return self._by_description(source.start, words, noun, chain_before)
        if lexicon.table("group_nouns").get(noun) == "ORG" or noun in word_set("companies"):
            return _answer(self._organisation(source.start, noun), "organisation")
        return None

    def _by_description(self, position: int, words: str, noun: str, chain_before: int | None) -> Answer | None:
        fits = [
            chain
            for chain, entity in self._entities.items()
            if entity.label == "PERSON"
            and self._people.introduced(chain, position)
            and any(noun in re.split(r"\W+", fold(text).lower()) for text in entity.descriptions)
        ]
        if len(fits) == 1:
            return Answer(fits[0], "description")
        return Answer(chain_before, "description") if chain_before in fits and chain_before is not None else None

    def _organisation(self, position: int, noun: str) -> int | None:
        """The organisation that is in mind: of those named shortly before outside quotation marks, the only one."""
        low = bisect_left(self._starts, position - _COMPANY_REACH)
        near = [m for m in self._mentioned.mentions[low : bisect_left(self._starts, position)] if m.label == "ORG"]
        near = [m for m in near if not self._people.quoted(m.start, m.end)]
        chains = {m.chain for m in near if m.chain is not None and self._called(m.chain, noun)}
        if not chains and noun in word_set("companies"):
            # Any organisation may be a company (not any a party): the one that spoke, or that the article begins with.
            first = next((m.chain for m in self._mentioned.mentions if m.label == "ORG"), None)
            chains = {m.chain for m in near if m.chain is not None and (m.chain in self._speakers or m.chain == first)}
        return chains.pop() if len(chains) == 1 else None

    def _called(self, chain: int, noun: str) -> bool:
        entity = self._entities.get(chain)
        if entity is None:
            return False
        names = (entity.name, *entity.aliases, *entity.descriptions)
        return any(noun in re.split(r"\W+", name.lower()) for name in names)


def _sure(answer: Answer | None) -> int | None:
    return answer.chain if answer is not None and PRECISION[answer.rule] >= SURE else None


def _answer(chain: int | None, rule: str) -> Answer | None:
    return None if chain is None else Answer(chain, rule)
