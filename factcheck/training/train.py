"""Trains the relation model: NLI first, then news relations; checkpoints, resumes, and logs what it does."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from factcheck.training.base import BASES, base_folder
from factcheck.training.network import Batcher, new_network, partial_label_loss
from factcheck.training.pairs import TrainingPair, nli_pairs, read_lines, relation_pairs, swapped_at_random
from factcheck.training.weak import weak_negatives

RELATION_FILES = ("train_hunted.jsonl", "train_natural.jsonl", "train_written.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that decides what a training run makes, beside the data."""

    base: str = "mpnet"
    rank: int = 32
    nli_scale: float = 1.0
    weak_negatives: int = 4000
    natural_repeats: int = 2
    relation_passes: int = 3
    rehearsal: int = 800
    batch_size: int = 16
    learning_rate: float = 3e-4
    warmup_steps: int = 100
    seed: int = 13


class MasterWeights:
    """AdamW on float32 copies of the trained weights, which themselves may be bfloat16.

    bfloat16 has 8 bits of mantissa: updates smaller than 1/256 of a weight would vanish without the copies.
    """

    def __init__(self, network: nn.Module, learning_rate: float) -> None:
        self.live = [parameter for parameter in network.parameters() if parameter.requires_grad]
        self.master = [parameter.detach().float().clone() for parameter in self.live]
        self.optimizer = torch.optim.AdamW(self.master, lr=learning_rate, weight_decay=0.01, betas=(0.9, 0.98))

    def step(self, learning_rate: float) -> None:
        for master, live in zip(self.master, self.live, strict=True):
            master.grad = None if live.grad is None else live.grad.float()
            live.grad = None
        nn.utils.clip_grad_norm_(self.master, 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate
        self.optimizer.step()
        with torch.no_grad():
            for master, live in zip(self.master, self.live, strict=True):
                live.copy_(master)


def schedule(recipe: Recipe, data: Path, minilm: Path) -> list[TrainingPair]:
    """All pairs of a run in the order in which they are learned; the same recipe gives the same list."""
    shuffle = random.Random(recipe.seed)
    nli = nli_pairs(data / "nli" / "train.jsonl.gz", seed=recipe.seed, scale=recipe.nli_scale)
    relations = data / "news_relations"
    labelled = relation_pairs(relations / name for name in RELATION_FILES)
    natural = relation_pairs([relations / "train_natural.jsonl"])
    listed = {
        frozenset((row["a"]["text"], row["b"]["text"]))
        for name in RELATION_FILES
        for row in read_lines(relations / name)
    }
    weak = weak_negatives(
        relations / "events.jsonl.gz",
        listed,
        minilm,
        count=recipe.weak_negatives * recipe.relation_passes,
        similarity=0.45,
        seed=recipe.seed,
    )
    pairs = list(nli)
    for number in range(recipe.relation_passes):
        mix = labelled + natural * (recipe.natural_repeats - 1)
        mix += weak[number :: recipe.relation_passes]
        mix += shuffle.sample(nli, min(len(nli), recipe.rehearsal))
        shuffle.shuffle(mix)
        pairs += [swapped_at_random(pair, shuffle) for pair in mix]
    return pairs


def batches(pairs: Sequence[TrainingPair], size: int, shuffle: random.Random) -> Iterator[list[TrainingPair]]:
    """Batches of pairs of like length, so that little is padding; the order of learning stays as given, coarsely."""
    window = size * 50
    for start in range(0, len(pairs), window):
        near = sorted(pairs[start : start + window], key=lambda pair: len(pair.left) + len(pair.right))
        grouped = [near[at : at + size] for at in range(0, len(near), size)]
        shuffle.shuffle(grouped)
        yield from grouped


def rate_at(step: int, steps: int, recipe: Recipe) -> float:
    """Linear warm-up, then a cosine down to a fiftieth."""
    if step < recipe.warmup_steps:
        return recipe.learning_rate * (step + 1) / recipe.warmup_steps
    done = (step - recipe.warmup_steps) / max(1, steps - recipe.warmup_steps)
    return recipe.learning_rate * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))


def trained_tensors(network: nn.Module) -> dict[str, Tensor]:
    """The tensors that training changes, by name."""
    return {name: value.detach() for name, value in network.named_parameters() if value.requires_grad}


def save_checkpoint(out: Path, network: nn.Module, weights: MasterWeights, step: int, recipe: Recipe) -> None:
    """Write the trained tensors, the optimizer's state and the step, each file whole or not at all."""
    fresh = out / "state.pt.new"
    torch.save({"step": step, "master": weights.master, "optimizer": weights.optimizer.state_dict()}, fresh)
    save_file({n: t.contiguous() for n, t in trained_tensors(network).items()}, out / "adapter.safetensors.new")
    fresh.rename(out / "state.pt")
    (out / "adapter.safetensors.new").rename(out / "adapter.safetensors")
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1), encoding="utf-8")


def resume(out: Path, network: nn.Module, weights: MasterWeights, recipe: Recipe) -> int:
    """The step to go on from: 0, or that of the checkpoint in `out`, which must be of the same recipe."""
    if not (out / "state.pt").exists():
        return 0
    before = json.loads((out / "recipe.json").read_text(encoding="utf-8"))
    if before != asdict(recipe):
        raise click.ClickException(f"{out} holds a checkpoint of another recipe: {before}")
    state = torch.load(out / "state.pt", weights_only=True)
    weights.optimizer.load_state_dict(state["optimizer"])
    with torch.no_grad():
        for master, saved in zip(weights.master, state["master"], strict=True):
            master.copy_(saved)
    live = load_file(out / "adapter.safetensors")
    network.load_state_dict(live, strict=False)
    return int(state["step"])


def train(recipe: Recipe, data: Path, out: Path, *, threads: int, save_every: int, stop_after: float) -> None:
    """Run a recipe to its end, or for `stop_after` minutes; a later call goes on from the checkpoint in `out`."""
    torch.set_num_threads(threads)
    torch.manual_seed(recipe.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    folder = base_folder(recipe.base, out / "base")
    network = new_network(folder, rank=recipe.rank, dtype=torch.bfloat16).to(device).train()
    weights = MasterWeights(network, recipe.learning_rate)
    batcher = Batcher(folder, device)
    plan = list(
        batches(schedule(recipe, data, base_folder("minilm", out / "base")), recipe.batch_size, random.Random(7))
    )
    first = resume(out, network, weights, recipe)
    click.echo(f"{len(plan)} steps of {recipe.batch_size} pairs, from step {first}, on {device}")
    began, mean_loss = time.monotonic(), None
    for step in range(first, len(plan)):
        pairs = plan[step]
        logits = network(**batcher.tokens([(pair.left, pair.right) for pair in pairs])).logits
        weigh = torch.tensor([pair.weight for pair in pairs], device=device)
        loss = partial_label_loss(logits, batcher.labels(pairs), weigh)
        torch.autograd.backward(loss)
        weights.step(rate_at(step, len(plan), recipe))
        mean_loss = loss.item() if mean_loss is None else 0.98 * mean_loss + 0.02 * loss.item()
        minutes = (time.monotonic() - began) / 60
        if (step + 1) % 25 == 0:
            speed = (step + 1 - first) * recipe.batch_size / (minutes * 60)
            click.echo(f"step {step + 1}/{len(plan)} loss {mean_loss:.3f} {speed:.1f} pairs/s {minutes:.1f} min")
        if (step + 1) % save_every == 0 or step + 1 == len(plan) or minutes >= stop_after:
            save_checkpoint(out, network, weights, step + 1, recipe)
        if minutes >= stop_after:
            click.echo(f"stopped after {minutes:.0f} minutes; run again to go on")
            return


@click.command()
@click.option(
    "--data", type=click.Path(exists=True, path_type=Path), required=True, help="Folder with nli/ and news_relations/."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for checkpoints.")
@click.option("--base", type=click.Choice(BASES), default="mpnet", show_default=True)
@click.option("--rank", default=32, show_default=True, help="Rank of the adapters; 0 trains every weight.")
@click.option("--learning-rate", default=3e-4, show_default=True)
@click.option("--nli-scale", default=1.0, show_default=True, help="Times the built-in number of NLI pairs.")
@click.option("--relation-passes", default=3, show_default=True)
@click.option("--weak", default=4000, show_default=True, help="Weak negatives a pass.")
@click.option("--threads", default=2, show_default=True)
@click.option("--save-every", default=200, show_default=True, help="Steps between checkpoints.")
@click.option("--stop-after", default=1e9, help="Minutes after which to checkpoint and stop.")
def main(
    data: Path,
    out: Path,
    base: str,
    rank: int,
    learning_rate: float,
    nli_scale: float,
    relation_passes: int,
    weak: int,
    threads: int,
    save_every: int,
    stop_after: float,
) -> None:
    """Train the relation model on DATA, writing checkpoints to OUT."""
    out.mkdir(parents=True, exist_ok=True)
    recipe = Recipe(
        base=base,
        rank=rank,
        learning_rate=learning_rate,
        nli_scale=nli_scale,
        relation_passes=relation_passes,
        weak_negatives=weak,
    )
    train(recipe, data, out, threads=threads, save_every=save_every, stop_after=stop_after)


if __name__ == "__main__":
    main()
