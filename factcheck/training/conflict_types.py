"""Teaches a trained model what conflicts are about: a linear layer over what it already reads (a linear probe)."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from factcheck.records import ConflictType, Relation
from factcheck.training.base import base_folder
from factcheck.training.network import Batcher, new_network
from factcheck.training.pairs import TrainingPair, labelled_pair

TYPE_LABELS = tuple(str(conflict_type) for conflict_type in ConflictType)
PENALTY = 1.0
"""The inverse strength of the L2 penalty; of 0.003 to 30 it gives most right types on dev_hunted and dev_written."""

MOST_READ = 6000
"""So many pairs are read for it, drawn by chance: there are more, and each takes a twentieth of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRows:
    """What the last layer of a model has for the types: weights of shape (types, hidden size), and biases."""

    weight: Tensor
    bias: Tensor


def typed_pairs(rows: Iterable[dict[str, Any]]) -> list[TrainingPair]:
    """The conflicts and updates among labelled rows that say what they are about, in one of our words."""
    return [
        labelled_pair(row, (row["conflict_type"],), 1.0)
        for row in rows
        if row["relation"] in (Relation.CONFLICT, Relation.UPDATE) and row.get("conflict_type") in TYPE_LABELS
    ]


def type_rows(checkpoint: Path, recipe: Mapping[str, Any], pairs: Sequence[TrainingPair]) -> TypeRows | None:
    """Rows for `TYPE_LABELS`, fitted to at most `MOST_READ` of these pairs by multinomial logistic regression.

    The model stays as it is. None where the pairs are of fewer than two types: there is nothing to tell apart.
    """
    if len({pair.labels for pair in pairs}) < 2:
        return None
    from sklearn.linear_model import LogisticRegression

    pairs = random.Random(recipe["seed"]).sample(pairs, min(len(pairs), MOST_READ))
    torch.manual_seed(recipe["seed"])
    folder = base_folder(recipe["base"], checkpoint / "base")
    network = new_network(folder, rank=recipe["rank"], dtype=torch.bfloat16).eval()
    network.load_state_dict(load_file(checkpoint / "adapter.safetensors"), strict=False)
    read = what_the_last_layer_reads(network, Batcher(folder, "cpu"), pairs)
    fitted = LogisticRegression(C=PENALTY, max_iter=3000).fit(read.numpy(), [pair.labels[0] for pair in pairs])
    rows, offsets = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:  # one row for the second of two, which stands against zero
        rows, offsets = np.vstack([np.zeros_like(rows), rows]), np.append(0.0, offsets)
    weight, bias = torch.zeros(len(TYPE_LABELS), read.shape[1]), torch.full((len(TYPE_LABELS),), -30.0)
    for label, row, offset in zip(fitted.classes_, rows, offsets, strict=True):
        weight[TYPE_LABELS.index(label)] = torch.from_numpy(row)
        bias[TYPE_LABELS.index(label)] = float(offset)
    return TypeRows(weight=weight, bias=bias)


def what_the_last_layer_reads(network: nn.Module, batcher: Batcher, pairs: Sequence[TrainingPair]) -> Tensor:
    """The input of the network's last linear layer for each pair; shape (len(pairs), hidden size)."""
    last = [module for module in network.modules() if isinstance(module, nn.Linear)][-1]
    read = torch.zeros(len(pairs), last.in_features)
    seen: list[Tensor] = []
    hook = last.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].float()))
    with torch.inference_mode():
        for batch, tokens in batcher.by_length(pairs):
            network(**tokens)
            read[batch] = seen.pop()
    hook.remove()
    return read
