"""What an article has in mind as it goes on: the mentions so far, and what the text shows of them."""

from __future__ import annotations

from typing import NamedTuple

from pipeline import lexicon
from pipeline.stages.coref.chains import Chain, title_gender
from pipeline.stages.coref.tree import SUBJECTS, Tree
from pipeline.stages.coref.view import View

_GENDERED_ROLES = {
    "actress": "f",
    "queen": "f",
    "princess": "f",
    "first lady": "f",
    "king": "m",
    "prince": "m",
    "pope": "m",
    "imam": "m",
    "ayatollah": "m",
    "monk": "m",
    "emir": "m",
    "sultan": "m",
    "sheikh": "m",
}
#: Nouns for people of one sex, with it.
GENDERED_WORDS = {
    **dict.fromkeys(
        ("boy", "boyfriend", "brother", "businessman", "chairman", "congressman", "dad", "father", "fisherman",
         "gentleman", "gunman", "guy", "husband", "man", "nephew", "policeman", "son", "spokesman", "strongman",
         "uncle", "widower"), "m"),
    **dict.fromkeys(
        ("actress", "aunt", "businesswoman", "chairwoman", "congresswoman", "daughter", "girl", "girlfriend", "lady",
         "mom", "mother", "mum", "niece", "policewoman", "sister", "spokeswoman", "waitress", "widow", "wife", "woman"),
        "f"),
}  # fmt: skip


class Reference(NamedTuple):
    """A nominal or pronoun, the chain it stands for, and how likely, where that was learned. Token indices, half
    open."""

    start: int
    end: int
    kind: str
    chain: int
    score: float | None = None


class Seen(NamedTuple):
    """A mention that has gone by: its tokens in the view, its sentence, paragraph and chain, whether it is a subject,
    and whether it only modifies a noun (*US troops*)."""

    token: int
    end: int
    sentence: int
    paragraph: int
    chain: int
    subject: bool
    modifier: bool


def see(view: View, start: int, end: int, chain: int, may_modify: bool = False) -> Seen:
    """The mention at tokens ``start:end`` as it will be remembered."""
    # "US troops": a name used as an adjective puts the troops in mind, not the country.
    modifier = may_modify and end < len(view) and view.name_at[end] < 0 and view.sentence[end] == view.sentence[start]
    modifier = modifier and (view.lower[end] == "-" or (view.lower[end][:1].isalpha() and view.modifies(end)))
    subject = not modifier and _is_subject(view, start, end)
    return Seen(start, end, view.sentence[start], view.paragraph[start], chain, subject, modifier)


def _is_subject(view: View, start: int, end: int) -> bool:
    """Whether a mention looks like a subject: a clause begins before it, and no verb, preposition or possessive. Whom
    something is *according to* is the one who says it."""
    if start > 1 and view.lower[start - 2 : start] == ["according", "to"]:
        return True
    if view.tree is not None:
        return _parsed_subject(view.tree, start, end)
    if end < len(view) and view.lower[end] in ("'s", "'"):
        return False
    k = start - 1
    sentence = view.sentence[start]
    while k >= 0 and view.sentence[k] == sentence and start - k <= 8:
        lower = view.lower[k]
        if lower in _PREPOSITIONS or lower in ("and", "or"):
            return False
        if lower in (",", ";", ":", "that", "when", "while", "after", "before", "because", "if", "as", "but", "said"):
            return True
        if view.text[k] in '“”"':
            return True
        if view.name_at[k] < 0 and view.is_verb(k):
            return False
        k -= 1
    return k < 0 or view.sentence[k] != sentence


def _parsed_subject(tree: Tree, start: int, end: int) -> bool:
    """Whether the parse makes the mention, or the title or role that it hangs on ("cleric X"), a subject."""
    k = tree.head_of(start, end)
    for _ in range(4):
        relation, above = tree.relation[k], tree.head[k]
        if relation in SUBJECTS:
            return True
        # "Trump campaign spokesman Miller" isn't about Trump.
        if relation not in _NAME_PARTS or above == k or (relation == "compound" and above > k):
            return False
        k = above
    return False


_NAME_PARTS = frozenset({"flat", "flat:name", "appos", "compound", "nmod:desc", "name"})
_PREPOSITIONS = lexicon.words("prepositions")


def note_genders(view: View, chains: list[Chain]) -> None:
    """What the text shows of each person's sex: courtesy titles and words such as *spokeswoman*, before given names."""
    for chain in chains:
        if not chain.names or chain.label != "PERSON":
            continue
        shown = ""
        for index in chain.names:
            shown = shown or title_gender(view, view.names[index].start)
        for role in chain.roles:
            shown = shown or _GENDERED_ROLES.get(role, "")
        for description in chain.descriptions:
            for word in description.lower().split():
                shown = shown or GENDERED_WORDS.get(word.strip(",."), "")
        if shown:
            chain.gender = shown
