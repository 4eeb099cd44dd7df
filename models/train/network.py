"""The network: MiniLM (a BERT of six layers, 384 wide) with a word-shape embedding, and one head a task."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from labels import ROLE_TAGS, allowed_transitions
from torch import Tensor, nn
from torch.nn import functional

HIDDEN, LAYERS, HEADS, INNER, POSITIONS = 384, 6, 12, 1536, 256
FORBIDDEN = -1e4


@dataclass(frozen=True)
class Sizes:
    """How many of what the network knows."""

    vocabulary: int
    shapes: int
    names: int
    upos: int
    xpos: int
    deps: int
    roles: int
    arc: int = 256
    label: int = 128
    link: int = 128
    span: int = 128

    def as_dict(self) -> dict[str, int]:
        """For the checkpoint and the card."""
        return asdict(self)


class Layer(nn.Module):
    """One BERT layer, normalised after each half."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.norm1 = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.up = nn.Linear(HIDDEN, INNER)
        self.down = nn.Linear(INNER, HIDDEN)
        self.norm2 = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """``x`` (batch, pieces, hidden), ``bias`` (batch, 1, 1, pieces) added to the attention scores."""
        b, t, _ = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
        x = self.norm1(x + self.dropout(self.out(seen.transpose(1, 2).reshape(b, t, HIDDEN))))
        return self.norm2(x + self.dropout(self.down(functional.gelu(self.up(x)))))


class Biaffine(nn.Module):
    """Scores of every word as the head of every word: ``d W h + u h`` over two small projections (Dozat & Manning)."""

    def __init__(self, size: int, dropout: float) -> None:
        super().__init__()
        self.dep = nn.Linear(HIDDEN, size)
        self.head = nn.Linear(HIDDEN, size)
        self.weight = nn.Linear(size, size, bias=True)
        self.dropout = nn.Dropout(dropout)
        self.scale = size**-0.5

    def forward(self, x: Tensor) -> Tensor:
        """(batch, words, hidden) -> (batch, words, candidate heads)."""
        dep = self.dropout(functional.relu(self.dep(x)))
        head = self.dropout(functional.relu(self.head(x)))
        # The bias of `weight` is the term that depends on the candidate alone.
        return torch.matmul(self.weight(dep), head.transpose(1, 2)) * self.scale


class Network(nn.Module):
    """Encoder and heads. Everything after the encoder works on words: each word's first piece stands for it."""

    def __init__(self, sizes: Sizes, dropout: float = 0.1, head_dropout: float = 0.3) -> None:
        super().__init__()
        self.sizes = sizes
        self.pieces = nn.Embedding(sizes.vocabulary, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.shapes = nn.Embedding(sizes.shapes, HIDDEN)
        nn.init.zeros_(self.shapes.weight)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.head_dropout = nn.Dropout(head_dropout)
        self.names = nn.Linear(HIDDEN, sizes.names)
        self.upos = nn.Linear(HIDDEN, sizes.upos)
        self.xpos = nn.Linear(HIDDEN, sizes.xpos)
        self.arcs = Biaffine(sizes.arc, head_dropout)
        self.label_dep = nn.Linear(HIDDEN, sizes.label)
        self.label_head = nn.Linear(HIDDEN, sizes.label)
        self.labels = nn.Linear(3 * sizes.label, sizes.deps)
        self.roles = nn.Linear(HIDDEN, sizes.roles)
        self.links = Biaffine(sizes.link, head_dropout)
        self.spans = Biaffine(sizes.span, head_dropout)
        self.factuality = nn.Linear(HIDDEN, 1)
        self.worth = nn.Linear(HIDDEN, 1)
        self.vector = nn.Linear(HIDDEN, HIDDEN)
        nn.init.eye_(self.vector.weight)
        nn.init.zeros_(self.vector.bias)
        self.transitions = nn.Parameter(torch.zeros(sizes.roles + 1, sizes.roles + 1))
        allowed = torch.tensor(allowed_transitions(ROLE_TAGS))
        # A window may begin or end inside a long quotation.
        allowed[-1, :] = True
        allowed[:, -1] = True
        self.register_buffer("forbidden", torch.where(allowed, 0.0, FORBIDDEN), persistent=False)

    def encode(self, pieces: Tensor, shapes: Tensor, mask: Tensor) -> Tensor:
        """Piece vectors (batch, pieces, hidden); ``mask`` (batch, pieces) is 1 for a piece, 0 for padding."""
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.pieces(pieces) + self.positions(places) + self.shapes(shapes)
        x = self.dropout(self.norm(x))
        bias = ((1.0 - mask.to(x.dtype)) * FORBIDDEN)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def words(self, x: Tensor, first: Tensor) -> Tensor:
        """Word vectors (batch, words, hidden) out of piece vectors."""
        return torch.gather(x, 1, first[:, :, None].expand(-1, -1, x.shape[2]))

    def label_scores(self, dep: Tensor, head: Tensor) -> Tensor:
        """Dependency label scores of rows of (dependent, head) label vectors."""
        return self.labels(torch.cat([dep, head, dep * head], dim=-1))

    def crf_loss(self, scores: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """Negative log likelihood a word of the role tags, a linear-chain CRF (Lafferty et al. 2001).

        ``scores`` (batch, words, tags) float32, ``tags`` (batch, words), ``mask`` (batch, words) bool, the first word
        of each row being real.
        """
        moves = self.transitions + self.forbidden
        n = scores.shape[2]
        inner = moves[:n, :n]
        safe = tags.clamp(min=0)
        alpha = scores[:, 0] + moves[n, :n]
        gold = scores[:, 0].gather(1, safe[:, :1]).squeeze(1) + moves[n, safe[:, 0]]
        for t in range(1, scores.shape[1]):
            step = torch.logsumexp(alpha[:, :, None] + inner[None], dim=1) + scores[:, t]
            here = mask[:, t]
            alpha = torch.where(here[:, None], step, alpha)
            add = scores[:, t].gather(1, safe[:, t : t + 1]).squeeze(1) + inner[safe[:, t - 1], safe[:, t]]
            gold = gold + torch.where(here, add, torch.zeros_like(add))
        last = safe.gather(1, mask.sum(1, keepdim=True).long() - 1).squeeze(1)
        total = torch.logsumexp(alpha + moves[:n, n], dim=1)
        return (total - gold - moves[last, n]).sum() / mask.sum()


def load_minilm(network: Network, folder: Path) -> None:
    """Fill the encoder with the published weights of all-MiniLM-L6-v2 (``model.safetensors`` in *folder*)."""
    from safetensors.torch import load_file

    w = {k.removeprefix("bert."): v for k, v in load_file(str(folder / "model.safetensors")).items()}
    state: dict[str, Tensor] = {
        "pieces.weight": w["embeddings.word_embeddings.weight"],
        # Every piece is of the first segment: its vector is added to the positions once and for all.
        "positions.weight": w["embeddings.position_embeddings.weight"][:POSITIONS]
        + w["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": w["embeddings.LayerNorm.weight"],
        "norm.bias": w["embeddings.LayerNorm.bias"],
    }
    for i in range(LAYERS):
        old, new = f"encoder.layer.{i}.", f"layers.{i}."
        for part in ("weight", "bias"):
            state[new + "qkv." + part] = torch.cat(
                [w[f"{old}attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            )
            for ours, theirs in (
                ("out", "attention.output.dense"), ("norm1", "attention.output.LayerNorm"),
                ("up", "intermediate.dense"), ("down", "output.dense"), ("norm2", "output.LayerNorm"),
            ):  # fmt: skip
                state[f"{new}{ours}.{part}"] = w[f"{old}{theirs}.{part}"]
    missing, unexpected = network.load_state_dict(state, strict=False)
    if unexpected or any(name.startswith("layers.") for name in missing):
        raise ValueError(f"the published weights do not fit: {missing} {unexpected}")
