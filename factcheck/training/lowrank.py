"""Low-rank adapters: a frozen encoder learns through a small pair of matrices beside each linear layer."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class LowRankLinear(nn.Module):
    """A frozen linear layer plus `up @ down`, both trained (LoRA; Hu et al. 2021, arXiv:2106.09685).

    `up` starts at zero, so that an untrained adapter changes nothing.
    """

    def __init__(self, frozen: nn.Linear, rank: int) -> None:
        super().__init__()
        self.frozen = frozen.requires_grad_(False)
        weight = frozen.weight
        self.down = nn.Parameter(torch.empty(rank, frozen.in_features, dtype=weight.dtype))
        self.up = nn.Parameter(torch.zeros(frozen.out_features, rank, dtype=weight.dtype))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, hidden: Tensor) -> Tensor:
        whole = self.frozen(hidden)
        low = hidden.reshape(-1, hidden.shape[-1]) @ self.down.T
        return torch.addmm(whole.view(-1, whole.shape[-1]), low, self.up.T).view(whole.shape)


def add_adapters(encoder: nn.Module, rank: int) -> None:
    """Freeze an encoder and put an adapter beside each of its linear layers."""
    encoder.requires_grad_(False)
    for parent in list(encoder.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.Linear):
                setattr(parent, name, LowRankLinear(child, rank))
