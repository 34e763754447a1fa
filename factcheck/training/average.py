"""Averages the weights of training runs: often as good as the mean of their answers, at the cost of one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from factcheck.training.export import read_recipe


def cut(adapter: Mapping[str, Tensor], rank: int) -> dict[str, Tensor]:
    """The adapter of at most `rank` that is nearest to this one, by the singular values of each `up @ down`.

    (Eckart and Young 1936.) What stands for itself stays as it is.
    """
    smaller = dict(adapter)
    for name in adapter:
        if name.endswith(".up"):
            partner = name.removesuffix("up") + "down"
            outer, left = torch.linalg.qr(adapter[name].float())
            inner, right = torch.linalg.qr(adapter[partner].float().T)
            turn, values, back = torch.linalg.svd(left @ right.T, full_matrices=False)
            scale = values[:rank].sqrt()
            smaller[name] = (outer @ turn[:, :rank] * scale).to(adapter[name].dtype).contiguous()
            smaller[partner] = ((inner @ back[:rank].T * scale).T).to(adapter[name].dtype).contiguous()
    return smaller


def averaged(runs: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of adapters, exactly (model soups; Wortsman et al. 2022, arXiv:2203.05482).

    What an adapter adds is `up @ down`; the mean of such products is one of the ranks together. What stands for itself,
    such as the classifier, is averaged as it is.

    Raises:
        ValueError: the runs do not have the same tensors.
    """
    if any(run.keys() != runs[0].keys() for run in runs):
        raise ValueError("the runs are not of one base: their tensors have different names")
    mean = {}
    for name in runs[0]:
        tensors = [run[name].float() for run in runs]
        if name.endswith(".up"):
            mean[name] = torch.cat(tensors, dim=1) / len(runs)
        elif name.endswith(".down"):
            mean[name] = torch.cat(tensors, dim=0)
        else:
            mean[name] = torch.stack(tensors).mean(dim=0)
    return {name: tensor.to(runs[0][name].dtype).contiguous() for name, tensor in mean.items()}


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("checkpoints", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--rank", type=click.IntRange(min=1), help="Cut the mean to this rank; without it, the ranks add up.")
def main(out: Path, checkpoints: tuple[Path, ...], rank: int | None) -> None:
    """Write the mean of CHECKPOINTS, runs of one base that started from one another, to OUT as a checkpoint."""
    recipes = [read_recipe(checkpoint) for checkpoint in checkpoints]
    try:
        mean = averaged([load_file(checkpoint / "adapter.safetensors") for checkpoint in checkpoints])
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    whole = sum(one["rank"] for one in recipes)
    save_file(cut(mean, rank) if rank else mean, out / "adapter.safetensors")
    recipe = recipes[-1] | {"rank": min(rank or whole, whole)}
    (out / "recipe.json").write_text(json.dumps(recipe, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
