"""Coreference in an article, for news: which mentions are one entity, and what the text says of it.

Sets ``doc._.mentions`` and ``doc._.entities`` from ``doc.ents``. Names are joined by the parts of full names, by
spelling, by acronyms and other names that the text gives; titles and appositions become descriptions; definite nominals
and pronouns are kept only where they stand for one named entity and no other fits as well; where there is a parse, a
learned ranking decides on pronouns (:mod:`~pipeline.stages.coref.ranking`). The order - precise rules first, each
seeing whole chains - follows the multi-pass sieve of Raghunathan et al. (2010).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import gazetteer
from pipeline.annotations import LABELS, Entity, Label, Mention, MentionKind
from pipeline.stages.coref.chains import Chain, build_chains
from pipeline.stages.coref.descriptions import describe
from pipeline.stages.coref.references import resolve
from pipeline.stages.coref.view import View

__all__ = ["Coref", "make_coref"]


@Language.factory("coref", requires=["doc.ents"], assigns=["doc._.mentions", "doc._.entities"])
def make_coref(nlp: Language, name: str) -> Coref:
    """The ``coref`` component. It has no settings."""
    return Coref()


class Coref:
    """Sets ``doc._.mentions`` (in text order) and ``doc._.entities`` (by chain number). Never raises."""

    def __call__(self, doc: Doc) -> Doc:
        """Resolve the mentions of *doc*; a rule's have no ``score``, as rules know no probability."""
        doc._.mentions, doc._.entities = [], []
        if not doc.ents:
            return doc
        view = View(doc)
        if not view.names:
            return doc
        chains, of_name = build_chains(view)
        described = describe(view, chains, of_name)
        taken = {
            k: chain
            for item in described
            if (chain := of_name[item.name]) is not None
            for k in range(item.full_start, item.end)
        }
        found: list[tuple[int, int, str, int | None, str]] = []
        for index, span in enumerate(view.names):
            found.append((span.start, span.end, "name", of_name[index], span.label))
        for item in described:
            number = of_name[item.name]
            if item.apart and number is not None:
                start = item.full_start if view.name_at[item.full_start] < 0 else item.start
                found.append((start, item.end, "nominal", number, ""))
        # What the stage "names" left; a name that a rule found has none.
        scores: dict[tuple[int, int], float] = dict(doc.user_data.get("name_scores", {}))
        for reference in resolve(view, chains, of_name, taken):
            found.append((reference.start, reference.end, reference.kind, reference.chain, ""))
            if reference.score is not None:
                scores[view.characters(reference.start, reference.end)] = round(reference.score, 4)
        _write(view, chains, scores, in_order(found))
        return doc


def in_order(found: Iterable[tuple[int, int, str, int | None, str]]) -> list[tuple[int, int, str, int | None, str]]:
    """Mentions (first token, end, kind, chain, label), each once, by all that they are: the words of one may stand for
    two chains, and the order of a set hangs on the process."""
    return sorted(set(found), key=lambda m: (m[0], m[1], m[2], -1 if m[3] is None else m[3], m[4]))


def _write(
    view: View,
    chains: list[Chain],
    scores: Mapping[tuple[int, int], float],
    found: list[tuple[int, int, str, int | None, str]],
) -> None:
    order: dict[int, int] = {}
    for _, _, _, number, _ in found:
        if number is not None:
            order.setdefault(number, len(order))
    mentions: list[Mention] = []
    for start, end, kind, number, label in found:
        own = chains[number].label if number is not None else label
        if own in LABELS:
            chain = order[number] if number is not None else None
            edges = view.characters(start, end)
            score = scores.get(edges)
            mentions.append(Mention(*edges, cast(Label, own), cast(MentionKind, kind), chain, score))
    view.doc._.mentions = mentions
    view.doc._.entities = [_entity(chains[number], position) for number, position in order.items()]


def _entity(chain: Chain, position: int) -> Entity:
    """The chain as the article's entity: the form with most parts names it, then the commonest, then the alphabet."""
    forms = sorted(chain.forms.items(), key=lambda item: (-item[1], -len(item[0]), item[0]))
    name = max(forms, key=lambda item: (_fullness(item[0], chain), item[1], -len(item[0]), item[0]))[0]
    if chain.label == "GPE" and name.isupper() and len(name) > 3 and gazetteer.place(name.title()):
        name = name.title()  # a dateline: BAGHDAD
    return Entity(
        chain=position,
        name=name,
        label=cast(Label, chain.label),
        aliases=tuple(form for form, _ in forms),
        descriptions=tuple(chain.descriptions),
    )


def _fullness(form: str, chain: Chain) -> int:
    letters = form.replace(".", "")
    if letters.isupper() and " " not in form and chain.label != "GPE":
        return 0
    return len(form.split())
