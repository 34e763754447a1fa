"""What the decisions say of the findings, as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from factcheck.review_quality import Recall, ReviewQuality, Share

WIDTH = 26


def quality_text(quality: ReviewQuality) -> str:
    """Every figure with how many findings it rests on; what nothing was decided about is left away."""
    return "\n".join([*_lines(quality), ""])


def _lines(quality: ReviewQuality) -> Iterator[str]:
    if not quality.decided:
        yield "Nothing has been decided yet, so nothing can be said of quality."
        return
    undecided = f", {quality.unsure} of them unsure" if quality.unsure else ""
    yield f"{quality.decided} findings decided{undecided}; {quality.withdrawn} decisions withdrawn"
    yield from _block("Right as flagged", [quality.precision])
    yield from _block("A disagreement of some kind", [quality.any_disagreement])
    yield from _block("Right, by relation", quality.by_relation)
    yield from _block("Right conflicts, by what they are about", quality.by_conflict_type)
    yield from _block("Right, by probability", quality.by_band)
    yield "Recall, estimated from the random slice"
    yield from map(_recall_line, quality.recall)
    if quality.calibration_error is not None:
        yield f"Probabilities are off by {quality.calibration_error:.1%} on average"
    yield from _agreement_lines(quality)


def _block(title: str, shares: Iterable[Share]) -> Iterator[str]:
    known = [share for share in shares if share.share is not None]
    if known:
        yield title
        yield from map(_share_line, known)


def _share_line(share: Share) -> str:
    interval = f"({share.low:.0%} to {share.high:.0%})"
    return f"  {share.name:<{WIDTH}} {share.share:>4.0%}  {interval:<15} {share.right} of {share.n}"


def _recall_line(recall: Recall) -> str:
    slice_ = f"{recall.missed_in_sample} missed among {recall.decided_sampled} decided at random"
    if recall.recall is None:
        return f"  {recall.name:<{WIDTH}} not known: {slice_}"
    interval = f"({recall.low:.0%} to {recall.high:.0%})"
    return f"  {recall.name:<{WIDTH}} {recall.recall:>4.0%}  {interval:<15} {slice_}"


def _agreement_lines(quality: ReviewQuality) -> Iterator[str]:
    if not quality.agreement:
        return
    alpha = "not known" if quality.alpha is None else f"{quality.alpha:.2f}"
    yield f"Agreement on {quality.doubly_decided} findings that two or more decided (Krippendorff's alpha {alpha})"
    for pair in quality.agreement:
        kappa = "not known" if pair.kappa is None else f"{pair.kappa:.2f}"
        yield f"  {f'{pair.one} and {pair.other}':<{WIDTH}} {pair.agreed} of {pair.n} alike, Cohen's kappa {kappa}"
