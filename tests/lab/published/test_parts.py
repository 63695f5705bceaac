"""Every part of the five courseworks has a link that its page reads and that sets up that part."""

import collections
import re
from urllib.parse import parse_qs, urlencode

import pytest

from lab.bugs import BUGS
from lab.derivation import Problem, derive
from lab.links import reader
from lab.links.pages import PAGES
from lab.published.parts import TABLE, parts
from lab.published.systems import REPLAYS
from lab.questions import preset


def of_each_part():
    return pytest.mark.parametrize("part", parts(), ids=lambda part: f"{part.letter}: {part.part}")


@of_each_part()
def test_a_parts_link_is_read_without_a_complaint(part):
    linked = reader.read(f"http://here/{part.page}?{urlencode(part.query, doseq=True)}")
    assert linked.page == part.page
    assert linked.groups
    given = parse_qs(urlencode(part.query, doseq=True))
    assert given.keys() <= {"v", "seeds", *PAGES[part.page].others, *PAGES[part.page].view}
    if part.page == "bug_lab":
        assert part.query["bug"].replace(" ", "_") in BUGS
    if part.page == "derivation":
        steps = derive(Problem(loss=part.query.get("loss", Problem().loss)))
        assert part.query["step"] in [step.key for step in steps]


def test_every_letter_has_parts_that_are_told_apart_in_their_order():
    letters = [part.letter for part in parts()]
    assert letters == sorted(letters)
    assert min(collections.Counter(letters).values()) >= 5
    assert set(letters) == set("ABCDE")
    assert len({(part.letter, part.part) for part in parts()}) == len(parts())


def test_every_published_experiment_is_a_part_of_its_coursework():
    linked = {(part.letter, urlencode(part.query, doseq=True)) for part in parts()}
    for replay in REPLAYS:
        query = urlencode(preset.query(replay, PAGES["initialization"].defaults), doseq=True)
        assert (replay.question[0], query) in linked, replay.question


WIDTHS, SIZE, EPOCHS = r"\b(\d{3}-\d{3})\b", r"batches of (\d+)", r"\b(\d+) epochs"


@of_each_part()
def test_the_widths_batches_and_epochs_that_a_part_names_are_those_of_its_link(part):
    named = {"hidden_layer_sizes": WIDTHS, "batch_size": SIZE, "epochs": EPOCHS}
    for field, pattern in named.items():
        found = re.search(pattern, part.part)
        if found and field in part.query:
            assert part.query[field].replace(",", "-") == found[1]


def test_a_part_of_a_derivation_opens_the_step_with_its_key():
    for (_, _, page, key), part in zip(TABLE, parts(), strict=True):
        if page == "derivation" and isinstance(key, str):
            assert part.query["step"] == key
    stall = next(part for part in parts() if "Σ(y − ŷ)²" in part.part)
    assert stall.query == {"step": "stall", "loss": "sigmoid_squared_error"}
