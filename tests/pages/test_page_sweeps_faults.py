"""The sweeps page where something fails: data that cannot be had, rows that fail."""

import re

import pytest
from visiting import FAST, board, go, opened, press, sentences, text

from data import STORE, keep_table
from lab.links import reader
from ui.frame.visit import KEY
from ui.sweeps import running
from ui.sweeps.sweep_run import Place

WIDE = {"axis1": "learning_rate", "values1": "0.03 / 0.1", "hidden_layer_sizes": "80,80"}


@pytest.fixture
def no_network(monkeypatch, tmp_path):
    monkeypatch.setenv("BACKPROP_LAB_DATA", str(tmp_path))
    monkeypatch.setenv("BACKPROP_LAB_CIFAR10_URL", "http://127.0.0.1:1")


def visit(**query):
    return opened("pages/sweeps.py", FAST | {"axis2": "–", "seeds": "1"} | query)


def statuses(app):
    """{value of the first field: status} of the table of all trials."""
    return dict(zip(board(app).iloc[:, 1], board(app)["status"], strict=True))


def fingerprinted(app):
    """Whether the link of Share has a fingerprint."""
    return "&fingerprint=2r" in next(code.value for code in app.code if "axis1" in code.value)


@pytest.mark.usefixtures("no_network")
def test_a_dataset_that_cannot_be_had_fails_its_rows_and_the_others_are_trained():
    app = visit(axis1="name", values1="circles / cifar10 / moons", name="cifar10", init_seed="11")
    assert not app.exception
    assert "3 trainings: 2 done, 1 failed." in text(app)
    assert "all done" not in text(app)
    found = statuses(app)
    assert [found["circles"], found["moons"]] == ["done", "done"]
    assert found["cifar10"].startswith("cifar10 cannot be loaded")
    assert [one for one in sentences(app) if one.startswith("1 of 3 trainings failed: cifar10 cannot be")]
    assert "Of 3 trials 1 failed: what follows is about the other 2." in text(app)
    assert not fingerprinted(app), "the data may be there at the next attempt"
    assert "It has no fingerprint, because 1 training failed by accident: try again." in text(app)


@pytest.mark.parametrize(
    ("field", "values", "beyond", "allowed"),
    [
        ("momentum", "0.5 / 0.9995", 0.9995, "numbers from 0 to 0.999"),
        ("cycle_steps", "20 / 5000000", 5_000_000, "whole numbers from 1 to 1000000"),
    ],
)
def test_a_trial_that_no_other_page_can_show_is_trained_and_has_no_link(field, values, beyond, allowed):
    app = visit(axis1=field, values1=values, optimizer="momentum", schedule="triangular", init_seed="15")
    assert not app.exception
    assert set(statuses(app).values()) == {"done"}, "a link to such a sweep keeps its meaning"
    table = board(app)
    links = dict(zip(map(str, table.iloc[:, 1]), table["link"], strict=True))
    assert not isinstance(links.pop(str(beyond)), str)
    (link,) = links.values()
    assert len(reader.read(link).groups[0].configs) == 1
    told = (
        f"The trials with {field} {beyond} are trained, but cannot be opened on their own: other pages allow "
    )
    assert f"{told}{allowed}." in sentences(app)
    app.session_state[KEY].trial = int(table.loc[table["link"].isna(), "trial"].iloc[0])
    app = go(app)
    reason = f"A page of its own cannot show it: {field} is {beyond}; allowed there: {allowed}."
    assert reason in text(app)
    assert "nan" not in text(app)


def test_a_trial_too_large_for_a_page_of_its_own_has_no_link_beside_one_that_has():
    app = visit(axis1="hidden_layer_sizes", values1="2 / 1000,1000,1000", epochs="0", init_seed="16")
    table = board(app)
    app.session_state[KEY].trial = int(table.loc[table["link"].isna(), "trial"].iloc[0])
    shown = text(go(app))
    assert "1000,1000,1000. It is too large for a page of its own" in shown
    assert "(nan)" not in shown


def test_rows_whose_data_cannot_be_split_fail_and_what_failed_can_be_tried_again():
    app = visit(axis1="name", values1="circles / mnist", split="5000/10/10", epochs="1", init_seed="12")
    assert not app.exception
    assert "2 trainings: 1 done, 1 failed." in text(app)
    assert statuses(app)["mnist"] == "done"
    assert statuses(app)["circles"].startswith("split is '5000/10/10'; allowed: ")
    assert fingerprinted(app), "the split fails at every attempt, so the result can be reproduced"
    press(app, "Try the failed ones again")
    assert "2 trainings: 1 done, 1 failed." in text(app)


@pytest.fixture
def table():
    """`points` of an uploaded table that is too large for a link, and its file."""
    rows = "".join(f"{k % 7},{k % 5},{'uv'[k % 2]}\n" for k in range(400))
    file_bytes = f"a,b,kind\n{rows}".encode()
    STORE.clear()
    return keep_table(file_bytes), file_bytes


def test_networks_too_large_for_a_stack_train_on_an_uploaded_table(table):
    app = visit(name="own_table", points=table[0], batch_size="16", **WIDE)
    assert not app.exception
    assert "2 trainings in 2 jobs, all done." in text(app)
    assert statuses(app) == {"0.03": "done", "0.1": "done"}
    assert fingerprinted(app)
    assert "Always guessing the most common class of the validation set gets" in text(app)
    STORE.clear()
    go(app)
    assert not app.exception, "the results are still there, the file is not"
    assert statuses(app) == {"0.03": "done", "0.1": "done"}
    assert "Always guessing the most common class of the validation set" not in text(app)


def test_a_sweep_on_a_table_that_is_not_uploaded_has_no_fingerprint_until_it_is(table):
    points, file_bytes = table
    STORE.clear()
    app = visit(name="own_table", points=points, batch_size="16", init_seed="15", **WIDE)
    assert "2 trainings: 0 done, 2 failed." in text(app)
    assert not fingerprinted(app)
    assert "It has no fingerprint, because 2 trainings failed by accident: try again." in text(app)
    keep_table(file_bytes)
    go(app)
    assert "2 trainings in 2 jobs, all done." in text(app)
    assert fingerprinted(app)


def test_a_sweep_of_which_every_row_fails_at_every_attempt_has_no_fingerprint():
    app = visit(axis1="learning_rate", values1="0.03 / 0.1", split="5000/10/10", init_seed="13")
    assert "2 trainings: 0 done, 2 failed." in text(app)
    assert not fingerprinted(app)
    assert "It has no fingerprint, because both trainings failed." in text(app)


def test_what_is_told_while_it_runs_counts_what_failed_apart(monkeypatch):
    told = []
    monkeypatch.setattr(running, "SLICE", 0.0)
    in_turn = Place(None, 1, "one after the other")  # in a pool, the order in which they end is not known
    monkeypatch.setattr(running, "place_of", lambda jobs: in_turn)
    progress = running.st.progress
    monkeypatch.setattr(running.st, "progress", lambda *args: _Noted(progress(*args), told))
    app = visit(axis1="n_samples", values1="60 / 130 / 140", split="100/10/10", init_seed="14")
    assert "3 trainings: 2 done, 1 failed." in text(app)
    left = r"About [^;.]* left(; slower than the estimated [^.]*)?\."
    assert re.fullmatch(
        rf"2 of 3 done, 1 failed, 0 to go\. {left} Best validation accuracy so far .*%\.", told[-1]
    )
    assert any(re.fullmatch(rf"0 of 3 done, 1 failed, 2 to go\. {left}", one) for one in told)


class _Noted:
    """A progress bar that notes its texts."""

    def __init__(self, bar, told):
        self.bar, self.told = bar, told

    def progress(self, share, words):
        self.told.append(words)
        self.bar.progress(share, words)


@pytest.mark.parametrize("n_samples", ["20", "200"])
def test_a_trial_without_a_validation_set_is_done_and_said_to_have_none_whatever_the_base_is(n_samples):
    axes = {"axis1": "n_samples", "values1": "20 / 200", "split": "90/2/8", "seeds": "2"}
    app = visit(**axes, n_samples=n_samples)
    assert not app.exception
    assert statuses(app) == {"20": "done", "200": "done"}
    said = text(app)
    assert "1 trial is not drawn: it has no validation set." in said
    assert "1 of 2 trials has all results; 1 has no validation set." in said
    assert "There is no validation set in this split" not in said
    assert "not complete" not in said
