"""Who said what: speakers with their counts, every quote, and what filters need of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pipeline.report.data import Parts, ranked, write_table
from pipeline.report.names import fragment
from pipeline.report.tables import Tables

#: Kinds of entity that a quote can be about, for "who speaks about whom".
ABOUT: Final = frozenset({"PERSON", "ORG", "GPE", "NORP"})
#: So many of those spoken of, the commonest, can be filtered by and stand in the network's table.
MOST: Final = 300
#: Further pieces of a broken utterance on either side that are shown with one, and characters of each.
PIECES: Final = 3
REST: Final = 300
KINDS: Final = ("direct", "mixed", "indirect")


@dataclass
class Said:
    """What the sections on quotes share.

    ``speakers`` are entity ids, those most quoted first; ``pairs`` counts quotes by speaker and entity spoken of,
    ``unknown`` those of nobody identified, by kind; ``total`` is all of them; ``spec`` is what the script must know.
    """

    speakers: list[str]
    pairs: Counter[tuple[str, str]]
    unknown: Counter[str]
    total: int
    spec: dict[str, Any]


def spoken_of(quote: dict[str, Any], mentions: list[dict[str, Any]], labels: dict[str, str]) -> list[str]:
    """The entities named in the words of *quote*, but its speaker, each once, in order of appearance.

    *mentions* are those of the article, sorted by start.
    """
    found: dict[str, None] = {}
    for mention in mentions:
        if mention["start"] >= quote["end"]:
            break
        entity = mention["entity_id"]
        if mention["start"] < quote["start"] or mention["end"] > quote["end"] or entity is None:
            continue
        if entity != quote["speaker_entity_id"] and labels.get(entity) in ABOUT:
            found[entity] = None
    return list(found)


def gather(tables: Tables, parts: Parts, wordings: dict[str, int]) -> Said:
    """Write the quotes. *wordings* numbers the clusters that "The same words elsewhere" shows."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    pairs: Counter[tuple[str, str]] = Counter()
    topic_counts: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    spoken: list[list[str]] = []
    labels = tables.labels
    for article, quotes in tables.in_order("quotes"):
        mentions = tables.rows("mentions", article.article_id) if quotes else []
        for quote in quotes:
            about = spoken_of(quote, mentions, labels)
            spoken.append(about)
            speaker = quote["speaker_entity_id"]
            (counts[speaker] if speaker else unknown)[quote["kind"]] += 1
            topic_counts.update(about)
            if speaker:
                pairs.update((speaker, topic) for topic in about)
    speakers = ranked({speaker: found.total() for speaker, found in counts.items()})
    topics = ranked(topic_counts)[:MOST]
    speaker_number = {speaker: number for number, speaker in enumerate(speakers)}
    topic_number = {topic: number for number, topic in enumerate(topics)}
    facets: dict[str, list[Any]] = {"article": [], "speaker": [], "kind": [], "about": []}

    def rows() -> Iterator[dict[str, Any]]:
        about = iter(spoken)
        for article, quotes in tables.in_order("quotes"):
            utterances: dict[str, list[dict[str, Any]]] = defaultdict(list)
            for quote in quotes:
                utterances[quote["utterance_id"]].append(quote)
            for quote in quotes:
                facets["article"].append(article.number)
                facets["speaker"].append(speaker_number.get(quote["speaker_entity_id"], -1))
                facets["kind"].append(KINDS.index(quote["kind"]))
                facets["about"].append([topic_number[topic] for topic in next(about) if topic in topic_number])
                yield _row(quote, utterances[quote["utterance_id"]], wordings)

    spec = write_table(parts, "quotes", rows(), facets)
    names = tables.names
    spec["speakers"] = write_table(
        parts,
        "speakers",
        (
            {"id": speaker, "name": names.get(speaker, speaker), "counts": [counts[speaker][kind] for kind in KINDS]}
            for speaker in speakers
        ),
        {},
    )
    spec["unknown"] = [unknown[kind] for kind in KINDS]
    spec["topics"] = [[topic, names.get(topic, topic), topic_counts[topic]] for topic in topics]
    return Said(speakers, pairs, unknown, len(spoken), spec)


def _row(quote: dict[str, Any], utterance: list[dict[str, Any]], wordings: dict[str, int]) -> dict[str, Any]:
    """*quote* as a row; the other pieces of its *utterance* stand before and after it, so that it can be understood."""
    place = utterance.index(quote)
    said = quote["said_start"], quote["said_end"]
    return {
        "at": fragment("quote", quote["quote_id"]),
        "before": [piece["text"][:REST] for piece in utterance[:place][-PIECES:]],
        "text": quote["text"],
        "after": [piece["text"][:REST] for piece in utterance[place + 1 :][:PIECES]],
        "speaker": quote["speaker"],
        "source": quote["speaker_text"],
        "elsewhere": None if quote["speaker"] else quote["cluster_speaker"],
        "cue": quote["cue"],
        "by": quote["reported_by"],
        "said": None if said[0] is None else [day.isoformat() for day in said if day is not None],
        "channel": quote["channel"],
        "wording": wordings.get(quote["quote_cluster"] or "", -1),
    }
