"""The memory is too small for the first visitor's training or file, and the second asks for the same."""

from types import SimpleNamespace

import pytest
from visiting import FAST, FAST_TRAIN, assert_says, expected, go, ok, opened, sentences, visit, widget

from data import DataConfig, own_tables, uploads
from mlp import train_many
from ui.training import run as run_module

SENTENCE = (
    "The memory that this machine has free is not enough for this page. Ask for a smaller network, fewer "
    "seeds or less data, or try again later."
)


@pytest.fixture
def first_fails(monkeypatch):
    failures = iter([2])

    def flaky(*args, **options):
        fails_at = next(failures, None)
        for records in train_many(*args, **options):
            if records and records[0].epoch == fails_at:
                raise MemoryError
            yield records

    monkeypatch.setattr(run_module, "train_many", flaky)


@pytest.mark.usefixtures("first_fails")
def test_the_first_visitor_reads_one_sentence_and_the_second_sees_the_whole_training():
    query = FAST | {"seed": "8101"}  # no other test has trained it
    first = visit(**query)
    assert not first.exception
    assert sentences(first) == [SENTENCE]
    assert not [button for button in first.button if button.label == "Stop"], "nothing is left to stop"
    assert widget(first, "epochs").value == 3, "the controls are there to ask for less"
    second = ok(visit(**query))
    assert_says(second, expected(DataConfig(n_samples=120, seed=8101), 2, **FAST_TRAIN))


@pytest.mark.parametrize("page", ["initialization", "optimization", "home"])
@pytest.mark.usefixtures("first_fails")
def test_other_pages_say_the_same(page):
    seed = {"initialization": "8102", "optimization": "8103", "home": "8104"}[page]
    app = opened(f"pages/{page}.py", FAST | {"seed": seed, "train": "true"})
    assert not app.exception
    assert SENTENCE in sentences(app)


@pytest.mark.parametrize(
    ("name", "box", "reader"),
    [("own_table", "_table_file", own_tables), ("own_images", "_upload", uploads)],
)
def test_a_file_that_does_not_fit_is_refused_in_a_sentence(monkeypatch, name, box, reader):
    def fail(*args, **options):
        raise MemoryError

    app = opened("pages/initialization.py", FAST | {"name": name})
    widget(app, box).upload("x.csv" if name == "own_table" else "x.npz", b"a,b,y\n1,2,0\n2,3,1\n", "text/csv")
    monkeypatch.setattr(reader, "STORE", SimpleNamespace(get_or_make=fail))
    app = go(app)
    assert not app.exception
    assert (
        "The memory that this machine has free is not enough to read this file. Use a smaller one, or try "
        "again later." in sentences(app)
    )
