"""Clauses without a parser: from chunks, the words that open clauses, and punctuation.

:mod:`attachment` finds the subjects; here the clauses are cut: where each ends, what completes its predicate. A verb
group without a subject makes no clause, unless it is coordinated with one that has it.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.stages.claims.attachment import Attachment
from pipeline.stages.claims.chunks import Chunk
from pipeline.stages.claims.clauses import Clause, Range
from pipeline.stages.claims.lemmas import verb_lemma
from pipeline.stages.claims.reading import Reading


class _Maker(Attachment):
    def make(self) -> list[Clause]:
        verbs = [
            k for k, kind in self.kinds.items() if kind == "verb" or (kind == "nonfinite" and self.is_shared_form(k))
        ]
        for k in verbs:
            if self.is_reduced_relative(k):
                self.items[k] = replace(self.items[k], kind="nonfinite")
                self.kinds[k] = "nonfinite"
            else:
                self.attach(k)
        found = [clause for k in verbs if k in self.subjects and (clause := self.clause(k)) is not None]
        if not any(clause.role in {"main", "coordinate"} for clause in found):
            found = sorted(found + self.infinitives(), key=lambda clause: clause.head)
        return found

    def is_shared_form(self, k: int) -> bool:
        """Whether a bare verb after "and" continues a finite group: "will defeat … and drive", "was held and tried"."""
        item = self.items[k]
        tag = self.reading.tags[item.start]
        if (
            item.kind != "nonfinite"
            or tag not in {"VB", "VBN", "VBG"}
            or self.kind(self.back_over_adverbs(k - 1)) != "and"
        ):
            return False
        for j in range(k - 1, -1, -1):
            other = self.items[j]
            if other.kind in {"break", "mark", "wh"}:
                return False
            if other.kind == "verb":
                return self.reading.tags[other.head] == tag and other.head > other.start
            if other.kind == "nonfinite" and self.reading.tags[other.head] == tag:
                return False
        return False

    def clause_end(self, k: int) -> int:
        """The token where the clause of verb item *k* ends: before the next clause of its own rank."""
        rank, openers = self.roles[k], set(self.opener.values())
        for j in range(k + 1, len(self.items)):
            kind = self.kinds[j]
            if kind == "break" and self.word(j) in {".", "?", "!", ";", "]"}:
                return self.items[j].start
            if j in openers:
                follower = next(v for v, first in self.opener.items() if first == j)
                if follower <= k:
                    continue
                role = self.roles[follower]
                if role in {"main", "coordinate"} or (rank not in {"main", "coordinate"} and role == rank):
                    return self.trim_right(j)
            if rank in {"relative", "adverbial"} and kind == "comma" and j > k + 1 and not self.in_list(j):
                return self.items[j].start
            if rank == "relative" and kind == "verb" and j in self.subjects and self.shared.get(j) is None:
                subject = self.subjects[j]
                if subject is not None and subject[0] < k:
                    return self.items[j].start
        return self.end

    def trim_right(self, j: int) -> int:
        """Before item *j*, without the comma, "and" or adverbs that part it from what stands before."""
        while j > 0 and self.kind(j - 1) in {"comma", "and"}:
            j -= 1
        return self.items[j].start

    def tokens(self, items: Range) -> Range:
        return self.items[items[0]].start, self.items[items[1] - 1].end

    def clause(self, k: int) -> Clause | None:
        item = self.items[k]
        subject = self.subjects[k]
        end = self.clause_end(k)
        first = self.items[self.opener[k]].start
        lemma, passive = self.predicate(item)
        mark = self.lower[first] if self.kind(self.opener[k]) in {"mark", "wh"} else None
        auxiliaries = None
        earlier = self.shared.get(k)
        if earlier is not None and self.items[earlier].head > self.items[earlier].start and item.head == item.start:
            auxiliaries = (self.items[earlier].start, self.items[earlier].head)
            if self.reading.tags[item.start] not in {"VB", "VBN"}:
                auxiliaries = None
        return Clause(
            start=first,
            end=end,
            head=item.head,
            verbs=(item.start, item.end),
            lemma=lemma,
            subject=None if subject is None else self.tokens(subject),
            object=self.completion(item.end, end),
            role=self.roles[k],
            mark=mark,
            passive=passive,
            auxiliaries=auxiliaries,
            governor=None if earlier is None else self.items[earlier].head,
        )

    def completion(self, start: int, end: int) -> Range | None:
        """What completes the predicate: up to a subordinate clause or a comma that is not part of a list."""
        stop = end
        for j, item in enumerate(self.items):
            if item.start < start:
                continue
            if item.start >= end:
                break
            if item.kind == "comma" and not self.in_list(j) and item.start > start:
                stop = item.start
                break
            if item.kind == "mark" and self.word(j) in {
                "if",
                "unless",
                "because",
                "although",
                "though",
                "while",
                "after",
            }:
                stop = item.start
                break
            if item.kind == "break" and item.start > start and self.word(j) not in {"(", ")"}:
                stop = item.start
                break
        wordy = self.reading.wordy
        while stop > start and not wordy[stop - 1] and self.lower[stop - 1] not in {"%", ")"}:
            stop -= 1
        while start < stop and not wordy[start] and self.lower[start] not in {"$", "£", "€"}:
            start += 1
        return (start, stop) if start < stop else None

    def predicate(self, item: Chunk) -> tuple[str, bool]:
        lemma = verb_lemma(self.lower[item.head])
        particle = next((i for i in range(item.head + 1, item.end) if self.reading.tags[i] == "RP"), None)
        before = [verb_lemma(self.lower[i]) for i in range(item.start, item.head)]
        passive = self.reading.tags[item.head] in {"VBN", "VBD"} and "be" in before
        return (f"{lemma} {self.lower[particle]}" if particle is not None else lemma), passive

    # -- infinitives ----------------------------------------------------------------------------------------------

    def infinitives(self) -> list[Clause]:
        """For a stretch without a finite clause: "(groups) to meet immediately and announce …"."""
        first = next((k for k in range(len(self.items)) if self.is_infinitive(k)), None)
        if first is None:
            return []
        before = self.back_over(first - 1)
        low: int | None = None
        if before >= 0:
            if self.kind(before) != "noun":
                return []
            low = self.noun_phrase_before(before)
            edge = self.kind(self.back_over(low - 1))
            if edge not in {"edge", "prep"} or (edge == "prep" and self.back_over(low - 1) > 0):
                return []
        heads = [first]
        for j in range(first + 1, len(self.items)):
            joined = self.kind(self.back_over(j - 1)) == "and" or (self.kind(j - 1) == "comma" and self.in_list(j))
            if joined and self.is_infinitive(j, bare=True):
                heads.append(j)
        subject = None if low is None else self.tokens((low, before + 1))
        begin = self.items[first if low is None else low].start
        found = []
        for n, k in enumerate(heads):
            stop = self.trim_right(heads[n + 1]) if n + 1 < len(heads) else self.end
            item = self.items[k]
            lemma, passive = self.predicate(item)
            found.append(
                Clause(
                    start=begin if n == 0 else item.start,
                    end=stop,
                    head=item.head,
                    verbs=(item.start, item.end),
                    lemma=lemma,
                    subject=subject,
                    object=self.completion(item.end, stop),
                    role="infinitive" if n == 0 else "coordinate",
                    finite=False,
                    passive=passive,
                    governor=None if n == 0 else self.items[first].head,
                )
            )
        return found

    def is_infinitive(self, k: int, bare: bool = False) -> bool:
        item = self.items[k]
        if item.kind != "nonfinite":
            return False
        return self.lower[item.start] == "to" or (bare and self.reading.tags[item.start] == "VB")


def clauses(reading: Reading, start: int, end: int) -> list[Clause]:
    """The clauses of ``start:end`` from tags and punctuation; see :class:`Clause`."""
    return _Maker(reading, start, end).make()
