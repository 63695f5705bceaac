"""Permalinks of every version, for ever: what they mean, and what their trainings end with.

A file in tests/links is never edited: a link that once was given away must go on to mean the same.
"""

import io
import json
import pathlib
from dataclasses import asdict

import pytest

import lab.__main__ as terminal
from lab.links import fingerprint, reader, verdict
from lab.links.experiment import VERSION

FOLDER = pathlib.Path(__file__).parents[2] / "links"
CASES = [
    pytest.param(version.stem.removeprefix("version_"), case, id=f"{version.stem}-{case['page']}-{number}")
    for version in sorted(FOLDER.glob("version_*.json"))
    for number, case in enumerate(json.loads(version.read_text(encoding="utf-8")))
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
