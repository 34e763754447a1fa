"""Accuracy of the relation model's NLI head on development sets of natural language inference.

Run `python benchmarks/nli_accuracy.py DEV.jsonl.gz… --sample 2000`. One premise first, one order, as those sets mean
it. A set larger than the sample is thinned evenly over the file, the same pairs every time. Prints a Markdown table
with 95 % Wilson intervals.
"""

from __future__ import annotations

import argparse
import platform
from datetime import UTC, datetime
from pathlib import Path

from scipy.stats import binomtest

from factcheck.config import load_settings
from factcheck.relations import CrossEncoderRelations
from factcheck.training.pairs import NLI_LABELS, read_lines


def main() -> None:
    """Print one row for each file."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("pairs", type=Path, nargs="+")
    options.add_argument("--sample", type=int, default=2000, help="most pairs read of each file")
    chosen = options.parse_args()
    model = CrossEncoderRelations.builtin(load_settings().cache)
    columns = [model.label_columns[name] for name in NLI_LABELS]
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {model.model_id}\n")
    print("| set | pairs read | of | accuracy |\n| --- | --- | --- | --- |")
    for path in chosen.pairs:
        every = list(read_lines(path))
        rows = every[:: -(-len(every) // chosen.sample)]
        logits = model.logits([(row["premise"], row["hypothesis"]) for row in rows])[:, columns]
        said = [NLI_LABELS[at] for at in logits.argmax(axis=1)]
        right = sum(label == row["label"] for label, row in zip(said, rows, strict=True))
        span = binomtest(right, len(rows)).proportion_ci(method="wilson")
        accuracy = f"{right / len(rows):.3f} [{span.low:.3f}, {span.high:.3f}]"
        print(f"| {path.name} | {len(rows):,} | {len(every):,} | {accuracy} |", flush=True)


if __name__ == "__main__":
    main()
