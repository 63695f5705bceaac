"""The bug lab's trainings: long ones wait for a click, can be stopped, and go on with what is kept."""

import streamlit as st
from visiting import charts, go, labels, opened, press, sentences

from lab.bugs import program
from ui.bug_lab import trials
from ui.training import confirm, progress

QUICK = {"n_samples": "300", "hidden_layer_sizes": "5,5", "epochs": "4"}
CURVES = "Line chart of the reported training loss"


def visit(**query):
    return opened("pages/bug_lab.py", QUICK | query)


def has_curves(app):
    return any(one.proto.alt.startswith(CURVES) for one in charts(app))


def test_a_long_training_waits_for_a_click_the_rest_of_the_page_does_not_and_what_is_kept_stays(monkeypatch):
    monkeypatch.setattr(progress, "ASK_ABOVE", 0.0)
    app = visit(init_seed="3100")
    assert not has_curves(app)
    assert len(charts(app)) >= 1, "the map of errors needs no training"
    (asked,) = [one for one in sentences(app) if "take about" in one]
    assert asked.startswith("6 trainings, with the bug and without")
    press(app, "Train")
    assert has_curves(app)
    assert sentences(app) == []
    assert "Train" not in labels(app)
    assert has_curves(go(app))
    (asked,) = [one for one in sentences(visit(init_seed="3100", bug="sawtooth")) if "take about" in one]
    assert asked.startswith("3 trainings"), "those without the bug are kept"


def test_the_stop_button_comes_while_it_trains_and_what_is_over_is_kept(monkeypatch):
    """Stop is pressed when the second program is half trained: Streamlit then runs the script again."""
    monkeypatch.setattr(progress, "SHOW_AFTER", 0.0)
    bars, epochs = [], []
    draw, train = st.progress, program.train

    def trained(*args):
        for record in train(*args):
            epochs.append(record.epoch)
            if len(epochs) == 8:
                confirm.stop("lab", work[0])
                st.rerun()
            yield record

    work, may_start = [], trials.may_start

    def noted(kind, what, *args, **options):
        work.append(what)
        return may_start(kind, what, *args, **options)

    monkeypatch.setattr(trials, "may_start", noted)
    monkeypatch.setattr(trials, "train", trained)
    monkeypatch.setattr(st, "progress", lambda *args: bars.append(args) or draw(*args))
    app = visit(init_seed="3400")
    assert not app.exception
    assert "Stopped. The trainings that were over are kept." in sentences(app)
    assert bars
    assert epochs == [0, 1, 2, 3, 4, 0, 1, 2]
    press(app, "Go on")
    assert has_curves(app)
    assert len(epochs) == 8 + 5 * 5, "the first was kept, the second begins again"
