"""Turns a checkpoint into a model: the one that ships, as adapter, calibration and operating points, or a folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import click
import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from factcheck.records import FLAGGED, RELATIONS, Relation
from factcheck.relations import CrossEncoderRelations
from factcheck.training.base import base_folder
from factcheck.training.calibration import as_manifest, at_base_rate, cross_fitted, fit, operating_points
from factcheck.training.conflict_types import TYPE_LABELS, TypeRows, type_rows, typed_pairs
from factcheck.training.labels import labelled_rows
from factcheck.training.network import LABELS
from factcheck.training.pairs import read_lines, relation_of, rendered
from factcheck.weights import BASE_FILES, BUILTIN, MANIFEST, builtin_folder, merge, read_manifest, sha256_of

ARCHITECTURES = {
    "mpnet": ("MPNetForSequenceClassification", "mpnet"),
    "minilm": ("BertForSequenceClassification", "bert"),
}
"""The class of each base's classifier, and the name of its encoder within."""

TENSION_SHARE = 0.3
"""How much of the logit of tension is taken off those of conflict and update.

Of the pairs that training shows, as many are tensions as conflicts; of natural pairs hardly any is. What a network has
to tell of tension is then lost in its softmax, though it still says that no conflict is plain. Chosen on dev.jsonl and
dev_hunted.jsonl; docs/experiments.md has the figures.
"""

CANDIDATES = Path(__file__).with_name("candidates_of_2019.jsonl")
"""Labels for candidate pairs of the news of 2019, drawn by chance from all that the service's retrieval gave."""

UNCALIBRATED = {"scale": 1.0, "bias": dict.fromkeys(RELATIONS, 0.0)}


def read_recipe(checkpoint: Path) -> dict[str, Any]:
    """The recipe of the run in a checkpoint."""
    recipe: dict[str, Any] = json.loads((checkpoint / "recipe.json").read_text(encoding="utf-8"))
    return recipe


def last_layer(tensors: Mapping[str, Tensor]) -> tuple[str, str]:
    """The names of the weight and the bias that give the logits of `LABELS`."""
    [weight] = (
        name
        for name in tensors
        if name.startswith("classifier.") and tensors[name].shape[0] == len(LABELS) and tensors[name].ndim == 2
    )
    return weight, weight.removesuffix("weight") + "bias"


def set_off_from_tension(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of a model whose logits of conflict and update are lower by `TENSION_SHARE` of that of tension."""
    changed = {name: tensors[name].float().clone() for name in last_layer(tensors)}
    for rows in changed.values():
        for relation in (Relation.CONFLICT, Relation.UPDATE):
            rows[LABELS.index(relation)] -= TENSION_SHARE * rows[LABELS.index(Relation.TENSION)]
    return {**tensors, **changed}


def with_rows(tensors: Mapping[str, Tensor], types: TypeRows) -> dict[str, Tensor]:
    """The tensors of a model whose last layer answers one question more."""
    weight, bias = last_layer(tensors)
    return {
        **tensors,
        weight: torch.cat([tensors[weight].float(), types.weight]),
        bias: torch.cat([tensors[bias].float(), types.bias]),
    }


def write_adapter(checkpoint: Path, folder: Path, types: TypeRows | None) -> None:
    """Write the trained tensors, with those of the types if any, as bfloat16; the manifest is not calibrated yet."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = set_off_from_tension(load_file(checkpoint / "adapter.safetensors"))
    if types:
        tensors = with_rows(tensors, types)
    save_file({name: tensor.to(torch.bfloat16) for name, tensor in tensors.items()}, folder / "adapter.safetensors")
    digest = sha256_of(folder / "adapter.safetensors")
    recipe = read_recipe(checkpoint)
    architecture, prefix = ARCHITECTURES[recipe["base"]]
    write_manifest(
        folder,
        {
            "model_id": f"relations-{recipe['base']}-{digest[:8]}",
            "adapter_sha256": digest,
            "architecture": architecture,
            "prefix": prefix,
            "labels": [*LABELS, *(TYPE_LABELS if types else ())],
            "recipe": recipe,
            "calibration": UNCALIBRATED,
            "operating_points": {},
        },
    )
    shutil.copymode(folder / MANIFEST, folder / "adapter.safetensors")  # save_file closes it to others


def write_folder(checkpoint: Path, folder: Path, types: TypeRows | None) -> None:
    """Write the checkpoint as a model folder that stands by itself, not calibrated yet."""
    write_adapter(checkpoint, folder, types)
    manifest = read_manifest(folder)
    base = base_folder(manifest["recipe"]["base"], checkpoint / "base")
    for name in (*BASE_FILES, "model.safetensors"):
        shutil.copyfile(base / name, folder / name)
    merge(folder, folder / "adapter.safetensors", manifest)
    (folder / "adapter.safetensors").unlink()


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write a model's manifest."""
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


@contextmanager
def put_in_place(folder: Path) -> Iterator[Path]:
    """An empty folder beside `folder`; what is written there is moved into that at the end, unless something fails."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix="new-") as fresh:
        yield Path(fresh)
        folder.mkdir(exist_ok=True)
        for path in sorted(Path(fresh).iterdir(), key=lambda path: path.name == MANIFEST):  # last: it vouches for all
            path.replace(folder / path.name)


def learned_rows(data: Path, recipe: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The labelled rows of the news that a run of this recipe learned from, in whole files."""
    for path in sorted(data.glob("news_relations/train_*.jsonl")):
        yield from read_lines(path)
    for name in recipe["mined_repeats"]:
        yield from labelled_rows(name, data)


def calibrate(model: CrossEncoderRelations, natural: Path) -> dict[str, Any]:
    """Calibration and operating points, as a manifest keeps them, from natural pairs that training never saw.

    They hold at the base rate of `CANDIDATES`.
    """
    rows = list(read_lines(natural))
    labels = np.array([RELATIONS.index(relation_of(row, natural.name)) for row in rows])
    texts = [rendered(row) for row in rows]
    columns = [model.label_columns[name] for name in RELATIONS]
    logits = model.logits(texts + [(right, left) for left, right in texts])[:, columns]
    forward, backward = logits[: len(rows)], logits[len(rows) :]
    weights = at_base_rate(labels, share_flagged(CANDIDATES))
    honest = cross_fitted(forward, backward, labels, weights, [row["topic"] for row in rows])
    return {
        "calibration": as_manifest(fit(forward, backward, labels, weights)),
        "operating_points": operating_points(honest, weights),
    }


def share_flagged(labels: Path) -> float:
    """The part of the labelled pairs that stand in a flagged relation."""
    relations = [row["relation"] for row in read_lines(labels)]
    return sum(relation in FLAGGED for relation in relations) / len(relations)


@click.command()
@click.argument("checkpoint", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--data", type=click.Path(exists=True, path_type=Path), required=True, help="Folder with news_relations/."
)
@click.option("--cache", type=click.Path(path_type=Path), help="Folder for the merged weights of the built-in model.")
@click.option("--folder", type=click.Path(path_type=Path), help="Write a model folder here; the built-in model stays.")
def main(checkpoint: Path, data: Path, cache: Path | None, folder: Path | None) -> None:
    """Make the run in CHECKPOINT the built-in relation model, or with --folder one that stands by itself."""
    if (cache is None) == (folder is None):
        raise click.UsageError("name either --cache, for the built-in model, or --folder")
    recipe = read_recipe(checkpoint)
    types = type_rows(checkpoint, recipe, typed_pairs(learned_rows(data, recipe)))
    with put_in_place(folder or BUILTIN) as fresh:
        if folder:
            write_folder(checkpoint, fresh, types)
            model = CrossEncoderRelations(fresh)
        else:
            write_adapter(checkpoint, fresh, types)
            model = CrossEncoderRelations(builtin_folder(cast(Path, cache), fresh))
        measured = calibrate(model, data / "news_relations" / "dev.jsonl")
        write_manifest(fresh, read_manifest(fresh) | measured)
    click.echo(json.dumps(measured, indent=1))


if __name__ == "__main__":
    main()
