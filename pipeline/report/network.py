"""Who speaks about whom: drawn when the report is made, as bands from speakers to those they speak of.

Speakers stand on the left and those spoken of on the right, each as tall as the quotes that join it, so that nothing
crosses a name and the drawing is read as a sentence. Right-hand names are ordered by the mean place of their speakers
(the barycentre heuristic of Sugiyama, Tagawa and Toda 1981), which keeps crossings few. The drawing depends on the
counts alone: the same tables give the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.report.names import label

#: Names on either side, and pairs listed in the table beside the drawing.
LEFT: Final = 10
RIGHT: Final = 14
LISTED: Final = 200
#: Width of a bar; the other measures are those of a size.
BAR: Final = 7
#: Height of one side's bars together, and the space between two, at least a line of text.
TALL: Final = 260.0
LINE: Final = 23.0


@dataclass(frozen=True)
class Size:
    """Of a drawing, in its own units: names, cut to ``name``, stand outside of columns ``column`` from either edge."""

    kind: str
    width: int
    column: int
    name: int

    @property
    def right(self) -> int:
        """Where the right column begins."""
        return self.width - self.column - BAR


#: For a desk, and for a phone.
SIZES: Final = (Size("wide", 760, 225, 26), Size("narrow", 360, 120, 15))


@dataclass
class Node:
    """A name with its bar: ``y`` its top, ``height`` its extent, ``at`` the baseline of its name."""

    entity: str
    name: str
    title: str
    count: int
    y: float = 0.0
    height: float = 0.0
    used: float = field(default=0.0, repr=False)

    @property
    def at(self) -> float:
        return round(self.y + self.height / 2 + 4.5, 1)


@dataclass(frozen=True)
class Band:
    """A band from ``left`` to ``right``: its path, its width, how many quotes it stands for."""

    left: Node
    right: Node
    count: int
    path: str
    width: float


@dataclass
class Drawing:
    """The network drawn in one size."""

    size: Size
    left: list[Node]
    right: list[Node]
    bands: list[Band]
    height: int


@dataclass(frozen=True)
class Network:
    """Who speaks about whom: drawings, the commonest pairs, and of how many quotes which share is drawn."""

    drawings: list[Drawing]
    pairs: list[dict[str, Any]]
    n_pairs: int
    drawn: int
    total: int


def _stack(nodes: list[Node], unit: float) -> float:
    """Place *nodes* under one another; returns where the last ends."""
    y = 8.0
    for node in nodes:
        node.height = round(max(2.0, node.count * unit), 1)
        room = max(LINE, node.height + 8.0)
        node.y = round(y + (room - node.height) / 2, 1)
        y += room
    return y


def network(pairs: Counter[tuple[str, str]], names: Mapping[str, str]) -> Network:
    """The network of *pairs*, speaker and entity spoken of, each with its number of quotes."""
    ranked = sorted(pairs, key=lambda pair: (-pairs[pair], pair))
    speakers: Counter[str] = Counter()
    for (speaker, _), count in pairs.items():
        speakers[speaker] += count
    left_ids = sorted(speakers, key=lambda entity: (-speakers[entity], entity))[:LEFT]
    topics: Counter[str] = Counter()
    for (speaker, topic), count in pairs.items():
        if speaker in left_ids:
            topics[topic] += count
    right_ids = sorted(topics, key=lambda entity: (-topics[entity], entity))[:RIGHT]
    shown = {pair: pairs[pair] for pair in ranked if pair[0] in left_ids and pair[1] in right_ids}
    left_ids = [entity for entity in left_ids if any(pair[0] == entity for pair in shown)]
    place = {entity: number for number, entity in enumerate(left_ids)}

    def barycentre(topic: str) -> tuple[float, int, str]:
        joined = [(place[speaker], count) for (speaker, other), count in shown.items() if other == topic]
        return sum(p * n for p, n in joined) / sum(n for _, n in joined), -topics[topic], topic

    right_ids.sort(key=barycentre)
    listed = [
        {
            "speaker": names.get(speaker, speaker),
            "speaker_id": speaker,
            "topic": names.get(topic, topic),
            "topic_id": topic,
            "count": pairs[speaker, topic],
        }
        for speaker, topic in ranked[:LISTED]
    ]
    drawings = [_draw(size, shown, left_ids, right_ids, names) for size in SIZES]
    return Network(drawings, listed, len(pairs), sum(shown.values()), pairs.total())


def _draw(
    size: Size, shown: dict[tuple[str, str], int], left_ids: list[str], right_ids: list[str], names: Mapping[str, str]
) -> Drawing:
    def node(entity: str, side: int) -> Node:
        name = names.get(entity, entity)
        count = sum(n for pair, n in shown.items() if pair[side] == entity)
        return Node(entity, label(name, size.name), label(name), count)

    left = {entity: node(entity, 0) for entity in left_ids}
    right = {entity: node(entity, 1) for entity in right_ids}
    unit = TALL / max(1, sum(shown.values()))
    heights = [_stack(list(side.values()), unit) for side in (left, right)]
    for side, height in zip((left, right), heights, strict=True):
        # The shorter side stands in the middle.
        for item in side.values():
            item.y = round(item.y + (max(heights) - height) / 2, 1)
    order = {pair: (left_ids.index(pair[0]), right_ids.index(pair[1])) for pair in shown}
    bands = [
        _band(size, left[pair[0]], right[pair[1]], shown[pair], unit) for pair in sorted(shown, key=order.__getitem__)
    ]
    return Drawing(size, list(left.values()), list(right.values()), bands, round(max(heights)) + 8)


def _band(size: Size, one: Node, other: Node, count: int, unit: float) -> Band:
    width = max(0.8, count * unit)
    y1, y2 = one.y + one.used + width / 2, other.y + other.used + width / 2
    one.used += width
    other.used += width
    x1, x2 = size.column + BAR, size.right
    bend = (x2 - x1) * 0.45
    path = f"M{x1} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2} {y2:.1f}"
    return Band(one, other, count, path, round(width, 1))
