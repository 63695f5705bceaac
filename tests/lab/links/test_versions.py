"""Permalinks of every version, for ever: what they mean, and what their trainings end with.

A file in tests/links is never edited: a link that once was given away must go on to mean the same.
"""

import io
import json
import pathlib
from dataclasses import asdict
from urllib.parse import urlencode

import pytest

import lab.__main__ as terminal
from data import load_dataset
from lab.links import fingerprint, reader, verdict
from lab.links.experiment import VERSION
from ui.sidebar.own_data import EXAMPLE

FOLDER = pathlib.Path(__file__).parents[2] / "links"
ADDED = ("pieces_2.json", "optimization_2.json", "tables_2.json")  # within version 2: values, a page, tables
FILES = [*sorted(FOLDER.glob("version_*.json")), *(FOLDER / name for name in ADDED)]
CASES = [
    pytest.param(kept.stem.rpartition("_")[2], case, id=f"{kept.stem}-{case['page']}-{number}")
    for kept in FILES
    for number, case in enumerate(json.loads(kept.read_text(encoding="utf-8")))
]


def plain(config):
    """A config as JSON holds it."""
    return json.loads(json.dumps(asdict(config)))


def test_there_are_permalinks_of_every_version_up_to_todays():
    versions = sorted(int(path.stem.removeprefix("version_")) for path in FOLDER.glob("version_*.json"))
    assert versions == list(range(1, int(VERSION) + 1))


@pytest.mark.parametrize(("version", "case"), CASES)
def test_a_permalink_means_for_ever_what_it_meant_and_its_training_ends_as_it_ended(version, case):
    assert f"v={version}&" in case["link"]
    linked = reader.read(case["link"])
    assert linked.page == case["page"]
    found = plain(linked.experiment.data) | plain(linked.experiment.train)
    meant = case["data"] | case["train"]
    assert {name: found[name] for name in meant} == meant  # a field added since has a value of its own
    assert [group.label for group in linked.groups] == case["groups"]
    assert {len(group.configs) for group in linked.groups} == {case["seeds"]}
    assert judged(linked) not in verdict.REFUTED


def test_a_link_of_the_first_version_has_a_class_for_every_label_up_to_the_largest():
    """What it trained before any distinct labels were classes: five outputs for the labels 1 and 4."""
    rows = [row.rpartition(",")[0] for row in EXAMPLE.split(";")]
    points = ";".join(f"{row},{4 if number > 7 else 1}" for number, row in enumerate(rows))
    query = {"name": "own_points", "points": points, "split": "60/20/20", "hidden_layer_sizes": "8"}
    query |= {"activation": "tanh", "batch_size": "4", "epochs": "20", "seeds": "1"}
    ended = {"v": "1", "fingerprint": "w67e18a81033f_0.705708_0.76641_0.678854"}
    linked = reader.read(f"http://lab/decision_boundary?{urlencode(query | ended)}")
    assert load_dataset(linked.experiment.data).class_names == tuple("01234")
    assert judged(linked) in (verdict.EXACTLY, verdict.NEAR, verdict.GROWN)
    for today in ({}, {"v": "2"}):
        linked = reader.read(f"http://lab/decision_boundary?{urlencode(query | today)}")
        assert load_dataset(linked.experiment.data).class_names == ("1", "4")


def judged(linked):
    """The state of the verdict on a link's fingerprint, after its twins where they are needed."""
    train = terminal._sweep if linked.plan else terminal._networks
    result = train(linked, io.StringIO())
    experiments = terminal._experiments(linked)
    ended = terminal._fingerprint(linked, experiments, result)
    found = verdict.compare(linked.fingerprint, ended)
    if found.needs_twins:
        twins = terminal._twins(linked, experiments, io.StringIO())
        found = verdict.compare(linked.fingerprint, ended, twins)
    return found.state


@pytest.mark.parametrize("link", json.loads((FOLDER / "fingerprint_2.json").read_text(encoding="utf-8")))
def test_a_fingerprint_of_the_second_version_is_that_of_its_experiment_for_ever(link):
    linked = reader.read(link)
    assert linked.fingerprint.experiment == fingerprint.experiment_digest(terminal._experiments(linked))
    assert judged(linked) in (verdict.EXACTLY, verdict.NEAR, verdict.GROWN)
