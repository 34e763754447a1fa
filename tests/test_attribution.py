"""Who asserts a sentence: the outlet, or the speaker whom the words name."""

from __future__ import annotations

import pytest

from factcheck.attribution import UNNAMED, load_parser, speakers_of
from factcheck.mentions import cast_of
from factcheck.records import Speaker
from factcheck.sentences import split_sentences

pytestmark = pytest.mark.model


def speakers_in(body: str) -> list[Speaker | None]:
    sentences = split_sentences(body)
    docs = list(load_parser().pipe(body[one.start : one.end] for one in sentences))
    return speakers_of(body, sentences, docs, cast_of(docs))


def names_in(body: str) -> list[str | None]:
    return [speaker.name if speaker else None for speaker in speakers_in(body)]


def test_the_parser_is_loaded_once():
    """Asking again returns the same parser."""
    assert load_parser() is load_parser()


@pytest.mark.parametrize(
    ("body", "name", "cue"),
    [
        ("Qureshi said that the letter was sent.", "Qureshi", "Qureshi said"),
        ("The bridge is closed, the mayor's office announced.", "the mayor's office", "the mayor's office announced"),
        ("According to diplomatic sources, talks go on.", "diplomatic sources", "According to diplomatic sources"),
        ("Pakistan accuses India of shelling a village.", "Pakistan", "Pakistan accuses"),
        ("Support, the official said, came from China.", "the official", "the official said"),
        (
            "Talks go on, said a top official in the federal government.",
            "a top official in the federal government",
            None,
        ),
        ("A statement issued by the foreign ministry said that all was calm.", "the foreign ministry", None),
        ("But, Okoro said, testing confirmed the dead man was his friend.", "Okoro", None),
        ("The two are said to be friends.", UNNAMED, "are said"),
        ("The two are said in leaked documents to have controlled an account.", UNNAMED, None),
        ("The minister did not deny that he met the envoy.", "the minister", None),
        ("The senator does not believe that the bill will pass.", "the senator", None),
        ("The president would later say that he lied.", "the president", None),
        ("He went on to claim that India started it.", "he", "He went on to claim"),
        ("A spokesman for the army, David Mensah, denied that it fired.", "David Mensah", None),
        ("The agency quoted Home Minister Ada Field as saying that the vote was historic.", "Ada Field", None),
    ],
)
def test_the_words_of_a_sentence_name_its_speaker(body, name, cue):
    """The subject of a speech verb, "according to", an author behind a statement, or nobody by name."""
    (speaker,) = speakers_in(body)
    assert speaker is not None
    assert speaker.name == name
    assert cue is None or body[speaker.cue.start : speaker.cue.end] == cue


@pytest.mark.parametrize(
    ("body", "name", "cue"),
    [
        (
            "Ada Field hired a firm to mend the roads of the town before the race in May and skipped out on paying it, "
            "the Daily Courier reported on Monday.",
            "the Daily Courier",
            "the Daily Courier reported",
        ),
        (
            "If the bridge was closed, said Ada Field, a lawyer at the university, there would be no ferry.",
            "Ada Field",
            "said Ada Field",
        ),
        ("“We received your letter on Monday at noon,” Okoro's statement read.", "Okoro's statement", None),
        ("Rain fell, the river rose, and the council closed the bridge, he knew.", None, None),
    ],
)
def test_who_speaks_may_be_told_behind_several_clauses_or_between_two(body, name, cue):
    """The parser joins "the Courier reported" to the clauses before it, and gives "said Field" to the clause around."""
    speaker = speakers_in(body)[0]
    assert (speaker.name if speaker else None) == name
    assert cue is None or body[speaker.cue.start : speaker.cue.end] == cue


@pytest.mark.parametrize(
    "body",
    [
        "Twelve people died when the bridge fell.",
        "Pakistan has repeatedly asked the United Nations to intervene.",
        "This means that a recount is likely.",
        "Everything went according to plan.",
        "The bank confirmed the breach.",
        "The envoy, who said he was tired, left the room.",
        "Police did not say how many people were hurt.",
        "The White House has not confirmed that the talks were cancelled.",
        "No official confirmed that the bridge fell.",
        "Neither side said that a deal was near.",
        "Critics could say that the mayor lied.",
        "He might have hoped that the dog would stay.",
        "It suggests that the rust makes him attractive.",
        'A protester writes "Resignation" on a banner.',
        'The mayor is arguing for more lanes rather than a "bridges for all" system.',
    ],
)
def test_what_nobody_is_said_to_say_is_the_outlets_own(body):
    """Requests, mere acts, asides and what is left unsaid make no speaker."""
    assert names_in(body) == [None]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (
            "Ada Field met the council and said that the bridge would stay open until the end of July.",
            "Ada Field",
        ),
        ("Ada Field left the council in May, saying that the bridge would never be safe for lorries.", "Ada Field"),
        ("Ada Field met the council of the town in the old hall by the river on Monday and said it was safe.", None),
        ("Ada Field had backed the council's move to close the bridge saying that it would never be safe again.", None),
        ("Tolls fell in May, meaning that the bridge would never again pay for itself.", None),
        ("If it had been safe, the farmers would have said that the bridge was theirs.", None),
        ("The low numbers suggest that nobody crosses the bridge.", None),
    ],
)
def test_who_does_one_thing_and_says_more_is_the_speaker(body, name):
    """Where at least half of the words tell what is said; facts that suggest something say nothing."""
    assert names_in(body) == [name]


def test_a_quotation_over_several_sentences_has_one_speaker():
    """The words before, between and after “he said” are all his, in the next paragraph too."""
    body = (
        "“It came down in seconds,” said Anna Weber, a nurse. “Nobody could get out.”\n"
        "“We ran.\n“Then it was quiet,” she said.\nPolice sealed off the area."
    )
    assert names_in(body) == ["Anna Weber"] * 4 + [None]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (
            "“Norway hosted meetings between envoys of the government and leaders of the rebels on the border,” "
            "confirmed Norwegian army spokesman Erik Solberg.",
            "Erik Solberg",
        ),
        ("“Shame on the council, they have sold our harbour for nothing at all!” tweeted the mayor.", "the mayor"),
    ],
)
def test_who_is_spoken_of_in_a_quotation_is_not_its_speaker(body, name):
    """The speaker stands outside it, also where the verb comes first."""
    assert names_in(body) == [name]


@pytest.mark.parametrize(
    ("before", "quoting", "name"),
    [
        ("The mayor said that it was late.", "In a letter, a nurse at the hospital writes:\n“{}”", None),
        ("The mayor said that it was late.", "“{}” the man at the gate kept saying.", "the man at the gate"),
        ("The mayor said that it was late.", "She added:\n“{}”", "the mayor"),
        ("Police said that it was late.", "A statement from police reads:\n“{}”", "police"),
        ("Anna Weber said that it was late.", "Ms Weber added:\n“{}”", "Anna Weber"),
    ],
)
def test_words_that_tell_who_speaks_rule_out_who_spoke_before(before, quoting, name):
    """Also in a line that only announces the quotation; a pronoun or a part of the name leaves it to them."""
    quotation = "We shall have to close all of the bridges over the river tonight!"
    assert names_in(f"{before}\n{quoting.format(quotation)}")[1] == name


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("“The rats are all over the harbour,” she sighed.\n“And they are fat.”", ["she", "she"]),
        ("“The bridge was never safe,” shrugged the engineer.", ["the engineer"]),
        ("“Will it rain today?” the mayor asked.", ["the mayor"]),
        ("“Have you no shame?” Mary Okoro asked. “I do not.”", ["Mary Okoro", "Mary Okoro"]),
        ("“At dawn,” the report states, “the bridge fell into the river.”", ["the report"]),
    ],
)
def test_any_verb_right_behind_a_quotation_tells_who_speaks(body, names):
    """Whatever it means; so does a verb between two parts of a quotation, and one behind a question."""
    assert names_in(body) == names


@pytest.mark.parametrize(
    "body",
    [
        "As he said “I am done with all of you,” the crowd left.",
        "“Let It Be Known to Everybody,” the last album of the band, sold well.",
        "“Why do we fall for it again?” Shortly after his outburst, the club changed its rules.",
    ],
)
def test_what_merely_follows_a_quotation_does_not_utter_it(body):
    """A quotation inside a clause, a title, and a sentence that begins with something else."""
    assert set(names_in(body)) == {None}


def test_who_signs_a_post_says_it():
    """Its line is theirs, but for what it says that somebody else says; no other line is."""
    said = "We cannot take it any more, and so I am running for the office of mayor in May."
    signed = "— Ada Field (@adafield) August 25, 2019"
    body = f"Ada Field joined the race.\nFriends, I am in. {said} {signed}\nThe vote is in May."
    assert names_in(body) == [None, "Ada Field", "Ada Field", None]
    assert names_in(f"Police say that the road is closed and that nobody was hurt there. {signed}")[0] == "police"


def test_a_signature_may_stand_below_its_post_or_behind_a_quotation():
    """Also behind the address of a picture; the neighbours of the post, and quotations after it, are not signed."""
    signed = "pic.twitter.com/a1b2 — Ada Field (@adafield) August 25, 2019"
    body = f"Ada Field joined the race.\nFriends, I am in for all of you.\n{signed}\nThe vote is in May."
    assert names_in(body) == [None, "Ada Field", None]
    body = (
        "The mayor said that it rained.\n“My heart is with all of those who lost a house.” — Ada Field, Daily Courier"
    )
    assert names_in(body) == ["the mayor", "Ada Field"]


def test_who_signs_a_post_has_the_name_that_the_article_uses():
    """A middle initial in the signature makes no second person."""
    body = "Donald Trump was late.\nI will be there for you.\n— Donald J. Trump (@donald) May 5, 2019\nRain fell."
    assert names_in(body) == [None, "Donald Trump", None]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("In a letter to the town, Okoro wrote:", "Okoro"),
        ("As the Daily Courier explained last week:", "the Daily Courier"),
        ("The company said in a statement:", "the company"),
        ("As I wrote last week:", None),
        ("Here is what they found:", None),
    ],
)
def test_a_paragraph_without_marks_is_said_by_who_is_announced(line, name):
    """The paragraph below "Okoro wrote:" is Okoro's, and the next one the outlet's."""
    block = "We know that the bridge in the valley is too narrow. A new one will be built."
    assert names_in(f"The bridge is old.\n{line}\n\n{block}\n\nThe vote on it is in May.")[-3:] == [name, name, None]


def test_a_surname_and_a_title_stand_for_the_full_name():
    """Later mentions get the fullest form that the article has."""
    body = (
        "Foreign Minister Shah Mahmood Qureshi said that talks failed.\n"
        "Mr Qureshi added that he was sorry.\n"
        "Pakistan’s foreign minister said that a letter was sent."
    )
    assert names_in(body) == ["Shah Mahmood Qureshi"] * 3


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("Bank chief Nora Field spoke in Oslo. Prices rose by 3%, the Bank said in a statement.", "the Bank"),
        ("Apple CEO Tim Cook flew to Beijing. Apple said that sales fell by 10%.", "Apple"),
    ],
)
def test_a_body_is_not_its_chief(body, name):
    """What stands before the name of its chief is no part of that name."""
    assert speakers_in(body)[-1].name == name


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("In May, the Fizz CEO, Mark Weber, said that sales fell.", "Mark Weber"),
        ("The House’s top Republican, Kevin Weber, says that nobody will go.", "Kevin Weber"),
        ("ABC News’ Jonathan Lee said on the show that it was over.", "Jonathan Lee"),
        ("Los Angeles television station KTLA said that passengers were heard.", "KTLA"),
        ("Hustle assistant coach Darnell Okoro said that it was bad.", "Darnell Okoro"),
        ("U.S. Attorney General Nora Field said that it was late.", "Nora Field"),
        ("Assistant Attorney General Stephen Lee said that it was late.", "Stephen Lee"),
    ],
)
def test_a_speaker_with_an_office_has_their_own_name(body, name):
    """Before it or behind a comma; so has a station that stands behind what it is."""
    assert names_in(body) == [name]


def test_a_headline_in_single_marks_tells_who_speaks():
    """ "'…': X says" closes its marks without a full stop."""
    body = "'Details Are Irrelevant': Okoro Says Slips Don't Matter\nThe mayor spoke on Friday."
    assert names_in(body) == ["Okoro", None]


def test_a_name_that_is_also_a_word_keeps_its_capital_within_a_sentence():
    """After the comma of a quotation no sentence starts, so that the capital is the name's."""
    assert names_in("“Nobody will hand them in by the end of May,” Stuff reported.") == ["Stuff"]
    assert names_in("“Nobody will hand them in by May.” Officials said that it was late.")[-1] == "officials"


def test_a_surname_with_a_hyphen_stays_whole():
    """So does a given name; hyphenated titles are left off as others are."""
    body = "Prime Minister Adel Abdul-Mahdi said that talks failed.\nMr Abdul-Mahdi added that he was sorry."
    assert names_in(body) == ["Adel Abdul-Mahdi"] * 2
    assert names_in("Mr Abdul-Mahdi said that talks failed.") == ["Abdul-Mahdi"]
    assert names_in("Alexandria Ocasio-Cortez visited the camp.\nShe said that it was grim.")[1] == (
        "Alexandria Ocasio-Cortez"
    )
    assert names_in("Lieutenant-General Omar said that it ended.") == ["Omar"]


def test_he_who_could_be_anybody_stays_a_pronoun():
    """After a sentence of the outlet about two persons, "he" is nobody's name; nor is he the woman quoted before."""
    assert names_in("Donald Trump met Vladimir Putin on Monday.\nHe said that it went well.") == [None, "he"]
    assert names_in("Mrs Lopez said that it was late.\nHe said that it was early.")[1] == "he"


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("Rep. Will Okoro, a Texas Republican, came to Nora Field's defense.", "Will Okoro"),
        ("Nora Field did not mention it in a letter to Jerrold Lee.", "Nora Field"),
        ("The delay bothered the German interior minister, Thomas Weber.", "Thomas Weber"),
        ("The bill was signed by Governor Nora Field on Monday.", "Nora Field"),
        ("Nora Field said that it was early. The day was cold, and Field was glad.", "Nora Field"),
        ("The remarks came after Nora Field spoke.", "she"),
        ("Nora Field and John Lee left for Oslo.", "she"),
        ("She dismissed Nora Field on Monday.", "she"),
    ],
)
def test_whom_a_sentence_is_about_goes_on_as_he_or_she(before, name):
    """Its subject, or the only person, where the main verb does something to them; names deeper down do not count."""
    pronoun = "She" if "Nora" in name or name == "she" else "He"
    assert names_in(f"{before} {pronoun} said that it was late.")[-1] == name


def test_they_are_who_spoke_last_and_not_long_ago():
    """One sentence of the outlet may stand between; after two, or after a person, it could be anybody."""
    said, outlet, they = "Officials said that it was late.", "Rain fell on the town.", "They said that it was early."
    assert names_in(f"{said} {outlet} {they}")[-1] == "officials"
    assert names_in(f"{said} {outlet} Snow fell on the hills. {they}")[-1] == "they"
    assert names_in(f"{said} Nora Field said that it was dark. {they}")[-1] == "they"


def test_a_headline_can_name_its_source_after_a_colon():
    """ "…: officials" attributes the headline."""
    body = "Fire guts factory, 20 dead: officials\nTwenty people died when a fire tore through a factory on Monday."
    assert names_in(body) == ["officials", None]


def test_a_transcript_names_who_speaks_before_a_colon():
    """A name, and then what they said in quotation marks; no matter of an article, and no words without marks."""
    said = "“We will not give in to anybody at any price.”"
    assert names_in(f"Benjamin Netanyahu: {said}\nPutin: {said}") == ["Benjamin Netanyahu", "Putin"]
    assert names_in(f"The crisis in Kashmir: {said}") == [None]
    assert names_in("Kashmir: India and Pakistan will not give in to anybody.") == [None]


@pytest.mark.parametrize("body", ["“We will never leave", 'He said: "Never.', "“”", "ALL CAPS SAID NOTHING.", "…"])
def test_odd_marks_break_nothing(body):
    """Unclosed, empty and shouted text has as many speakers as sentences."""
    assert len(speakers_in(body)) == len(split_sentences(body))


@pytest.mark.parametrize(
    ("body", "name", "cue"),
    [
        ("Okoro replied by noting that Field has closed the bridge.", "Okoro", "Okoro replied by noting"),
        ("The company released a statement saying that it closed.", "the company", None),
        ("Okoro complained about the bridge to the council of Leeds, saying it was old.", "Okoro", None),
        ("Okoro declined to comment on the bridge in the harbour town, saying it was inspected.", "Okoro", None),
        ("Okoro emailed staff in his department saying the bridge was unsafe.", "Okoro", None),
        ("Okoro took to Twitter to say that the bridge was unsafe.", "Okoro", None),
        ("Okoro pointed out that the bridge was unsafe.", "Okoro", None),
        ("Okoro doesn't think the bridge will hold.", "Okoro", None),
        ("It fell, but the mayor’s aide Ada Field called the report wrong and said that it stands.", "Ada Field", None),
        ("Okoro denied reports in the press that the bridge had been closed.", "Okoro", None),
        ("Okoro has already confessed that he closed the bridge.", "Okoro", None),
        ("The council denied the request.", None, None),
        ("The council is promising a “Christmas gift” for the town.", None, None),
        ("Okoro posted the hashtag “nomorebridgesovertheriver.”", None, None),
        ("The council closed the bridge by saying nothing.", None, None),
        ("The mayor was criticised by residents saying that the bridge was unsafe.", None, None),
        ("Critics point to the bridge's “long and sorry history of accidents on both banks.”", None, None),
    ],
)
def test_who_does_one_thing_to_say_another_is_the_speaker(body, name, cue):
    """The gerund or infinitive of a verb of speech has the subject of the verb that it hangs on."""
    (speaker,) = speakers_in(body)
    assert (speaker.name if speaker else None) == name
    assert cue is None or (speaker is not None and body[speaker.cue.start : speaker.cue.end] == cue)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("“It fell, and that was all it was, but nobody knew,” a council spokesman told the Courier.", "spokesman"),
        ("“It’s unsafe,” agreed a former mayor of the town who walked on it in May.", "a former mayor of the town"),
        ("“The bridge is unsafe,” read a statement from the council.", "the council"),
        ("Cars may cross with Ada Field, the mayor, and her deputy, John Lee, said Okoro.", "Okoro"),
        ("The next day, Senate Minority Leader Chuck Schumer, D-N.Y., said he was ready.", "Chuck Schumer"),
        ("In an interview with the Courier, the author, Ada Field, denied that it fell.", "Ada Field"),
        ("It is worth remembering that the bridge fell, notes Courier magazine’s Ada Field.", "Ada Field"),
    ],
)
def test_the_speaker_is_found_where_the_parser_takes_somebody_else(body, name):
    """Behind a quotation, behind a comma at the end, as an apposition, and after another name's ’s."""
    (speaker,) = speakers_in(body)
    assert speaker is not None
    assert speaker.name.endswith(name)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("The bridge was built “to carry the whole town across the river,” per an internal memo.", "an internal memo"),
        ("The bridge fell on Monday, per the Daily Courier.", "the Daily Courier"),
        ("It costs two dollars, per person.", None),
        ("The bridge fell, according to testimony from a farmer heard on Monday.", "a farmer"),
        ("As Okoro explained in a letter, the bridge is unsafe.", "Okoro"),
        ("The bridge fell because, as Okoro put it, “nobody cared about it for thirty years.”", "Okoro"),
        ("As Okoro wrote the letter, the bridge fell.", None),
        ("The bridge has changed, as they say, in how it looks.", None),
    ],
)
def test_a_source_may_be_set_into_the_sentence(body, name):
    """ "per X", "according to testimony from X" and "as X put it" name who asserts the sentence."""
    (speaker,) = speakers_in(body)
    assert (speaker.name if speaker else None) == name


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("Ada Field's message was simple: “We will not close this bridge, not now, not ever.”", "Ada Field"),
        ("Will Okoro met Ada Field. He went further: “Many expect us to hide every time this happens.”", "he"),
        ("The sign was clear: “Nobody may cross this bridge between ten at night and six.”", None),
        (
            "He struck a sombre tone, prompting the mayor to declare on television: “The bridge fell at that moment.”",
            None,
        ),
    ],
)
def test_a_person_who_does_something_before_a_colon_says_what_follows(body, name):
    """ "She went further: “…”" is said by her; a sign is no person, and others may speak in between."""
    speaker = speakers_in(body)[-1]
    assert (speaker.name if speaker else None) == name


def test_a_quotation_below_a_colon_is_said_by_who_is_named_before_it():
    """So are the paragraphs that go on with it, and no others."""
    body = (
        "In a statement on Monday, Ada Field, the mayor of Leeds, said:\n\n"
        "“The bridge is there for all of us to cross. It is not a toy.\n\n"
        "“It will be there for our children when we are gone, and for theirs.”\n\n"
        "The rain fell on Monday, and the river rose by a foot."
    )
    assert names_in(body) == ["Ada Field", "Ada Field", "Ada Field", "Ada Field", None]
