"""Which names of an article are one: full names with their parts, short forms, acronyms, spellings, given aliases."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pipeline import gazetteer, lexicon
from pipeline.naming import acronyms_of, fold, may_abbreviate, name_parts, same_part, same_parts, same_person, skeleton
from pipeline.stages.coref.view import NameSpan, View


@dataclass
class Chain:
    """The names of one entity, and what the text says of it."""

    names: list[int] = field(default_factory=list)
    forms: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    parts: tuple[str, ...] = ()
    key: str = ""
    descriptions: dict[str, None] = field(default_factory=dict)
    roles: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    gender: str = ""

    @property
    def label(self) -> str:
        """The label that most of its names carry; the alphabet decides between equals."""
        if len(self.labels) == 1:  # nearly always, and asked for very often
            return next(iter(self.labels))
        return min(self.labels.items(), key=lambda item: (-item[1], item[0]))[0]


def canonical(text: str, label: str) -> str:
    """What a name is known by when the packages or the word lists know it; else its folded words. Never empty."""
    return gazetteer.known_name(text, label) or " ".join(gazetteer.body_parts(text)) or fold(text).lower()


def build_chains(view: View) -> tuple[list[Chain], list[int | None]]:
    """The chains of the article's names, and for each name of ``view.names`` its chain (None where two fit)."""
    chains: list[Chain] = []
    of_name: list[int | None] = [None] * len(view.names)
    _outlets(view)
    people = [i for i, span in enumerate(view.names) if span.label == "PERSON"]
    others = [i for i, span in enumerate(view.names) if span.label != "PERSON"]
    _others(view, others, chains, of_name)
    _people(view, people, chains, of_name)
    _introduced(view, chains, of_name)
    return chains, of_name


_OUTLETS = frozenset(("blog", "channel", "magazine", "newspaper", "podcast", "site", "website", "weblog"))


def _outlets(view: View) -> None:
    """ "the Saker blog": what was read as a person's name, and stands for nobody in the article, is an outlet's."""
    bearers = Counter(part for span in view.names if span.label == "PERSON" for part in set(name_parts(span.text)))
    for i, span in enumerate(view.names):
        if span.label != "PERSON" or not span.start or span.end >= len(view):
            continue
        alone = all(bearers[part] == 1 for part in name_parts(span.text))
        if alone and view.lower[span.start - 1] == "the" and view.lower[span.end] in _OUTLETS:
            view.names[i] = span._replace(label="ORG")


def _add(chain: Chain, number: int, index: int, span: NameSpan, of_name: list[int | None]) -> None:
    chain.names.append(index)
    chain.forms[span.text] += 1
    chain.labels[span.label] += 1
    of_name[index] = number


def _others(view: View, indices: list[int], chains: list[Chain], of_name: list[int | None]) -> None:
    by_key: dict[tuple[str, str], int] = {}
    by_skeleton: dict[tuple[str, ...], list[int]] = {}
    for i in sorted(indices, key=lambda i: (-len(view.names[i].text), i)):
        span = view.names[i]
        kind = "place" if span.label in ("GPE", "LOC", "FAC", "ORG") else span.label
        key = (kind, canonical(span.text, span.label))
        number = by_key.get(key)
        if number is None:
            parts = name_parts(span.text)
            bones = (kind, *map(skeleton, parts))
            if ":" not in key[1]:
                near = [n for n in by_skeleton.get(bones, ()) if same_parts(chains[n].parts, parts)]
                number = near[0] if len(near) == 1 else None
            if number is None:
                number = len(chains)
                chains.append(Chain(parts=parts, key=key[1]))
                by_skeleton.setdefault(bones, []).append(number)
            by_key[key] = number
        _add(chains[number], number, i, span, of_name)
    _short_forms(chains, of_name)


# Heads of bodies that are named after something else: the *Coast Rail Union* isn't *Coast Rail*.
_OF_OTHERS = frozenset(
    (
        "administration",
        "army",
        "association",
        "board",
        "club",
        "commission",
        "committee",
        "council",
        "court",
        "department",
        "federation",
        "foundation",
        "government",
        "ministry",
        "museum",
        "parliament",
        "police",
        "union",
    )
)


def _short_forms(chains: list[Chain], of_name: list[int | None]) -> None:
    """Join acronyms and names without their head word to the one organisation of the article that they fit."""
    organisations = [
        n for n, chain in enumerate(chains) if chain.names and chain.label == "ORG" and len(chain.parts) > 1
    ]
    by_acronym: dict[str, set[int]] = {}
    by_stem: dict[tuple[str, ...], set[int]] = {}
    heads = {head.lower() for head in lexicon.words("organisation_heads")}
    for n, chain in enumerate(chains):
        if chain.names and len(chain.parts) > 1 and chain.label in ("ORG", "GPE", "LOC", "FAC"):
            for form in chain.forms:
                for short in acronyms_of(form):
                    by_acronym.setdefault(short, set()).add(n)
    for n in organisations:
        parts = chains[n].parts
        if parts[-1] in heads - _OF_OTHERS:
            by_stem.setdefault(parts[:-1], set()).add(n)
        # "the House of Commons", "the Commons"; but a university's place names its team as well.
        if len(parts) > 2 and parts[0] in heads - {"university", "college"} and parts[1] == "of":
            by_stem.setdefault(parts[3:] if parts[2] == "the" else parts[2:], set()).add(n)
    by_head = _by_head(chains, heads)
    for n, chain in enumerate(chains):
        if not chain.names or chain.key.startswith(("country:", "people:", "org:")):
            continue
        form = next(iter(chain.forms))
        fits: set[int] = set()
        letters = form.replace(".", "")
        bare = _without_country(form)
        if bare and chain.label == "ORG":
            # "US State Department" and "the State Department", in one article.
            same = {m for m in organisations if m != n and chains[m].names and chains[m].parts == name_parts(bare)}
            if len(same) == 1:
                merge(chains, of_name, n, min(same))
                continue
        if letters.isupper() and 2 < len(letters) <= 8 and letters.isalpha():
            fits = by_acronym.get(letters, set())
        elif chain.label == "ORG" or (chain.label in ("PERSON", "GPE") and gazetteer.place(form) is None):
            fits = by_stem.get(chain.parts, set())
        if not fits and len(chain.parts) == 1 and chain.label not in ("PERSON", "NORP"):
            fits = by_head.get(chain.parts[0], set())
        fits = {m for m in fits if m != n and chains[m].names}
        if len(fits) == 1:
            merge(chains, of_name, min(fits), n)


def _by_head(chains: list[Chain], heads: set[str]) -> dict[str, set[int]]:
    """The word by which alone an article goes on to call a thing, to the chains of longer names that it heads: "the
    Court" of the *Supreme Court*, "the Church" of the *Church of the Dawn*, "the North" of *North Korea*."""
    found: dict[str, set[int]] = {}
    for n, chain in enumerate(chains):
        if not chain.names or len(chain.parts) < 2:
            continue
        parts = chain.parts
        if chain.label in ("ORG", "FAC"):
            head = parts[parts.index("of") - 1] if "of" in parts[1:] else parts[-1]
            if head in heads:
                found.setdefault(head, set()).add(n)
        elif chain.label == "GPE" and parts[0] in ("north", "south", "east", "west"):
            found.setdefault(parts[0], set()).add(n)
    return found


def _without_country(form: str) -> str:
    """*form* without the country or nationality that opens it, where two words or more are left; else empty."""
    for length in (2, 1):
        words = form.split()
        first = " ".join(words[:length])
        if len(words) - length >= 2 and (gazetteer.country_code(first) or gazetteer.nationality_code(first)):
            return " ".join(words[length:])
    return ""


def merge(chains: list[Chain], of_name: list[int | None], into: int, other: int) -> None:
    """Move all of chain *other* to chain *into*; *other* stays behind empty."""
    if into == other:
        return
    target, source = chains[into], chains[other]
    for index in source.names:
        of_name[index] = into
    target.names = sorted(target.names + source.names)
    target.forms.update(source.forms)
    target.labels.update(source.labels)
    for mapping, further in (
        (target.roles, source.roles),
        (target.groups, source.groups),
    ):
        for key, value in further.items():
            mapping.setdefault(key, value)
    target.descriptions.update(source.descriptions)
    chains[other] = Chain()


def _people(view: View, indices: list[int], chains: list[Chain], of_name: list[int | None]) -> None:
    """Full names first, the longest before the shorter; then single parts, to the one full name that has them."""
    full: list[int] = []
    by_last: dict[str, list[int]] = {}
    by_first: dict[str, list[int]] = {}
    singles: list[int] = []
    parts_of = {i: gazetteer.person_parts(view.names[i].text) for i in indices}
    for i in sorted(indices, key=lambda i: (-len(parts_of[i]), i)):
        parts = parts_of[i]
        if len(parts) < 2:
            singles.append(i)
            continue
        fits = [n for n in by_last.get(skeleton(parts[-1]), ()) if same_person(chains[n].parts, parts)]
        if len(fits) > 1:
            exact = [n for n in fits if chains[n].parts == parts]
            fits = exact if len(exact) == 1 else []
            if not fits:
                continue
        if fits:
            number = fits[0]
        else:
            number = len(chains)
            chains.append(Chain(parts=parts, key=" ".join(parts), gender=_given_gender(view.names[i])))
            full.append(number)
            by_last.setdefault(skeleton(parts[-1]), []).append(number)
            by_first.setdefault(skeleton(parts[0]), []).append(number)
            # "Kim Jong-un", "Kim Jong Un".
            joined = skeleton("".join(parts[-2:]))
            if len(parts) > 2 and joined != skeleton(parts[-1]):
                by_last.setdefault(joined, []).append(number)
        _add(chains[number], number, i, view.names[i], of_name)
    alone: dict[str, int] = {}
    for i in sorted(singles):
        parts = parts_of[i]
        part = parts[0] if parts else view.names[i].text.lower()
        fits = [n for n in by_last.get(skeleton(part), ()) if _has_last(chains[n].parts, part)]
        if not fits:
            fits = [n for n in by_first.get(skeleton(part), ()) if same_part(chains[n].parts[0], part)]
        if len(fits) > 1:
            fits = _by_title(view, i, chains, fits)
        if len(fits) == 1:
            _add(chains[fits[0]], fits[0], i, view.names[i], of_name)
            continue
        if fits:
            continue
        number = alone.setdefault(part, len(chains))
        if number == len(chains):
            chains.append(Chain(parts=parts, key=part, gender=_given_gender(view.names[i])))
        _add(chains[number], number, i, view.names[i], of_name)


def _has_last(parts: tuple[str, ...], part: str) -> bool:
    return same_part(parts[-1], part) or (len(parts) > 2 and same_part("".join(parts[-2:]), part))


def _given_gender(span: NameSpan) -> str:
    given = lexicon.table("given_names").get(fold(span.text.split()[0]), "")
    return given if given != "u" else ""


_FEMALE = frozenset(("Mrs", "Ms", "Miss", "Mme", "Madame", "Lady", "Dame", "Queen", "Princess", "Baroness", "Sister"))
_MALE = frozenset(
    ("Mr", "Sir", "Lord", "King", "Prince", "Baron", "Duke", "Emperor", "Father", "Sheikh", "Imam", "Pope")
)


def title_gender(view: View, start: int) -> str:
    """What the title right before token *start* shows: ``f``, ``m`` or nothing."""
    before = start - 2 if start > 1 and view.text[start - 1] == "." else start - 1
    word = view.text[before].rstrip(".") if before >= 0 else ""
    return "f" if word in _FEMALE else "m" if word in _MALE else ""


def _by_title(view: View, i: int, chains: list[Chain], fits: list[int]) -> list[int]:
    """Of several people of one surname: those whose sex fits the title; else those named before, of them the one called
    by the surname alone; else the one named in full nearest before."""
    shown = title_gender(view, view.names[i].start)
    if shown:
        fits = [n for n in fits if chains[n].gender in (shown, "")]
    if len(fits) > 1:
        # Who is named only later isn't meant; who went by the bare name before goes on to.
        fits = [n for n in fits if any(k < i for k in chains[n].names)] or fits
        bare = [n for n in fits if any(k < i and _bare(view, k) == _bare(view, i) for k in chains[n].names)]
        fits = bare if len(bare) == 1 else fits
    if len(fits) > 1:
        sentence = view.sentence[view.names[i].start]
        near = {
            n for n in fits for k in chains[n].names if k < i and sentence - view.sentence[view.names[k].start] <= 3
        }
        fits = sorted(near) if len(near) == 1 else fits
    return fits


def _bare(view: View, k: int) -> tuple[str, ...]:
    return gazetteer.person_parts(view.names[k].text)


_KNOWN_AS = (
    ("also", "known", "as"),
    ("also", "called"),
    ("better", "known", "as"),
    ("known", "as"),
    ("a.k.a.",),
    ("aka",),
    ("formerly",),
    ("formerly", "known", "as"),
    ("known", "locally", "as"),
    ("or",),
)


def _introduced(view: View, chains: list[Chain], of_name: list[int | None]) -> None:
    """Join the other names that the text itself gives: "the Islamic State (IS)", "X, also known as Y"."""
    for i in range(len(view.names) - 1):
        left, right = view.names[i], view.names[i + 1]
        a, b = of_name[i], of_name[i + 1]
        gap = right.start - left.end
        if a is None or b is None or a == b or not 0 < gap <= 6 or not chains[a].names or not chains[b].names:
            continue
        between = view.lower[left.end : right.start]
        closes = view.lower[right.end] if right.end < len(view) else ""
        words = tuple(word for word in between if word not in ("(", ",", "the"))
        bracket = between[0] == "(" and closes in (")", ",", ";") and len(words) <= 3
        if bracket and (not words or words in _KNOWN_AS):
            if _alias_fits(left, right, chains[a], chains[b]):
                _join(chains, of_name, a, b)
        elif between[0] in (",", "also", "known") and words in _KNOWN_AS[:-1] and left.label == right.label:
            _join(chains, of_name, a, b)


def _join(chains: list[Chain], of_name: list[int | None], a: int, b: int) -> None:
    """Chain *b*'s names are other names of *a*, which keeps its label."""
    label = chains[a].label
    merge(chains, of_name, a, b)
    chains[a].labels[label] += sum(chains[a].labels.values())


def _alias_fits(left: NameSpan, right: NameSpan, a: Chain, b: Chain) -> bool:
    short = right.text
    if may_abbreviate(short, left.text) and short.replace(".", "")[:1].isupper() and short.upper() == short:
        return True
    if left.label in ("PERSON", "ORG") and left.label == right.label and left.end - left.start > 1:
        both_known = a.key.startswith("org:") and b.key.startswith("org:")
        return not both_known and not short.isupper()
    return False
