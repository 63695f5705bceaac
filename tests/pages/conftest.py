"""What the tests of pages share."""

import collections
import math
import pathlib
import re

import pytest
import sent_charts
import streamlit as st

from lab.links.cost import Speed
from mlp import ACTIVATIONS
from ui.charts.values import separated
from ui.figures import films
from ui.frame import show
from ui.training import confirm
from ui.training.cache import cache

DOUBLED = re.compile(r"\s[.,;:?!]|[.,;:?!][.,;:](?=\s|$)|[,;:]$")
CHECKED = collections.Counter()  # charts of a template that were compared with one built afresh


@pytest.fixture(scope="session", autouse=True)
def typical_machine():
    """Whether a page asks before it trains does not depend on how busy this machine is."""
    cache().speed = Speed(1e-6, 5e-11, 2e-10, dict.fromkeys(ACTIVATIONS, 5e-9))


@pytest.fixture(scope="module", autouse=True)
def results_of_other_files():
    """What waits for a click does not depend on which files a process has tested before."""
    for held in (cache().runs, cache().sweeps, cache().notes):
        held.drop(lambda key: True)


@pytest.fixture(autouse=True)
def charts_are_those_built_afresh(monkeypatch):
    """Every chart that a page sends is the one that Altair builds afresh, with a table of its numbers.

    Of charts that share a template each process checks the first; a template is made from no chart's values.
    """

    def checked(parts):
        key = parts.build, parts.present(), tuple(parts.values), repr(parts.options)
        CHECKED[key] += 1
        if CHECKED[key] == 1:
            found = sent_charts.differences_with_table(parts)
            assert found == [], f"{parts.build.__qualname__}: {found}"
        return separated(parts)

    monkeypatch.setattr(show, "separated", checked)


@pytest.fixture(autouse=True)
def findings_are_sentences(monkeypatch):
    """Every finding that a page tells a screen reader has its stops once, without a space before them."""
    told, ended = [], show.ended

    def noted(finding):
        told.append(ended(finding))
        return told[-1]

    monkeypatch.setattr(show, "ended", noted)
    yield
    assert [finding for finding in dict.fromkeys(told) if DOUBLED.search(finding)] == []


@pytest.fixture
def untrained(monkeypatch):
    """Every training waits for a click."""
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", -1.0)


@pytest.fixture
def no_timeline(monkeypatch):
    """Only the epoch on show is drawn, for tests of what else is on the page; the others take longest."""
    monkeypatch.setattr(films, "FEWEST", math.inf)


@pytest.fixture
def offered(monkeypatch):
    """{label: what would be downloaded}, as the page draws its buttons."""
    taken, button = {}, st.download_button

    def noted(label, data, file_name, *args, **options):
        assert label.endswith(f"({pathlib.Path(file_name).suffix})")
        taken[label] = (data, options)
        return button(label, data, file_name, *args, **options)

    monkeypatch.setattr(st, "download_button", noted)
    return taken
