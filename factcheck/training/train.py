"""Trains the relation model: NLI first, then news relations; checkpoints, resumes, and logs what it does."""

from __future__ import annotations

import functools
import itertools
import json
import math
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from factcheck.records import FLAGGED, RELATIONS
from factcheck.training.base import base_folder
from factcheck.training.labels import EDITED, INVENTED, INVENTED_LATER, LABELLED, SECOND_READING, labelled_rows
from factcheck.training.lengthening import lengthened, told_in_articles
from factcheck.training.network import LABELS, Batcher, new_network, partial_label_loss
from factcheck.training.pairs import (
    NLI_SHARES,
    TrainingPair,
    nli_pairs,
    read_again,
    read_lines,
    swapped_at_random,
    undated,
    weighed,
)
from factcheck.training.renaming import renamed
from factcheck.training.renumbering import renumbered, renumbered_inferences
from factcheck.training.weak import numbers_of_one_article, weak_negatives

Scorer = Callable[[Sequence[TrainingPair]], list[float]]

NATURAL = "train_natural.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that decides what a training run makes, beside the data; the defaults are those of our first run.

    `rank` is that of the adapters, 0 trains every weight. `nli_scale` multiplies `nli_shares`, and `nli_first` has all
    those pairs learned before any relation. `weak_negatives` and `rehearsal` (NLI pairs) count for each of the
    `relation_passes`. The weak negatives are the hardest of `weak_candidates`, those to which the network as the run
    starts gives most conflict, update and tension; 0 takes them at random. They are at least `weak_similarity` alike
    (cosine), as are the `numbers_of_one_article`, pairs of sentences whose numbers count two things. `relation_weights`
    multiply the weights of labelled pairs by their relation. A pass shows the natural pairs `natural_repeats` times,
    the invented ones `invented_repeats` times, those of a file mined from the news, or edited, as often as
    `mined_repeats` gives its name, and of a labelled file only the part that `file_shares` gives its name, if any. With
    `second_reading` the labels of the second reader count; `renamed` is the share of the news pairs whose people get
    other surnames, `lengthened` that of the labelled pairs one claim of which stands beside another sentence of its
    article, `undated` that of those that are shown without their days of publication. Of each labelled pair that agrees
    and shares a number, time or weekday a pass shows up to `renumbered` variants with another on one side, or spelled
    otherwise, and `renumbered_inferences` entailed NLI pairs with another number. The lowest `frozen_layers` of the
    encoder stay as the run finds them, so that no gradient has to reach them; `dropout` is the share of what each layer
    above them adds that a step leaves out. `stop_at` ends the run at that step, though the learning rate is laid out
    for all; 0 ends it at the last.
    """

    base: str = "mpnet"
    rank: int = 32
    frozen_layers: int = 0
    nli_shares: dict[str, int] = field(default_factory=lambda: dict(NLI_SHARES))
    nli_scale: float = 0.55
    nli_first: bool = True
    weak_negatives: int = 4000
    weak_candidates: int = 0
    weak_similarity: float = 0.45
    numbers_of_one_article: int = 0
    natural_repeats: int = 2
    invented_repeats: int = 0
    mined_repeats: dict[str, int] = field(default_factory=dict)
    file_shares: dict[str, float] = field(default_factory=dict)
    relation_weights: dict[str, float] = field(default_factory=dict)
    relation_passes: int = 2
    rehearsal: int = 800
    batch_size: int = 16
    learning_rate: float = 3e-4
    warmup_steps: int = 100
    second_reading: bool = False
    renamed: float = 0.0
    lengthened: float = 0.0
    undated: float = 0.0
    renumbered: int = 0
    renumbered_inferences: int = 0
    label_smoothing: float = 0.0
    dropout: float = 0.0
    stop_at: int = 0
    seed: int = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a run goes, without changing what it makes."""

    threads: int = 2
    save_every: int = 200
    last_step: int = sys.maxsize
    minutes: float = math.inf


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


def schedule(recipe: Recipe, data: Path, minilm: Path, scorer: Scorer) -> list[TrainingPair]:
    """All pairs of a run in the order in which they are learned; the same recipe and start give the same list."""
    shuffle = random.Random(recipe.seed)
    nli = nli_pairs(data / "nli" / "train.jsonl.gz", seed=recipe.seed, scale=recipe.nli_scale, shares=recipe.nli_shares)
    relations = data / "news_relations"
    files = sorted({*relations.glob("train_*.jsonl"), relations / NATURAL})
    ours = LABELLED.keys() | {*EDITED, *INVENTED_LATER}
    for setting, named, allowed in (
        ("file_shares", recipe.file_shares.keys(), {path.name for path in (*files, *INVENTED)} | ours),
        ("mined_repeats", recipe.mined_repeats.keys(), ours),
    ):
        if unknown := named - allowed:
            raise click.ClickException(f"{setting} names {', '.join(sorted(unknown))}, of which there is no file")
    second = {row["id"]: row for row in read_lines(SECOND_READING)} if recipe.second_reading else {}
    rows_of = {path: list(read_again(read_lines(path), second)) for path in (*files, *INVENTED)}
    mined = {name: list(labelled_rows(name, data)) for name in recipe.mined_repeats}
    labelled = list(itertools.chain(*(rows_of[path] for path in files), *mined.values()))
    listed = {frozenset((row["a"]["text"], row["b"]["text"])) for row in labelled}
    if recipe.lengthened:
        as_printed = (rows for name, rows in mined.items() if name not in EDITED)
        told = told_in_articles(itertools.chain(*rows_of.values(), *as_printed))
        longer = functools.partial(lengthened, share=recipe.lengthened, told=told, listed=listed, shuffle=shuffle)
        rows_of = {path: list(longer(rows)) for path, rows in rows_of.items()}
        mined = {name: list(longer(rows)) for name, rows in mined.items()}
    if recipe.undated:
        rows_of = {path: list(undated(rows, recipe.undated, shuffle)) for path, rows in rows_of.items()}
        mined = {name: list(undated(rows, recipe.undated, shuffle)) for name, rows in mined.items()}
    by_file = {path: weighed(rows, path.name, recipe.relation_weights) for path, rows in rows_of.items()}
    extra = by_file[relations / NATURAL] * (recipe.natural_repeats - 1)
    if recipe.renumbered:
        plain = (rows for name, rows in mined.items() if name not in EDITED)
        extra += told_otherwise(recipe, data, itertools.chain(*rows_of.values(), *plain), shuffle)
    for path in INVENTED:
        extra += shown(by_file[path], recipe.file_shares.get(path.name), shuffle) * recipe.invented_repeats
    for name, rows in mined.items():
        pairs = weighed(rows, name, recipe.relation_weights)
        extra += shown(pairs, recipe.file_shares.get(name), shuffle) * recipe.mined_repeats[name]
    wanted = recipe.weak_negatives * recipe.relation_passes
    weak = weak_negatives(
        relations / "events.jsonl.gz",
        listed,
        minilm,
        count=max(wanted, recipe.weak_candidates),
        similarity=recipe.weak_similarity,
        seed=recipe.seed,
    )
    if recipe.weak_candidates:
        weak = hardest(weak, scorer, wanted)
    extra += numbers_of_one_article(
        relations / "events.jsonl.gz",
        minilm,
        count=recipe.numbers_of_one_article,
        similarity=recipe.weak_similarity,
        seed=recipe.seed,
    )
    pairs = list(nli) if recipe.nli_first else []
    for number in range(recipe.relation_passes):
        mix = [pair for path in files for pair in shown(by_file[path], recipe.file_shares.get(path.name), shuffle)]
        mix += extra
        mix += weak[number :: recipe.relation_passes]
        mix += shuffle.sample(nli, min(len(nli), recipe.rehearsal))
        shuffle.shuffle(mix)
        if recipe.renamed:
            mix = renamed(mix, recipe.renamed, shuffle)
        pairs += [swapped_at_random(pair, shuffle) for pair in mix]
    return pairs


def told_otherwise(
    recipe: Recipe, data: Path, rows: Iterable[dict[str, Any]], shuffle: random.Random
) -> list[TrainingPair]:
    """The pairs that `renumbered` makes of labelled rows, and those that `renumbered_inferences` makes of NLI pairs."""
    changed = list(renumbered(rows, recipe.renumbered, shuffle))
    every = dict.fromkeys(recipe.nli_shares, 10**6)
    nli = nli_pairs(data / "nli" / "train.jsonl.gz", seed=recipe.seed + 1, shares=every)
    inferred = list(renumbered_inferences(nli, shuffle))
    return changed + shuffle.sample(inferred, min(len(inferred), recipe.renumbered_inferences))


def shown(pairs: list[TrainingPair], share: float | None, shuffle: random.Random) -> list[TrainingPair]:
    """That share of the pairs at random; all of them where none is given."""
    return pairs if share is None else shuffle.sample(pairs, round(len(pairs) * share))


def hardest(pairs: Sequence[TrainingPair], scorer: Scorer, count: int) -> list[TrainingPair]:
    """The `count` pairs to which the scorer gives most, most first."""
    scores = scorer(pairs)
    chosen = sorted(range(len(pairs)), key=lambda at: -scores[at])[:count]
    lowest = f", down to a score of {scores[chosen[-1]]:.3f}" if chosen else ""
    click.echo(f"{len(chosen)} of {len(pairs)} weak negatives{lowest}")
    return [pairs[at] for at in chosen]


def flagged_mass(network: nn.Module, batcher: Batcher, pairs: Sequence[TrainingPair]) -> list[float]:
    """P(conflict) + P(tension) + P(update) of each pair, in the order of its texts."""
    flagged = torch.tensor([LABELS.index(label) for label in FLAGGED], device=batcher.device)
    masses = [0.0] * len(pairs)
    network.eval()
    with torch.inference_mode():
        for batch, tokens in batcher.by_length(pairs):
            logits = network(**tokens).logits
            chances = logits[:, : len(RELATIONS)].float().softmax(dim=1)[:, flagged].sum(dim=1)
            for at, chance in zip(batch, chances.tolist(), strict=True):
                masses[at] = chance
    network.train()
    return masses


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


def trainable(network: nn.Module) -> dict[str, Tensor]:
    """The tensors that training changes, by name; they go on being those of the network."""
    return {name: value.detach() for name, value in network.named_parameters() if value.requires_grad}


def leave_out(network: nn.Module, recipe: Recipe) -> None:
    """Set the dropout of the outputs of the layers that learn (Srivastava et al. 2014)."""
    layers = list(network.get_submodule(f"{network.base_model_prefix}.encoder.layer").children())
    for layer in layers[recipe.frozen_layers :]:
        for name, module in layer.named_modules():
            # MPNet's attention drops its own output, BERT's leaves that to a module named output.
            if isinstance(module, nn.Dropout) and (name == "attention.dropout" or name.endswith("output.dropout")):
                module.p = recipe.dropout


def save_checkpoint(out: Path, tensors: dict[str, Tensor], weights: MasterWeights, step: int, recipe: Recipe) -> None:
    """Write the tensors of a model, the optimizer's state and the step, each file whole or not at all."""
    fresh = out / "state.pt.new"
    torch.save({"step": step, "master": weights.master, "optimizer": weights.optimizer.state_dict()}, fresh)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, out / "adapter.safetensors.new")
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


def train(recipe: Recipe, data: Path, out: Path, pace: Pace, start: Path | None = None) -> None:
    """Run a recipe as far as the pace allows; a later call goes on from the checkpoint in `out`.

    `start` is the adapter of an earlier run of the same base and rank, which this one improves; without it the run
    starts from the pretrained encoder alone.
    """
    torch.set_num_threads(pace.threads)
    torch.manual_seed(recipe.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    folder = base_folder(recipe.base, out / "base")
    network = new_network(folder, rank=recipe.rank, dtype=torch.bfloat16).to(device).train()
    if start:
        network.load_state_dict(load_file(start), strict=False)
    tensors = trainable(network)
    for number in range(recipe.frozen_layers):
        network.get_submodule(f"{network.base_model_prefix}.encoder.layer.{number}").requires_grad_(False)
    leave_out(network, recipe)
    weights = MasterWeights(network, recipe.learning_rate)
    batcher = Batcher(folder, device)
    minilm = base_folder("minilm", out / "base")
    pairs = schedule(recipe, data, minilm, functools.partial(flagged_mass, network, batcher))
    plan = list(batches(pairs, recipe.batch_size, random.Random(7)))
    first = resume(out, network, weights, recipe)
    last = min(recipe.stop_at or len(plan), len(plan), pace.last_step)
    click.echo(f"{len(plan)} steps of {recipe.batch_size} pairs, from step {first} to {last}, on {device}")
    began, mean_loss = time.monotonic(), None
    for step in range(first, last):
        loss = learn(network, batcher, plan[step], recipe.label_smoothing)
        weights.step(rate_at(step, len(plan), recipe))
        mean_loss = loss if mean_loss is None else 0.98 * mean_loss + 0.02 * loss
        done, minutes = step + 1, (time.monotonic() - began) / 60
        if done % 25 == 0:
            speed = (done - first) * recipe.batch_size / (minutes * 60)
            click.echo(f"step {done}/{len(plan)} loss {mean_loss:.3f} {speed:.1f} pairs/s {minutes:.1f} min")
        is_over = minutes >= pace.minutes or done == last
        if is_over or done % pace.save_every == 0:
            save_checkpoint(out, tensors, weights, done, recipe)
        if is_over:
            click.echo(f"stopped at step {done} of {len(plan)}; run again to go on")
            return


def learn(network: nn.Module, batcher: Batcher, pairs: Sequence[TrainingPair], smoothing: float) -> float:
    """The loss on a batch, whose gradients now lie in the network."""
    logits = network(**batcher.tokens([(pair.left, pair.right) for pair in pairs])).logits
    weigh = torch.tensor([pair.weight for pair in pairs], device=batcher.device)
    loss = partial_label_loss(logits, batcher.labels(pairs), weigh, smoothing)
    torch.autograd.backward(loss)
    return loss.item()


@click.command()
@click.option(
    "--data", type=click.Path(exists=True, path_type=Path), required=True, help="Folder with nli/ and news_relations/."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for checkpoints.")
@click.option(
    "--recipe",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON object with what differs from the defaults, such as base, rank or learning_rate.",
)
@click.option(
    "--start",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Adapter of an earlier run of the same base and rank to go on from.",
)
@click.option("--threads", default=2, show_default=True)
@click.option("--last-step", default=sys.maxsize, help="Step after which to checkpoint and stop.")
@click.option("--minutes", default=math.inf, help="Minutes after which to checkpoint and stop.")
def main(
    data: Path, out: Path, recipe: Path | None, start: Path | None, threads: int, last_step: int, minutes: float
) -> None:
    """Train the relation model on DATA, writing checkpoints to OUT; run again, it goes on where it stopped."""
    out.mkdir(parents=True, exist_ok=True)
    changes = json.loads(recipe.read_text(encoding="utf-8")) if recipe else {}
    try:
        chosen = Recipe(**changes)
    except TypeError as error:
        raise click.ClickException(f"{recipe}: {error}") from error
    train(chosen, data, out, Pace(threads=threads, last_step=last_step, minutes=minutes), start)


if __name__ == "__main__":
    main()
