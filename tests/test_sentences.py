"""Spans are exact, boilerplate stays out, headlines are marked, datelines stand outside."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import example, given, settings, strategies as st

from factcheck.records import ClaimKind
from factcheck.sentences import MAX_SENTENCE_CHARS, context_of, split_sentences

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
BODY = "The talks in the capital failed on Friday. Both sides left the same evening."


def texts_of(body: str, title: str | None = None) -> list[str]:
    return [body[s.start : s.end] for s in split_sentences(body, title)]


def headlines_of(body: str, title: str | None = None) -> list[str]:
    return [body[s.start : s.end] for s in split_sentences(body, title) if s.kind is ClaimKind.HEADLINE]


def hold_spans(body: str) -> None:
    last_end = 0
    for sentence in split_sentences(body):
        text = body[sentence.start : sentence.end]
        assert last_end <= sentence.start < sentence.end <= len(body)
        assert text == text.strip() != ""
        assert len(text) <= MAX_SENTENCE_CHARS
        last_end = sentence.end


NEWSLIKE = st.lists(
    st.sampled_from(
        [
            "Mr. Smith", "said", "the", "U.S.", "army", "left.", "“We", "go,”", "12.5", "KARACHI :", "\n", "\n\n",
            "\r\n", "\t", "\u00a0", "\u200b", "\u2028", "(AP)", "—", "• ", "What?", "...", "‘no", "x" * 300, "😀",
            "e\u0301", '"',
        ]
    ),
    max_size=60,
).map(" ".join)  # fmt: skip


@settings(deadline=None)
@given(st.one_of(st.text(max_size=300), NEWSLIKE))
@example("J\u00a0K. Rowling of J.\u00a0K. left. She went home.")
@example("")
def test_spans_are_ordered_disjoint_and_stripped_for_any_text(body: str) -> None:
    """Whatever the text, every span lies in it, after the one before, with no white space at its ends."""
    hold_spans(body)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem[:3])
def test_spans_hold_on_the_seeds(path: Path) -> None:
    """The same is true of every seed article, as it is and in capitals."""
    body = path.read_text(encoding="utf-8")
    hold_spans(body)
    hold_spans(body.upper())


def test_the_seeds_have_the_sentences_that_a_reader_counts() -> None:
    """19, 15, 22, 13 and 18 sentences and three headlines, counted by hand."""
    counts = []
    for path in SEEDS:
        body = path.read_text(encoding="utf-8").partition("date 20")[2][8:] or path.read_text(encoding="utf-8")
        found = split_sentences(body)
        counts.append((len(found), sum(s.kind is ClaimKind.HEADLINE for s in found)))
    assert counts == [(19, 0), (15, 1), (22, 1), (13, 0), (18, 1)]


@pytest.mark.parametrize(
    "line",
    [
        "ALSO READ: Markets fall after the talks failed.",
        "With PTI Inputs",
        "(With inputs from agencies.)",
        "By Jane Doe and John Q. Public",
        "More in Pakistan",
        "Original news :",
        "— Ministers meet for the first time since the move",
        "Foreign ministry to open new office today",
        "The Associated Press contributed to this report.",
        "Copyright 2019 The Example Press. All rights reserved.",
        "(Jane Doe/Example Pictures)",
        "FILE - In this July 25, 2019, file photo, the minister leaves the hall.",
        "https://example.org/more",
        "Get the best of our reporting with our free morning newsletter.",
        "The day's top stories, delivered straight to your inbox.",
        "Enter your email address below. You can unsubscribe at any time.",
        "By signing up, you agree to our terms of use.",
        "You must select a newsletter to subscribe to.",
        "An error has occurred.",
        "MOST READ IN NEWS: Storm shuts the port. Ferry burns.",
        "Email us at tips@example.org with your stories.",
        "— Nora Field (@norafield) May 14, 2019.",
    ],
)
def test_a_line_that_is_no_part_of_the_account_is_left_out(line: str) -> None:
    """Reading tips, credits, bylines, captions, links and cross-heads between paragraphs give no claims."""
    after = "The mediator said that no date was set."
    assert texts_of(f"{BODY}\n\n{line}\n\n{after}") == [*BODY.replace(". ", ".|").split("|"), after]


@pytest.mark.parametrize(
    "sentence",
    [
        "With aid agencies warning of famine, the council called a meeting.",
        "By Monday the army had taken the city.",
        "More in Pakistan than in India believe it, a poll found.",
        "Copyright law was changed by parliament on Friday.",
        "Updated figures show 12 dead.",
        "Join forces with the rebels or leave, the general told the daily newspaper.",
        "By signing the treaty the president ended the war.",
        "Download figures fell in May, the company said.",
        "Contact us at once, the officer told the crew.",
        "An error has occurred at the plant, the ministry said.",
        "Most read in the capital is a paper that backs him.",
        "The post by Nora Field (@norafield) of May 14, 2019, was deleted.",
        "With assistance from the navy, the crew brought 40 people ashore.",
        "Reporting by the broadcaster found that 40 people had been killed in the raid.",
        "The agency contributed to this report, the senators said, and 12 witnesses were heard.",
        "File-sharing sites were shut by prosecutors on Thursday.",
    ],
)
def test_a_sentence_that_only_begins_like_boilerplate_stays(sentence: str) -> None:
    """The words that open a credit or a teaser do not remove a sentence that goes on."""
    assert texts_of(f"{BODY}\n{sentence}")[-1] == sentence


def test_a_short_first_line_without_a_full_stop_is_the_headline() -> None:
    """It is kept, and marked."""
    assert headlines_of(f"Talks fail in the capital\n\n{BODY}") == ["Talks fail in the capital"]


def test_a_first_line_that_equals_the_title_is_the_headline_even_with_a_full_stop() -> None:
    """Case and punctuation do not count."""
    assert headlines_of(f"Will talks ever resume?\n{BODY}", title="Will Talks Ever Resume") == [
        "Will talks ever resume?"
    ]


def test_a_first_line_unlike_the_known_title_is_no_headline() -> None:
    """Where the title is known, a credit above the text is not taken for it."""
    assert headlines_of(f"EXAMPLE TODAY ONLINE EDITION\n{BODY}", title="Talks fail in the capital") == []


def test_the_only_line_of_a_body_is_its_text() -> None:
    """An article of one sentence has one claim, with or without a full stop."""
    assert headlines_of("Rain stopped the match in Karachi") == []
    assert texts_of("Rain stopped the match in Karachi") == ["Rain stopped the match in Karachi"]


@pytest.mark.parametrize(
    "dateline",
    [
        "KARACHI\u00a0:\u00a0",
        "ISLAMABAD: ",
        "NEW DELHI, Aug 5 (Reuters) - ",
        "LONDON (AP) — ",
        "London (AFP) – ",
        "(CNN) ",
        "BEIJING -- ",
    ],
)
def test_a_dateline_stands_outside_the_span(dateline: str) -> None:
    """The claim starts at its first own word."""
    assert texts_of(f"Headline about talks\n\n{dateline}{BODY}")[1] == "The talks in the capital failed on Friday."


@pytest.mark.parametrize(
    "lead",
    [
        "The World Health Organization (WHO) — the U.N.'s health agency — met on Friday.",
        "NATO – which Sweden joined in March – met on Friday.",
    ],
)
def test_who_the_first_sentence_is_about_is_no_dateline(lead: str) -> None:
    """An aside between dashes goes on in small letters."""
    assert texts_of(f"Headline about talks\n\n{lead} {BODY}")[1] == lead


@pytest.mark.parametrize("sentence", ["UN: talks failed, he says.", "2019: a year of talks."])
def test_what_follows_a_later_colon_keeps_what_stands_before_it(sentence: str) -> None:
    """Only the first paragraph can have a dateline of a word and a colon."""
    assert texts_of(f"{BODY}\n{sentence}")[-1] == sentence


@pytest.mark.parametrize(
    "credit",
    [
        "REUTERS/Ada Field",
        "(AP Photo/Ada M. Field, File)",
        "(Ada Field/Reuters)",
        "Photograph: Ada Field/AFP/Getty Images",
    ],
)
def test_a_caption_that_ends_in_a_credit_gives_no_claim(credit: str) -> None:
    """Neither the credit nor the sentences before it in its line; a poll of two bodies is no picture."""
    assert texts_of(
        f"{BODY}\nA ferry burns in the harbour on Sunday. Nobody was hurt. {credit}\n{BODY}"
    ) == 2 * texts_of(BODY)
    for own in ("Half of all voters are for it (Reuters/Ipsos).", "It is in a poll by Reuters/Ipsos."):
        assert texts_of(f"{BODY}\n{own}")[-1] == own


@pytest.mark.parametrize("dateline", ["PORT LOUIS, Mauritius — ", "LIMA (Reuters) - ", "BEIJING -- "])
def test_a_dateline_may_stand_below_a_caption(dateline: str) -> None:
    """So it does below a summary; what only looks like one there is the sentence's own."""
    caption = "A ferry burns in the harbour on Sunday."
    assert texts_of(f"{caption}\n{dateline}{BODY}")[1] == "The talks in the capital failed on Friday."
    for own in ("NATO – which he left – met on Friday.", "NORA: You are welcome here."):
        assert texts_of(f"{caption}\n{own}")[1] == own


def test_text_in_capitals_is_split_and_kept() -> None:
    """Capitals are no sign of a dateline, a name or a headline."""
    body = "THE TALKS: THEY FAILED ON FRIDAY. BOTH SIDES LEFT. NO DATE WAS SET."
    assert texts_of(body) == ["THE TALKS: THEY FAILED ON FRIDAY.", "BOTH SIDES LEFT.", "NO DATE WAS SET."]


def test_a_list_announced_by_a_colon_is_kept_without_its_marks() -> None:
    """Points without full stops count when a line says that they come."""
    body = f"{BODY}\nThe mediator named these results:\n• Two prisoners were freed\n• One bridge was opened\n{BODY}"
    assert texts_of(body)[2:4] == ["Two prisoners were freed", "One bridge was opened"]


def test_a_body_of_unfinished_lines_only_is_kept() -> None:
    """Where nothing ends in a full stop, its absence says nothing."""
    body = "Talks fail\n- Two prisoners were freed\n- One bridge was opened"
    assert texts_of(body) == ["Talks fail", "Two prisoners were freed", "One bridge was opened"]


def test_a_quotation_of_two_sentences_stays_whole_and_one_never_closed_is_split() -> None:
    """The words that name the speaker stay with what was said; a lost mark does not swallow the text."""
    assert texts_of("“We go. They stay,” he said. He left.") == ["“We go. They stay,” he said.", "He left."]
    assert texts_of("“We go home. They stay here. He left town.") == [
        "“We go home.",
        "They stay here.",
        "He left town.",
    ]


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\u2028", "\n\t\n"])
def test_every_kind_of_line_end_separates(newline: str) -> None:
    """A headline without a full stop never runs into the next line."""
    assert texts_of(f"Talks fail in the capital{newline}{BODY}")[0] == "Talks fail in the capital"


def test_invisible_characters_stand_outside_the_spans() -> None:
    """Zero-width characters at the ends are no part of a claim; inside it they stay."""
    assert texts_of("\u200b\ufeffThe talks\u00a0failed.\u200b ") == ["The talks\u00a0failed."]


def test_a_stretch_without_punctuation_is_cut_at_a_space_within_the_limit() -> None:
    """Nothing is lost and no piece is longer than the limit."""
    body = "word " * 2_000
    pieces = texts_of(body)
    assert max(map(len, pieces)) <= MAX_SENTENCE_CHARS
    assert " ".join(pieces) == body.strip()


def test_four_hundred_sentences_are_four_hundred_claims() -> None:
    """Length alone changes nothing."""
    sentences = [f"Minister number {n} resigned on Friday." for n in range(400)]
    assert texts_of(" ".join(sentences)) == sentences


@pytest.mark.parametrize("unit", ["The talks failed, said Mr. Smith of the U.S. army. ", '“(("“ ', "a.b. ", "“We go "])
def test_a_hundred_thousand_characters_take_well_under_a_second(unit: str) -> None:
    """Also where the text is made to be hard."""
    body = (unit * (100_000 // len(unit) + 1))[:100_000]
    started = perf_counter()
    split_sentences(body)
    assert perf_counter() - started < 1.0


@pytest.mark.parametrize(
    "body",
    [
        "He met Ms. Carter and Dr. No on Friday. They said nothing.",
        "The vote began at 3 p.m. Monday in the capital. They said nothing.",
        "The comet passed at 11:20 p.m. Pacific time over the sea. They said nothing.",
        "The shop opened at 9 a.m. Central European Time on Monday. They said nothing.",
        "Messrs. Lee and Sen. Cruz sat beside Capt. Kirk. They said nothing.",
        "Sen. Nora Field, D-N.Y., said that the bill would pass. They said nothing.",
        "Sen. John Lee, R-S.C., called it a mistake. They said nothing.",
    ],
)
def test_a_title_or_a_time_of_day_ends_no_sentence(body: str) -> None:
    """The full stop of "Ms." and of "p.m." belongs to the word."""
    assert len(texts_of(body)) == 2


def test_a_time_of_day_may_end_a_sentence() -> None:
    """What follows decides."""
    assert len(texts_of("The vote began at 3 p.m. Ministers said nothing.")) == 2
    assert len(texts_of("The vote began at 3 p.m. By that time it rained.")) == 2


@pytest.mark.parametrize(
    "body",
    [
        "“Have you no shame?” Mary Okoro asked.",
        "“It has to end, and soon!” Mr. Mensah told reporters in Accra.",
        "“Who would do such a thing?” Sen. Ada Field said on Monday, before the vote.",
    ],
)
def test_a_question_goes_with_the_words_that_tell_who_asks_it(body: str) -> None:
    """So does an exclamation."""
    assert texts_of(body) == [body]


def test_a_question_may_end_a_sentence() -> None:
    """What somebody says elsewhere is a sentence of its own."""
    body = "“Will it rain?” Police said that it was late."
    assert texts_of(body) == ["“Will it rain?”", "Police said that it was late."]


def test_the_context_is_the_sentence_on_each_side() -> None:
    """At the ends of the body there is none."""
    body = "First thing happened. Second thing happened. Third thing happened."
    assert context_of(body, 22, 44) == ("First thing happened.", "Third thing happened.")
    assert context_of(body, 0, 21) == ("", "Second thing happened.")
    assert context_of(body, 45, len(body)) == ("Second thing happened.", "")
