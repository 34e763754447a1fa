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
def main(out: Path, checkpoints: tuple[Path, ...]) -> None:
    """Write the mean of CHECKPOINTS, runs of one base that started from one another, to OUT as a checkpoint."""
    recipes = [read_recipe(checkpoint) for checkpoint in checkpoints]
    try:
        mean = averaged([load_file(checkpoint / "adapter.safetensors") for checkpoint in checkpoints])
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    save_file(mean, out / "adapter.safetensors")
    recipe = recipes[-1] | {"rank": sum(one["rank"] for one in recipes)}
    (out / "recipe.json").write_text(json.dumps(recipe, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
