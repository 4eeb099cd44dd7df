"""Which noun phrase each verb group has for its subject, and what kind of clause it makes: from chunks alone.

The subject is sought to the left of the verb, over prepositional phrases, participles and relative clauses; a comma
before the verb means an apposition or a relative clause to step over. What can't be told is left out.
"""

from __future__ import annotations

from pipeline import lexicon
from pipeline.stages.claims.chunks import chunks
from pipeline.stages.claims.clauses import Range, Role
from pipeline.stages.claims.lemmas import verb_lemma
from pipeline.stages.claims.reading import Reading

_FREE_RELATIVES = frozenset({"what", "whatever", "whoever"})
_OVER = frozenset({"adverb", "adjective"})


class Attachment:
    """The verb groups of ``start:end`` with their subjects, roles and openers, all as indices into ``items``."""

    def __init__(self, reading: Reading, start: int, end: int) -> None:
        self.reading = reading
        self.start, self.end = start, end
        self.items = chunks(reading, start, end)
        self.kinds: dict[int, str] = {k: item.kind for k, item in enumerate(self.items)}
        self.lower = reading.lower
        self.subjects: dict[int, Range | None] = {}  # verb item -> its subject in items
        self.roles: dict[int, Role] = {}
        self.shared: dict[int, int] = {}  # verb item -> the verb item whose subject it shares
        self.opener: dict[int, int] = {}  # verb item -> first item of its clause

    def kind(self, k: int) -> str:
        return self.kinds.get(k, "edge")

    def word(self, k: int) -> str:
        return self.lower[self.items[k].start]

    def back_over(self, k: int) -> int:
        while self.kind(k) in _OVER:
            k -= 1
        return k

    def back_over_adverbs(self, k: int) -> int:
        while self.kind(k) == "adverb":
            k -= 1
        return k

    # -- subjects -------------------------------------------------------------------------------------------------

    def noun_phrase_before(self, k: int) -> int:
        """The first item of the noun phrase that ends with item *k*: over "of …", participles, relative clauses."""
        low = k
        while True:
            before = low - 1
            kind = self.kind(before)
            if (
                (kind == "prep" and self.kind(low) in {"noun", "nonfinite"})
                or kind == "nonfinite"
                or (kind in {"noun", "adjective"} and self.kind(low) in {"prep", "nonfinite"})
                or (kind == "adverb" and self.kind(low) in {"prep", "nonfinite"} and self.kind(before - 1) == "noun")
            ):
                low = before
            elif kind == "verb" and self.relative_start(before) is not None and not self.takes_clause(before):
                opener = self.relative_start(before)
                if opener is not None and self.word(opener) in _FREE_RELATIVES:
                    return opener
                if opener is None or self.kind(opener - 1) != "noun":
                    break
                low = opener - 1
            elif kind == "noun" and self.kind(low) == "noun" and low < k and self.is_participle(k):
                low = before  # "the report the bank published"
            elif kind == "and" and self.kind(low) == "noun" and self.kind(before - 1) == "noun":
                joined = self.noun_phrase_before(before - 1)
                if self.belongs_left(joined):
                    break
                low = joined
            elif (
                kind == "and"
                and self.kind(low) == "noun"
                and self.kind(before - 1) == "comma"
                and self.lists_nouns(before)
            ):
                joined = self.noun_phrase_before(before - 2)
                if self.belongs_left(joined):
                    break
                low = joined
            elif kind == "comma" and self.kind(low) == "noun" and self.kind(before - 1) == "noun" and self.in_list(low):
                joined = self.noun_phrase_before(before - 1)
                if self.belongs_left(joined):
                    break
                low = joined
            else:
                break
        while low < k and self.kind(low) in {"prep", "adverb", "adjective"}:
            # A prepositional phrase at the left edge is no part of the subject.
            low += 1
        return low

    def is_participle(self, k: int) -> bool:
        return self.kind(k) == "nonfinite" and self.reading.tags[self.items[k].head] == "VBN"

    def belongs_left(self, low: int) -> bool:
        """Whether a noun phrase is the object of an earlier verb ("sees **the troops** and the people …")."""
        left = low - 1
        while self.kind(left) in {"prep", "noun"} or self.kind(left) in _OVER:
            left -= 1
        return self.kind(left) == "nonfinite" or (self.kind(left) == "verb" and not self.takes_clause(left))

    def lists_nouns(self, conjunction: int) -> bool:
        """Whether ", and" ends a list of noun phrases ("skies, land, and sovereignty") and doesn't join clauses."""
        first = conjunction - 2
        if self.kind(conjunction - 1) != "comma":
            return False
        return self.kind(first) == "noun" and self.kind(first - 1) == "comma" and self.kind(first - 2) == "noun"

    def in_list(self, k: int) -> bool:
        """Whether "and" joins something to the noun phrase at item *k*."""
        for j in range(k, min(k + 8, len(self.items))):
            if self.kind(j) == "and":
                return True
            if self.kind(j) in {"verb", "mark", "wh", "break"}:
                return False
        return False

    def relative_start(self, k: int) -> int | None:
        """The item of the relative pronoun that is the subject of verb item *k*."""
        before = self.back_over(k - 1)
        return before if self.kind(before) == "wh" else None

    def takes_clause(self, k: int) -> bool:
        head = self.items[k].head
        return verb_lemma(self.lower[head]) in lexicon.words("claims_clause_verbs")

    def stepped_over(self, k: int) -> int | None:
        """For a verb group after a comma: the item that ends its subject, before an apposition or relative clause."""
        verbs = 0
        for j in range(k - 1, -1, -1):
            kind = self.kind(j)
            if kind in {"break"}:
                return None
            if kind == "verb":
                verbs += 1
                if self.relative_start(j) is None:
                    return None
            if kind == "comma" and self.kind(j - 1) == "noun":
                low = self.noun_phrase_before(j - 1)
                edge = self.back_over(low - 1)
                opened = self.kind(edge) in {"edge", "mark", "and", "break", "comma"} or (
                    self.kind(edge) == "verb" and self.takes_clause(edge)
                )
                first = self.kind(j + 1)
                inside = first in {"noun", "wh", "nonfinite", "adverb", "adjective", "prep"}
                if opened and inside and (first == "wh" or verbs == 0):
                    if self.kind(edge) == "comma" and first == "noun" and self.kind(edge - 1) == "noun":
                        continue
                    return j - 1
        return None

    def previous_verb(self, k: int) -> int | None:
        for j in range(k - 1, -1, -1):
            if self.kind(j) == "break" and self.word(j) in {".", "?", "!"}:
                return None
            if j in self.subjects and self.roles.get(j) not in {"relative"}:
                return j
        for j in range(k - 1, -1, -1):
            if j in self.subjects:
                return j
        return None

    def attach(self, k: int) -> None:
        """Find the subject and the role of verb item *k*."""
        left = self.back_over(k - 1)
        kind = self.kind(left)
        if kind == "wh":
            self.attach_relative(k, left)
        elif kind == "noun":
            low = self.noun_phrase_before(left)
            ends = None
            if self.kind(low - 1) == "prep" and self.kind(low - 2) in {"comma", "and"}:
                ends = self.stepped_over(low - 2 if self.kind(low - 2) == "comma" else low - 3)
            if ends is not None:  # "Our position, under the pretext of aid, is clear"
                low, left = self.noun_phrase_before(ends), ends
            self.subjects[k] = (low, left + 1)
            self.open_clause(k, low)
        elif kind == "nonfinite":
            low = self.noun_phrase_before(left)
            if self.word(low) != "to" or self.kind(self.back_over(low - 1)) == "edge":
                self.subjects[k] = (low, left + 1)
                self.open_clause(k, low)
        elif kind == "verb":
            # "The steps the government took were illegal": a relative clause without a pronoun.
            inner = self.subjects.get(left)
            if inner is not None and self.kind(inner[0] - 1) == "wh" and self.word(inner[0] - 1) in _FREE_RELATIVES:
                self.subjects[k] = (inner[0] - 1, left + 1)  # "What he saw was …"
                self.open_clause(k, inner[0] - 1)
            elif inner is not None and self.kind(inner[0] - 1) == "noun" and self.roles.get(left) == "main":
                low = self.noun_phrase_before(inner[0] - 1)
                self.subjects[k] = (low, left + 1)
                self.roles[left] = "relative"
                self.opener[left] = inner[0]
                self.open_clause(k, low)
        elif kind in {"comma", "and", "break"}:
            ends = self.stepped_over(left) if kind == "comma" else None
            if ends is not None:
                low = self.noun_phrase_before(ends)
                self.subjects[k] = (low, ends + 1)
                self.open_clause(k, low)
                return
            earlier = self.previous_verb(k) if kind != "break" else None
            if earlier is not None:
                self.subjects[k] = self.subjects[earlier]
                self.shared[k] = earlier
                self.roles[k] = (
                    "coordinate" if self.roles.get(earlier) in {"main", "coordinate"} else self.roles[earlier]
                )
                self.opener[k] = k

    def is_reduced_relative(self, k: int) -> bool:
        """Whether what looks like a past tense only modifies the noun before it ("the forces led by …")."""
        item = self.items[k]
        left = self.back_over(k - 1)
        if item.end - item.start > 1 or self.reading.tags[item.head] != "VBD" or self.kind(left) != "noun":
            return False
        low = self.noun_phrase_before(left)
        after = self.word(k + 1) if k + 1 < len(self.items) else ""
        inside = any(self.kind(j) == "nonfinite" for j in range(low, left))
        return after == "by" or (after == "with" and inside)

    def attach_relative(self, k: int, wh: int) -> None:
        before = wh - 1
        while self.kind(before) in {"comma", "prep"} or self.kind(before) in _OVER:
            before -= 1
        if self.word(wh) in _FREE_RELATIVES:
            self.subjects[k] = (wh, wh + 1)
            self.roles[k] = "complement"
        else:
            if self.kind(before) == "noun":
                self.subjects[k] = (self.antecedent(before, self.word(wh)), before + 1)
            else:
                self.subjects[k] = None
            self.roles[k] = "relative"
        self.opener[k] = wh

    def antecedent(self, k: int, pronoun: str) -> int:
        """Where the antecedent that ends with item *k* begins: the last name alone, if the pronoun fits it."""
        low = self.noun_phrase_before(k)
        if low == k:
            return low
        mention = self.reading.mention_at(self.reading.begins[self.items[k].head])
        named = mention is not None and mention.kind == "name"
        fits = mention is not None and (mention.label in {"PERSON", "NORP"}) == (pronoun in {"who", "whom"})
        return k if named and fits else low

    def open_clause(self, k: int, low: int) -> None:
        """Where the clause of verb item *k* with its subject at item *low* begins, and what it is."""
        edge = low - 1
        passed_comma = False
        # Introductory phrases belong to the clause: "in a letter to the parliament, Sadr called …".
        while True:
            kind = self.kind(edge)
            if kind in {"adverb", "adjective", "prep", "nonfinite"} or (
                kind == "noun" and self.kind(edge + 1) != "verb"
            ):
                edge -= 1
            elif kind == "comma" and not self.verb_since_opener(edge):
                passed_comma = True
                edge -= 1
            else:
                break
        kind = self.kind(edge)
        self.opener[k] = edge + 1
        if kind == "mark":
            word = self.word(edge)
            self.opener[k] = edge
            self.roles[k] = "complement" if word in {"that", "whether"} and edge > 0 else "adverbial"
            if word == "that" and edge == 0:
                self.roles[k] = "main"
        elif kind == "wh":
            self.roles[k] = "relative"
            self.opener[k] = edge
        elif kind == "verb":
            # Without "that" between them, only a verb that takes a clause can stand here.
            self.roles[k] = "complement"
            if not passed_comma:
                self.opener[k] = low
        elif kind in {"and", "comma", "break"} and any(j in self.subjects for j in range(edge)):
            self.roles[k] = self.coordination(k, edge)
        else:
            self.roles[k] = "main"

    def verb_since_opener(self, comma: int) -> bool:
        """Whether a finite verb stands between item *comma* and the break or clause word before it."""
        for j in range(comma - 1, -1, -1):
            if self.kind(j) in {"verb", "mark", "wh"}:
                return True
            if self.kind(j) == "break":
                return False
        return False

    def coordination(self, k: int, edge: int) -> Role:
        """The role of a clause with its own subject after "and", a comma or a semicolon."""
        earlier = max((j for j in self.subjects if j < edge and j in self.roles), default=None)
        if earlier is None:
            return "main"
        role = self.roles[earlier]
        if self.kind(edge) == "break" and self.word(edge) == ";":
            return "coordinate"
        if role in {"main", "coordinate"}:
            return "coordinate" if self.kind(edge) != "comma" or self.listed(edge) else "main"
        separate = self.kind(edge) == "comma" or self.kind(edge - 1) == "comma"
        if separate:
            # A fronted "if …," is over at the comma; the main clause begins.
            mains = any(self.roles.get(j) in {"main", "coordinate"} for j in self.subjects if j < edge)
            return "coordinate" if mains else "main"
        return role

    def listed(self, edge: int) -> bool:
        """Whether a clause after a comma continues a list of clauses ("A is, B is, and C is")."""
        return any(self.kind(j) == "and" and self.kind(j - 1) == "comma" for j in range(edge, len(self.items)))
