"""Check-worthiness: a score to sort by."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from pipeline.model import encoder_folder, models_folder
from pipeline.stages.claims.worth import Odds, _model, check_worthiness, sentence_odds
from pipeline.stages.claims.worth_sentences import Network, network, packed, sentence_features, unpacked
from pipeline.stages.claims.worth_words import features
from pipeline.stages.encode import Encoded, load_encoder


def worth(text: str, sentence: Odds | None = None) -> float:
    (score,) = check_worthiness([text], sentence)
    assert score is not None
    return score


def test_a_figure_is_worth_more_than_a_courtesy() -> None:
    figure = worth("Unemployment rose to 9 percent last year and we lost 3 million jobs")
    courtesy = worth("Thank you very much for being here tonight")
    assert 0 <= courtesy < 0.2 < 0.5 < figure <= 1


def test_nothing_said_has_no_score() -> None:
    assert check_worthiness(["… —", ""]) == [None, None]
    assert check_worthiness([]) == []


def test_features_are_the_same_each_time_and_bounded() -> None:
    assert features("We lost 3 jobs") == features("We lost 3 jobs")
    assert len(features("word " * 100_000)) < 2_000


def test_what_is_said_of_oneself_or_asked_for_is_worth_less_than_a_record() -> None:
    record = worth("The senator voted against the farm bill four times between 1996 and 2002")
    wish = worth("I believe that we must do better for our children and I will fight for them")
    assert wish < 0.3 < 0.6 < record


def test_the_sentence_moves_the_words_own_score() -> None:
    text = "The bridge at Marlow carries more lorries than it was built for"
    low, high = (worth(text, np.array([given])) for given in (-3.0, 3.0))
    assert low < worth(text) < high


def test_a_score_hangs_on_its_own_proposition_alone() -> None:
    texts = ["The tax rose to 4 percent", "…", "Thank you all", "He cut 900 jobs in 2011", "The tax rose to 4 percent"]
    odds = np.array([0.3, 0.0, -1.0, 2.0, 0.3])
    together = check_worthiness(texts, odds)
    alone = [check_worthiness([text], odds[i : i + 1])[0] for i, text in enumerate(texts)]
    assert together == alone
    assert together[0] == together[4]
    assert together[1] is None


def test_the_score_by_words_is_that_of_the_features_it_was_trained_on() -> None:
    text = "The mayor's office, which closed in 1998, spent $40 million on the mayor's office"
    model = _model()
    assert model is not None
    found = features(text)
    total = model.scale * sum(int(model.words[i]) for i in found) / len(found) ** 0.5 + model.bias
    assert worth(text) == pytest.approx(1 / (1 + np.exp(-total)), abs=6e-4)


@pytest.fixture(scope="module")
def encoded() -> Encoded:
    """Four sentences, the third of white space alone."""
    sentences = ("We lost 3 million jobs last year . \n", "Thank you all for coming .", "\n\n", "He voted against it .")
    words = [word for sentence in sentences for word in sentence.split(" ")]
    starts = [0, 9, 15, 16]
    return load_encoder(encoder_folder("en_news")).encode(words, starts, [0, 9, 16])


def test_features_of_a_sentence_count_its_words(encoded: Encoded) -> None:
    found = sentence_features(encoded, ["CD", "PRP", "no such tag"], ["nsubj"])
    assert found.shape == (4, 384 + 3 + 1 + 4)
    assert found.dtype == np.float32
    assert found[0, 384] == pytest.approx(np.log1p(2))  # 3, million
    assert (found[:, 386] == 0).all()
    assert found[2, 384:].tolist() == [0] * 8  # no words
    assert found[:, -4].tolist() == pytest.approx(np.log1p([8, 6, 0, 5]).tolist())
    assert (found[:, -1] <= found[:, -3]).all()
    assert (found[:, -3] <= found[:, -2]).all()


def test_a_sentence_has_the_same_odds_alone_and_among_others() -> None:
    made = np.random.default_rng(5)
    count = 384 + 50
    net = Network(
        ("CD",), ("nsubj",), made.normal(size=count).astype(np.float32), np.full(count, 0.1, np.float32),
        made.normal(size=(40, count)).astype(np.float32), np.zeros(40, np.float32),
        made.normal(size=40).astype(np.float32), 0.1,
    )  # fmt: skip
    rows = made.normal(size=(33, count)).astype(np.float32)
    together = net.odds(rows)
    assert together.tolist() == [float(net.odds(rows[i : i + 1])[0]) for i in range(len(rows))]


def test_a_network_comes_back_from_its_file() -> None:
    made = np.random.default_rng(6)
    net = Network(
        ("CD", "NN"), ("obj",), made.normal(size=9).astype(np.float32), np.ones(9, np.float32),
        made.normal(size=(4, 9)).astype(np.float32), np.zeros(4, np.float32),
        made.normal(size=4).astype(np.float32), 0.5,
    )  # fmt: skip
    back = network(json.loads(json.dumps(net.body())))
    rows = made.normal(size=(5, 9)).astype(np.float32)
    assert (back.tags, back.relations) == (net.tags, net.relations)
    assert back.odds(rows) == pytest.approx(net.odds(rows), abs=0.1)
    assert unpacked(packed(np.zeros((2, 3)))).tolist() == [[0.0] * 3] * 2


def test_the_weights_are_those_of_the_shipped_encoder() -> None:
    """After a new encoder: ``python models/train/check_worthiness.py SHARED models/en_news``."""
    body = json.loads((models_folder() / "claims/check_worthiness.json").read_text(encoding="utf-8"))
    meta = json.loads((encoder_folder("en_news") / "meta.json").read_text(encoding="utf-8"))
    assert meta["sha256"]["model.onnx"].startswith(body["graph"])


def test_another_encoders_reading_is_left_out(encoded: Encoded) -> None:
    odds = sentence_odds(encoded)
    assert odds is not None
    assert odds.shape == (4,)
    assert odds[0] > odds[1]
    assert sentence_odds(replace(encoded, graph="0123456789ab")) is None
    assert sentence_odds(None) is None
    assert sentence_odds(SimpleNamespace(sentences=np.zeros(0, np.int32), graph=encoded.graph)) is None
