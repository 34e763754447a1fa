"""The network in training: one encoder, one head that answers the NLI question and the relation question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from factcheck.records import RELATIONS
from factcheck.relations import NLI_LABELS
from factcheck.training.lowrank import add_adapters
from factcheck.training.pairs import TrainingPair

LABELS = (*RELATIONS, *NLI_LABELS)
MAX_TOKENS = 192


def new_network(folder: Path, *, rank: int, dtype: torch.dtype) -> nn.Module:
    """A sequence classifier over `LABELS` on a pretrained encoder, with adapters of `rank`, or all of it where 0."""
    from transformers import AutoConfig, AutoModelForSequenceClassification

    config = AutoConfig.from_pretrained(
        folder,
        num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)),
        label2id={label: number for number, label in enumerate(LABELS)},
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    # eager: the backward pass of scaled_dot_product_attention in bfloat16 is several times slower on a CPU.
    network: nn.Module = AutoModelForSequenceClassification.from_pretrained(
        folder, config=config, dtype=dtype, attn_implementation="eager"
    )
    if rank:
        add_adapters(network.get_submodule(str(network.base_model_prefix)), rank)
    return network


class Batcher:
    """Turns pairs into padded token tensors and label masks."""

    def __init__(self, folder: Path, device: str) -> None:
        from transformers import AutoTokenizer

        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self.device = device

    def tokens(self, pairs: Sequence[tuple[str, str]]) -> dict[str, Tensor]:
        lefts, rights = zip(*pairs, strict=True)
        batch = self.tokenizer(
            list(lefts), list(rights), padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt"
        )
        return {name: tensor.to(self.device) for name, tensor in batch.items()}

    def by_length(self, pairs: Sequence[TrainingPair], size: int = 32) -> Iterator[tuple[list[int], dict[str, Tensor]]]:
        """The places and tokens of batches of pairs, shortest first, so that little is padding."""
        order = sorted(range(len(pairs)), key=lambda at: len(pairs[at].left) + len(pairs[at].right))
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            yield batch, self.tokens([(pairs[at].left, pairs[at].right) for at in batch])

    def labels(self, pairs: Sequence[TrainingPair]) -> Tensor:
        """True where a label is right for a pair; shape (pairs, labels)."""
        rows = [[label in pair.labels for label in LABELS] for pair in pairs]
        return torch.tensor(rows, device=self.device)


def partial_label_loss(logits: Tensor, right: Tensor, weights: Tensor, smoothing: float = 0.0) -> Tensor:
    """The mean over pairs of -log P(one of the right labels), among the labels of the pair's own question.

    `smoothing` is the share of the loss that asks for all labels alike: label smoothing (Szegedy et al. 2016), which
    also tempers wrong labels (Lukasik et al. 2020).
    """
    is_nli = right[:, len(RELATIONS) :].any(dim=1, keepdim=True)
    asked = torch.cat([~is_nli.expand(-1, len(RELATIONS)), is_nli.expand(-1, len(NLI_LABELS))], dim=1)
    logits = logits.float().masked_fill(~asked, -1e9)
    log_all = torch.log_softmax(logits, dim=1)
    log_right = torch.logsumexp(log_all.masked_fill(~right, -1e9), dim=1)
    log_any = log_all.masked_fill(~asked, 0.0).sum(dim=1) / asked.sum(dim=1)
    log_wanted = (1 - smoothing) * log_right + smoothing * log_any
    return -(log_wanted * weights).sum() / weights.sum()
