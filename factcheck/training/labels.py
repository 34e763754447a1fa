"""The labels that come with the project: their files, and the pairs that they name in the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from factcheck.training.pairs import edited, quoted, read_lines

INVENTED = tuple(sorted(Path(__file__).parent.glob("invented_*.jsonl")))
"""Pairs about invented events, written for this project: what earlier models got wrong, in two files, the second of
which asks who sided with whom."""

SECOND_READING = Path(__file__).with_name("second_reading.jsonl")
"""Labels of pairs of train_hunted.jsonl by readers who saw the two sentences alone."""

LABELLED = {
    "labels_of_2019.jsonl": "news/articles_2019.jsonl.gz",
    "labels_of_2019_more.jsonl": "news/articles_2019.jsonl.gz",
    "labels_of_2019_rest.jsonl": "news/articles_2019.jsonl.gz",
    "labels_of_2019_weeks.jsonl": "news/articles_2019.jsonl.gz",
    "labels_of_2019_weeks_more.jsonl": "news/articles_2019.jsonl.gz",
    "labels_of_2019_weeks_later.jsonl": "news/articles_2019.jsonl.gz",
    "labels_of_2019_hunted.jsonl": "news/articles_2019.jsonl.gz",
    "labels_of_2019_hunted_more.jsonl": "news/articles_2019.jsonl.gz",
    "labels_of_2019_written.jsonl": "news/articles_2019.jsonl.gz",
    "labels_of_2019_stances.jsonl": "news/articles_2019.jsonl.gz",
    "labels_of_2019_opposites.jsonl": "news/articles_2019.jsonl.gz",
    "labels_of_events.jsonl": "news_relations/events.jsonl.gz",
    "labels_of_events_rest.jsonl": "news_relations/events.jsonl.gz",
    "labels_of_natural.jsonl": "news_relations/train_natural.jsonl",
    "labels_of_natural_more.jsonl": "news_relations/train_natural.jsonl",
    "labels_of_natural_hunted.jsonl": "news_relations/train_natural.jsonl",
}
"""Labels for pairs of news sentences, of which an earlier model was in doubt or which a reader of whole articles found,
or of a news sentence and a text written about it, and the file of the data folder with the sentences."""

INVENTED_LATER = (
    "quarrels.jsonl",
    "standing_alone.jsonl",
    "stories_in_stages.jsonl",
    "stances_of_parties.jsonl",
    "told_by_six_outlets.jsonl",
    "details_told_apart.jsonl",
    "states_that_move_on.jsonl",
)
"""More pairs about invented events: parties that quarrel, as outlets of different camps report them; who alone opposed
or backed what, told by exception or inversion; stories told at different moments, where time is not error; who backed
whom in spite of whom, whether a step was lawful, and whether a third party was asked in; events as six outlets
tell them in a day or two, most of which clash in nothing; and sentences that differ in one number, day, place, name or
other detail, of one thing or of two; and states of things that move on."""

EDITED = ("edited_pairs.jsonl", "edited_pairs_more.jsonl")
"""Edits of one sentence of a labelled pair, after which the two clash, or no longer do, or still do not."""


def labelled_rows(name: str, data: Path) -> Iterator[dict[str, Any]]:
    """The pairs of one file of labels that comes with the project, with their text: what `mined_repeats` can name."""
    if name in INVENTED_LATER:
        return read_lines(Path(__file__).with_name(name))
    if name in LABELLED:
        return quoted(Path(__file__).with_name(name), data / LABELLED[name])
    edits = list(read_lines(Path(__file__).with_name(name)))
    rows_of = {
        file: labelled_rows(file, data) if file in LABELLED else read_lines(data / "news_relations" / file)
        for file in sorted({edit["file"] for edit in edits})
    }
    return edited(edits, rows_of)
