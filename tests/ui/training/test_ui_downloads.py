"""A download shows how far it is, leaves nothing behind, and says why when it cannot be had."""

import types

import pytest
from streamlit.testing.v1 import AppTest

from data import DataUnavailable
from ui.training import downloads

MEGABYTE = 1_000_000


class Place:
    """What `st.empty` gives: it remembers what stood there."""

    def __init__(self):
        self.history, self.shown = [], None

    def progress(self, share, text):
        self.history.append((share, text))
        self.shown = text
        return self

    def empty(self):
        self.shown = None


@pytest.fixture
def place(monkeypatch):
    found = Place()
    monkeypatch.setattr(downloads.st, "empty", lambda: found)
    monkeypatch.setattr(downloads, "ready", lambda name: False)
    return found


def fetching(monkeypatch, place, *reports, error=None):
    """Let `fetch` report these (done, total) of cifar.tar.gz, then end; returns what was fetched."""
    fetched = []

    def fetch(name, report):
        fetched.append(name)
        for done, total in reports:
            report(done, total, "cifar.tar.gz")
            assert place.shown is not None
        if error:
            raise error

    monkeypatch.setattr(downloads, "fetch", fetch)
    return fetched


def test_what_is_here_is_neither_fetched_nor_talked_about(monkeypatch):
    monkeypatch.setattr(downloads, "ready", lambda name: name == "mnist")
    monkeypatch.setattr(downloads, "fetch", None)
    monkeypatch.setattr(downloads.st, "empty", None)
    assert downloads.ensure("mnist") is None


def test_progress_is_a_share_and_a_sentence_with_megabytes_and_the_time_left(monkeypatch, place):
    reports = [(25 * MEGABYTE, 100 * MEGABYTE), (100 * MEGABYTE, 100 * MEGABYTE)]
    assert fetching(monkeypatch, place, *reports) == []
    downloads.ensure("cifar10")
    (none, first), (quarter, second), (whole, third) = place.history
    assert (none, quarter, whole) == (0, 0.25, 1)
    assert "cifar10" in first
    for text, done in ((second, "25.0 of 100.0 MB"), (third, "100.0 of 100.0 MB")):
        assert text.startswith(f"Downloading cifar.tar.gz: {done}, about ")
        assert text.endswith(" left")


def test_the_time_left_is_what_the_rest_takes_at_the_pace_so_far(monkeypatch, place):
    clock = iter([1000.0, 1020.0])
    monkeypatch.setattr(downloads, "time", types.SimpleNamespace(perf_counter=lambda: next(clock)))
    fetching(monkeypatch, place, (10 * MEGABYTE, 40 * MEGABYTE))
    downloads.ensure("cifar10")
    assert place.history[-1][1].endswith("about 60 s left")  # 20 s for a quarter, three quarters to go


def test_of_a_file_of_unknown_size_it_tells_what_has_come(monkeypatch, place):
    fetching(monkeypatch, place, (3_456_789, 0))
    downloads.ensure("cifar10")
    assert place.history[-1] == (0, "Downloading cifar.tar.gz: 3.5 MB …")


@pytest.mark.parametrize("done", [0, 101, 10**9])
def test_a_report_of_nothing_or_of_too_much_is_a_share_all_the_same(monkeypatch, place, done):
    fetching(monkeypatch, place, (done, 100))
    downloads.ensure("cifar10")
    assert place.history[-1][0] == (1 if done else 0)


def test_the_set_asked_for_is_fetched_once_and_the_bar_disappears(monkeypatch, place):
    fetched = fetching(monkeypatch, place, (1, 2))
    downloads.ensure("fashion_mnist")
    assert fetched == ["fashion_mnist"]
    assert len(place.history) == 2
    assert place.shown is None


@pytest.mark.parametrize("error", [DataUnavailable("cifar10 cannot be loaded."), KeyboardInterrupt()])
def test_what_ends_a_download_reaches_the_caller_and_the_bar_disappears(monkeypatch, place, error):
    fetching(monkeypatch, place, (1, 2), error=error)
    with pytest.raises(type(error)) as raised:
        downloads.ensure("cifar10")
    assert raised.value is error
    assert place.shown is None


def asking():
    """A script of its own for AppTest."""
    import streamlit as st

    from data import DataUnavailable
    from ui.training import downloads

    try:
        downloads.ensure("cifar10")
        st.write("It is here.")
    except DataUnavailable as problem:
        st.warning(str(problem))


@pytest.mark.parametrize("error", [None, DataUnavailable("cifar10 cannot be loaded: no route.")])
def test_on_a_page_nothing_of_the_download_is_left(monkeypatch, error):
    during = []

    def fetch(name, report):
        for done in (0, 50, 100):
            report(done, 100, "cifar.tar.gz")
            during.append(done)
        if error:
            raise error

    monkeypatch.setattr(downloads, "ready", lambda name: False)
    monkeypatch.setattr(downloads, "fetch", fetch)
    app = AppTest.from_function(asking, default_timeout=30).run()
    assert not app.exception
    assert during == [0, 50, 100]
    assert len(app.get("progress")) == 0
    assert [one.value for one in app.warning] == ([str(error)] if error else [])
    assert [one.value for one in app.markdown] == ([] if error else ["It is here."])
