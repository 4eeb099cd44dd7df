"""The mean of two checkpoints' weights: often better than either, on texts that neither trained on, at no cost.

    python models/train/mean.py FIRST SECOND OUT --share 0.65

FIRST, SECOND and OUT are ``checkpoint.pt`` files; FIRST counts by the share. A phase that began where the other ended
(or began where it did) lies in the same valley of the loss, so the line between them stays low (Wortsman et al. 2022,
"Model soups"; "Robust fine-tuning of zero-shot models"). Phases from different starts don't average.

``finish.py --checkpoint OUT`` makes the model folder; ``train.py`` goes on from OUT as a new phase when it lies in the
work folder as ``checkpoint.pt``: its steps begin at nought and its optimizer anew.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from export import history
from network import Network, Sizes
from torch import Tensor
from train import SECOND_PHASE, optimizer_for, save


def mean(first: dict[str, Tensor], second: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """*share* of *first* and the rest of *second*; what *second* lacks or has in another shape stays as in *first*."""
    return {
        name: share * value + (1 - share) * second[name]
        if name in second and second[name].shape == value.shape
        else value.clone()
        for name, value in first.items()
    }


def write_mean(first: Path, second: Path, out: Path, share: float) -> None:
    """Write the mean of two checkpoints' averaged weights as one, with *first*'s state.

    Raises OSError where one can't be read, ValueError where their labels differ or *share* isn't between 0 and 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"the share is from 0 to 1, not {share}")
    one, other = (torch.load(path, map_location="cpu", weights_only=True) for path in (first, second))
    if one["state"]["lists"] != other["state"]["lists"]:
        raise ValueError(f"{first} and {second} don't know the same labels: they can't be averaged")
    average = mean(one["average"], other["average"], share)
    net = Network(Sizes(**one["state"]["sizes"]))
    net.load_state_dict(one["net"] | average)
    before = {"mean": [history(one["state"]), history(other["state"])], "share": share}
    state = one["state"] | {"step": 0, "seconds": 0.0, "words": 0, "before": before}
    save(out, net, average, optimizer_for(net, SECOND_PHASE), state)


def main() -> None:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--share", type=float, default=0.65, help="how much of FIRST, from 0 to 1")
    options = parser.parse_args()
    write_mean(options.first, options.second, options.out, options.share)


if __name__ == "__main__":
    main()
