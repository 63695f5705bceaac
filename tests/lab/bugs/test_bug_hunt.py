"""Hunts: the same for everyone with the same number, fair, and the table of who finds what."""

import hashlib
import pathlib
import zlib

import pytest

from lab.bugs import BUGS, DETECTORS, RIGHT, table
from lab.bugs.bug import PLACES, SQUARE
from lab.bugs.hunt import (
    GIVEN_UP,
    MOST_HUNTS,
    NONE,
    SOLVED,
    Played,
    _checksum,
    completion_code,
    hunt,
    played_text,
    read_code,
    read_played,
    score,
)

CHECKSUM_OF_FIRST = 3875504329  # of the first hundred, answers and datasets
PAGE = pathlib.Path(__file__).resolve().parents[3] / "docs" / "bugs.md"


def test_a_number_is_always_the_same_hunt():
    # a link that was sent to a class must not change its answer
    first = " ".join(f"{one.answer} {one.place.dataset}" for one in map(hunt, range(1, 101)))
    assert zlib.crc32(first.encode()) == CHECKSUM_OF_FIRST
    assert [tuple(place) for place in PLACES] == [
        ("circles", "standard", (16, 16), "relu"),
        ("moons", "standard", (8, 8, 8), "tanh"),
        ("mnist", "unit", (16, 16), "relu"),
        ("linear", "standard", (2, 2), "tanh"),
    ], "nor the network that hides it"


def test_every_answer_that_hunts_have_by_then_comes_up_once_in_a_deck():
    answers = sorted([*(key for key, bug in BUGS.items() if bug.first_hunt == 1), NONE])
    n = len(answers)
    decks = [[hunt(number).answer for number in range(deck * n + 1, (deck + 1) * n + 1)] for deck in range(3)]
    assert all(sorted(deck) == answers for deck in decks)
    assert decks[0] != decks[1] != decks[2]


def test_a_bug_that_came_later_is_hidden_from_the_first_deck_on_that_begins_after_the_hunts_before_it():
    assert BUGS["scaled_by_place"].first_hunt == 1001 == min(n for n in first_hunts() if n > 1)
    first = 1 + 23 * 44  # decks of 22 bugs and NONE: the first of them that begins beyond 1000
    assert "scaled_by_place" not in {hunt(number).answer for number in range(1, first)}
    deck, number = [], 1
    while number <= max(first_hunts()) + 100:  # a new deck has all bugs whose first hunt has come
        deck = sorted([NONE, *(key for key, bug in BUGS.items() if bug.first_hunt <= number)])
        assert sorted(hunt(number + k).answer for k in range(len(deck))) == deck
        number += len(deck)
    assert deck == sorted([*BUGS, NONE])


def first_hunts():
    return [bug.first_hunt for bug in BUGS.values()]


def test_a_hunt_takes_place_where_its_bug_can_be_seen():
    for one in map(hunt, (*range(1, 500), *range(1013, 1113))):
        if one.answer == NONE:
            assert one.steps() == RIGHT
        else:
            bug = BUGS[one.answer]
            assert one.steps() == bug.steps()
            assert len(one.place.hidden_layer_sizes) >= bug.least_hidden_layers
            assert one.place in bug.places
    of_points = tuple(place for place in PLACES if place.scaling == "standard")
    of_few = {"last_layer_first": (SQUARE,), "own_statistics": of_points}  # pixels have no statistics
    assert {key: bug.places for key, bug in BUGS.items()} == dict.fromkeys(BUGS, PLACES) | of_few


@pytest.mark.parametrize(
    ("instruments", "wrong", "points"), [(0, 0, 100), (1, 0, 95), (0, 1, 80), (10, 2, 10), (10, 9, 0)]
)
def test_instruments_and_wrong_answers_cost_points(instruments, wrong, points):
    assert score(instruments, wrong) == points


GAMES = {
    3: Played(("order", "gradient_check"), ("sawtooth", NONE), SOLVED),
    12: Played((), (), GIVEN_UP),
    9999: Played(("schedule",)),
}
AS_TEXT = "3:order,gradient_check,-sawtooth,-none,solved;12:given_up;9999:schedule"


def test_hunts_written_and_read_again_are_the_same():
    assert played_text(GAMES | {7: Played()}) == AS_TEXT
    assert played_text(dict(reversed(GAMES.items()))) == AS_TEXT, "in the order of their numbers"
    assert read_played(AS_TEXT) == (GAMES, [])
    assert [GAMES[number].points for number in GAMES] == [50, 0, 95]
    assert read_played("") == ({}, [])


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("5:order,order,magic", ["magic"]),
        ("5:order;x:order", ["x:order"]),
        ("5:order;0:order;05:schedule;10000:order", ["0:order", "05:schedule", "10000:order"]),
        ("5:order,sawtooth,+sawtooth,-nobody", ["sawtooth", "+sawtooth", "-nobody"]),
        ("5:order;5:schedule", []),
        ("5:order,-,", ["-"]),
    ],
)
def test_what_cannot_be_read_of_a_hunt_is_named_and_the_rest_counts(text, unread):
    assert read_played(text) == ({5: Played(("order",))}, unread)


def test_the_table_says_what_each_bug_claims_and_stands_in_the_documentation():
    rows = table.rows()
    assert [row["bug"] for row in rows] == [bug.title for bug in BUGS.values()]
    for row, bug in zip(rows, BUGS.values(), strict=True):
        marked = {name for name in DETECTORS if row[DETECTORS[name].column]}
        assert marked == set(bug.caught_by)
    assert table.markdown() in PAGE.read_text(encoding="utf-8")


def test_of_two_ends_the_first_counts_and_a_code_names_no_hunt_twice():
    text = "5:solved,given_up;6:given_up,solved"
    assert [game.end for game in read_played(text)[0].values()] == [SOLVED, GIVEN_UP]
    for said, is_code in (("3+4-200", True), ("3+3-100", False), ("3+4-201", False)):
        code = f"{said}-{_checksum(said)}"
        if is_code:
            assert read_code(code) == ((3, 4), 200)
        else:
            with pytest.raises(ValueError, match="does not match its hunts and points"):
                read_code(code)


def test_a_completion_code_names_the_solved_hunts_and_their_points_and_shows_a_slip():
    solved = GAMES | {12: Played((), (), SOLVED)}
    code = completion_code(solved)
    assert code.startswith("3+12-150-")
    assert read_code(f" {code.upper()} ") == ((3, 12), 150)
    assert completion_code(dict(reversed(solved.items()))) == code
    assert completion_code({}) == completion_code({12: GAMES[12], 9999: GAMES[9999]}) == ""
    many = {number: Played((), (), SOLVED) for number in (*range(1, 11), MOST_HUNTS)}
    assert read_code(completion_code(many)) == (tuple(many), 1100)
    assert MOST_HUNTS == 9999, "the last of four digits"
    assert read_code(completion_code({MOST_HUNTS: Played((), (), SOLVED)})) == ((9999,), 100)
    checksum = hashlib.sha256(b"backprop-lab hunts 3+12-150").hexdigest()[:8]
    assert code == f"3+12-150-{checksum}", "codes that were handed in stay codes"
    with pytest.raises(ValueError, match="looks like ") as refused:
        read_code("nonsense")
    example = str(refused.value).rpartition(" ")[2].removesuffix(".")
    with pytest.raises(ValueError, match="checksum does not match"):  # it has the form of one
        read_code(example)
    places = range(len(code))
    slips = {code[:i] + other + code[i + 1 :] for i in places for other in "07af+-"} - {code}
    for slip in (*slips, "", "3+12-150", "x" * 2000):
        with pytest.raises(ValueError, match="code"):
            read_code(slip)
