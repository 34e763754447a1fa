"""Minimal pairs about numbers: one thing in two numbers, in one, in two spellings, and two things in two numbers.

Behavioural tests in the manner of CheckList (Ribeiro et al. 2020, arXiv:2005.04118): sentences from templates with
numbers drawn at random show what a model can do at all, not how often news asks for it.
"""

import random
import sys

import click

from factcheck.config import load_settings
from factcheck.records import Relation, RelationInput
from factcheck.training.renumbering import respelled
from factcheck.verdicts import OperatingPoint, flagged
from factcheck.wiring import LazyRelations

ONE_THING = (
    ("{} people were killed when a bus overturned near Lyon, police said.", "Bus crash near Lyon kills {}", (2, 99)),
    (
        "The plant in Gdynia employs {} workers, the firm said.",
        "Some of the {} workers of the Gdynia plant met.",
        (20, 999),
    ),
    ("The bridge over the Tay is {} metres long.", "Engineers inspected the {}-metre bridge over the Tay.", (20, 999)),
    ("The suspect, {}, was arrested in Turin.", "Police in Turin arrested a {}-year-old suspect.", (18, 80)),
    ("The bill passed with {} votes in favour.", "Lawmakers approved the bill, with {} voting for it.", (20, 500)),
    ("The ministry paid ${} million for the jets.", "The jets cost the ministry {} million dollars.", (2, 99)),
    ("She beat the record with {} seconds left.", "The record fell {} seconds before the end, by her hand.", (2, 59)),
    ("He fell about {} metres down a gully.", "The climber died after falling {} metres into a gully.", (10, 300)),
    ("Unemployment fell to {} percent in May.", "In May {} percent were out of work.", (3, 30)),
    ("The hostages were freed after {} days.", "Kidnappers held the hostages for {} days.", (2, 90)),
    ("Mother of {} shot in Leeds", "The woman shot in Leeds had {} children.", (2, 13)),
    ("The court fined the bank {} million euros.", "The bank must pay a fine of {} million euros.", (2, 900)),
)
TWO_THINGS = (
    (
        "The jet turned back {} hours into its flight.",
        "Passengers were back in Rome after {} hours in the air.",
        (2, 12),
    ),
    ("{} of the kidnapped girls were freed.", "{} of the kidnapped girls are still missing.", (20, 200)),
    ("Police arrested {} men in Turin.", "{} officers took part in the raid in Turin.", (5, 200)),
    ("The bank expects a charge of ${} billion.", "The bank will post a loss of ${} billion.", (2, 30)),
    ("The suspect is {} years old.", "The victim was {} years old.", (18, 80)),
    ("The crash killed {} people.", "The crash injured {} people.", (2, 90)),
    ("The mine employs {} people.", "{} miners were underground when the roof fell.", (20, 500)),
    ("The fire destroyed {} homes on Friday.", "{} homes were without power after the fire.", (20, 900)),
    ("She has played {} times for the club.", "She scored {} goals for the club.", (5, 300)),
    ("{} senators voted for the bill.", "{} senators voted against the bill.", (20, 79)),
)
Pair = tuple[str, str]


def drawn(templates: tuple[tuple[str, str, tuple[int, int]], ...], each: int, kind: str) -> list[Pair]:
    """`each` pairs of every template: half of the other numbers are next to the first."""
    shuffle = random.Random(17)
    pairs = []
    for left, right, (least, most) in templates:
        for at in range(each):
            number = shuffle.randint(least, most)
            other = number + shuffle.randint(1, 3) if at % 2 else shuffle.randint(number + 4, 2 * most + 4)
            told = {"other": str(other), "same": str(number), "respelled": respelled(str(number))}[kind]
            if told is not None:
                pairs.append((told_first(left.format(number)), told_first(right.format(told))))
    return pairs


def told_first(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]


@click.command()
@click.option("--each", default=20, show_default=True, help="Pairs drawn of each template.")
def main(each: int) -> None:
    """Print how many pairs of each kind are flagged at the sensitive point, and how many are told to agree."""
    model = LazyRelations(load_settings())
    point = OperatingPoint(name="sensitive", **model.operating_points["sensitive"])
    sys.stdout.write(f"{model.model_id}\n\n")
    sys.stdout.write("| pairs | drawn | flagged as conflict or update | agree, above 0.5 |\n|---|--:|--:|--:|\n")
    for name, templates, kind in (
        ("one thing in two numbers", ONE_THING, "other"),
        ("one thing in one number", ONE_THING, "same"),
        ("one thing in one number up to twenty, once as a word", ONE_THING, "respelled"),
        ("two things in two numbers", TWO_THINGS, "other"),
    ):
        pairs = drawn(templates, each, kind)
        scores = model.score([(RelationInput(text=left), RelationInput(text=right)) for left, right in pairs])
        verdicts = [flagged(one, point) for one in scores]
        found = sum(one is not None and one.relation is not Relation.TENSION for one in verdicts)
        agree = sum(one.agree > 0.5 for one in scores)
        sys.stdout.write(f"| {name} | {len(pairs)} | {found / len(pairs):.2f} | {agree / len(pairs):.2f} |\n")


if __name__ == "__main__":
    main()
