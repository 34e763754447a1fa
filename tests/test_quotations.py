"""Quotations: every style of marks, and marks that are never closed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from factcheck.quotations import quotations_in, quoted_share, signed_posts_in


def quoted(body: str) -> list[str]:
    return [body[one.start : one.end] for one in quotations_in(body)]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("“It fell,” he said. “Nobody ran.”", ["“It fell,”", "“Nobody ran.”"]),
        ('"It fell," he said. "Nobody ran."', ['"It fell,"', '"Nobody ran."']),
        ("‘The bridge fell at dawn,’ he said.", ["‘The bridge fell at dawn,’"]),
        ("The players' coach didn't say it's over.", []),
        ('He issued a "travel advisory for all.', []),
        ("He said: “It fell and nobody ran", ["“It fell and nobody ran"]),
        ('"It fell. He said: "Nobody ran."', ['"It fell.', '"Nobody ran."']),
        ('"It fell. "Nobody ran." He left.', ['"It fell. ', '"Nobody ran."']),
        ("‘The bridge fell at dawn’: nurse", ["‘The bridge fell at dawn’"]),
        (
            "'The bridge fell at dawn,' he said. 'Nobody ran from it at all.",
            ["'The bridge fell at dawn,'", "'Nobody ran from it at all."],
        ),
        ("“It fell,'' he said.", ["“It fell,''"]),
        ("No marks at all.", []),
    ],
)
def test_quotations_are_found_with_their_marks(body, wanted):
    """Curly, straight and single marks count; apostrophes and stray marks do not."""
    assert quoted(body) == wanted


def test_speech_of_several_paragraphs_is_continued():
    """A paragraph that is not closed goes on in the next one, if that opens with a mark."""
    first, second = quotations_in("“We will not yield.\n“Nor will they.”")
    assert (first.is_continued, second.is_continued) == (True, False)


def test_the_quoted_share_counts_characters():
    """Half of the characters within marks is a share of one half."""
    assert quoted_share(0, 20, quotations_in("“12345678” and 45678")) == 0.5


def test_signatures_with_many_links_before_them_are_read_at_once():
    """A line of nothing but addresses, however long, costs no more than its length."""
    links = "https:" * 5_000
    assert [post.start for post in signed_posts_in(f"Hear us.\n{links} — Ada (@ada)\n")] == [30_012 - 400 - 2]
    assert signed_posts_in("Ada Field said:" + "\n" * 50_000) == []


@settings(deadline=None)
@given(st.text(alphabet="ab ,.\n“”\"'‘’«»:", max_size=80))
def test_quotations_are_ordered_and_disjoint_in_any_text(body):
    """No text makes quotations overlap or leave the text."""
    ends = [0] + [place for one in quotations_in(body) for place in (one.start, one.end)] + [len(body)]
    assert ends == sorted(ends)
