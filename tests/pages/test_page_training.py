"""A training that takes long waits for a click, one that takes too long is refused."""

import threading
import time

import streamlit as st
from visiting import (
    FAST,
    FAST_DATA,
    FAST_TRAIN,
    assert_says,
    charts,
    expected,
    frames,
    hold,
    labels,
    press,
    said,
    sentences,
    text,
    verdict,
    visit,
)

from ui.frame import first_chart
from ui.training import confirm, run
from ui.training.cache import cache


def test_a_long_training_waits_for_a_click_which_is_for_it_alone(monkeypatch):
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", 0.0)
    app = visit(**FAST | {"init_seed": "1001"})
    assert not app.exception
    (sentence,) = sentences(app)
    assert sentence.startswith("This training takes about ")
    assert "Train" in labels(app)
    assert "Network 1 after epoch 0" in said(app)[0], "the untrained network is on show"
    press(app, "Train")
    assert sentences(app) == []
    assert "Train" not in labels(app)
    assert "Network 1 after epoch 3" in said(app)[0]
    assert_says(app, expected(FAST_DATA, 2, **FAST_TRAIN, init_seed=1001))
    hold(app, learning_rate=0.2)
    assert len(sentences(app)) == 1
    assert "Train" in labels(app)
    assert "after epoch 0" in said(app)[0]
    again = visit(**FAST | {"init_seed": "1001"})
    assert sentences(again) == [], "what is trained already waits for no click"
    assert "Network 1 after epoch 3" in said(again)[0]


def test_untrained_networks_that_take_more_than_a_moment_to_measure_are_on_show_too(monkeypatch):
    monkeypatch.setattr(run, "CHECK_INTERVAL", 0.0)
    monkeypatch.setattr(run.Run.advance, "__defaults__", (0.0,))  # a moment is 4,096 examples now
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", 0.0)
    app = visit(**FAST | {"n_samples": "20000", "init_seed": "1009"})
    assert not app.exception
    assert sentences(app)[0].startswith("This training takes about ")
    assert "Network 1 after epoch 0" in said(app)[0]
    assert not app.get("progress"), "gone when it is over"


def test_untrained_networks_that_take_too_long_to_measure_wait_for_the_click_too(monkeypatch):
    large = FAST | {"n_samples": "20000", "init_seed": "1010", "hidden_layer_sizes": "64x30", "seeds": "10"}
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", 0.0)
    monkeypatch.setattr(confirm, "ASK_TO_COMPUTE_ABOVE", 0.1)  # 10 x 20,000 x 1,920 activations take longer
    app = visit(**large)
    assert not app.exception
    assert labels(app).count("Train") == 1
    assert said(app) == []


def test_epochs_without_end_are_refused_and_the_page_works():
    app = visit(**FAST | {"epochs": "100000000", "init_seed": "1005"})
    assert not app.exception
    (sentence,) = sentences(app)
    assert "would take about" in sentence
    assert "this page allows up to 30 min" in sentence
    assert "fewer epochs" in sentence
    assert "Train" not in labels(app)
    assert "Network 1 after epoch 0" in said(app)[0]
    hold(app, epochs=2)
    assert sentences(app) == []
    assert "Network 1 after epoch 2" in said(app)[0]


def test_compare_waits_for_a_click_too(monkeypatch):
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", 0.0)
    app = visit(**FAST | {"mode": "Compare", "values": "3 / 5", "init_seed": "1006"})
    assert "Train" in labels(app)
    assert all("after epoch 0" in one for one in said(app)[:2])
    press(app, "Train")
    assert all("after epoch 3" in one for one in said(app)[:2])


def test_a_training_waits_its_turn():
    shared, seen = cache(), []
    assert shared.turns.free
    with shared.turns.place() as other:
        assert other.wait(0)

        def free():
            time.sleep(0.6)
            runs = [run for _, run in shared.runs.items() if run.configs[0].init_seed == 1007]
            seen.extend(run.n_epochs for run in runs)
            other.pass_on()

        releasing = threading.Thread(target=free)
        releasing.start()
        app = visit(**FAST | {"init_seed": "1007"})
        releasing.join(30)
    assert seen in ([], [-1]), "nothing was trained while it was another's turn"
    assert "Network 1 after epoch 3" in said(app)[0]
    assert shared.turns.free
    assert not shared.turns.waiting


def test_networks_that_diverge_are_counted():
    app = visit(**FAST | {"learning_rate": "1000000000", "seeds": "3"})
    assert not app.exception
    records = expected(FAST_DATA, 3, **FAST_TRAIN, learning_rate=1e9)
    assert [record.diverged for record in records] == [True] * 3
    assert "0 of 3 networks reach 95%" in verdict(app)
    assert sorted({record.epoch for record in records}) == [1, 2]
    first = f"Network 1 diverged in epoch {records[0].epoch}"
    assert "All 3 networks diverged in epochs 1 and 2" in verdict(app)
    assert first in said(app)[0]
    assert "Validation loss: all 3 networks diverged in epochs 1 and 2" in said(app)[1]
    assert not any("predicted" in frame for frame in frames(charts(app)[0])), "there is no class to name"
    assert f"{first}: its units cannot be drawn." in sentences(app)
    assert "no longer a number" in verdict(app)
    assert "derivatives are not numbers" in text(app)
    assert len(charts(app)) == 3
    hold(app, epoch=0)
    assert "diverged" not in verdict(app), "the epoch before can be looked at"
    assert "Network 1 after epoch 0" in said(app)[0]


def test_weights_that_are_infinite_from_the_start_are_told():
    app = visit(**FAST | {"init_scale": "1e+300"})
    assert not app.exception
    assert "Both networks diverged before the first epoch" in verdict(app)
    assert "diverged before its first epoch" in text(app)


def test_a_stopped_training_keeps_what_it_has_and_goes_on_when_asked(monkeypatch):
    app = visit(**FAST | {"init_seed": "1008", "epochs": "2"})
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", 0.0)
    hold(app, epochs=5)
    assert "Train" in labels(app)
    assert "Network 1 after epoch 2" in said(app)[0], "what there is already is on show"
    press(app, "Train")
    assert "Network 1 after epoch 5" in said(app)[0]


def test_where_a_control_moves_the_first_chart_is_ahead_of_the_rest_but_not_at_first(monkeypatch):
    order = []
    send = st.vega_lite_chart
    monkeypatch.setattr(st, "vega_lite_chart", lambda *a, **k: order.append("chart") or send(*a, **k))
    monkeypatch.setattr(first_chart.priority, "pause", lambda *_: order.append("pause"))
    app = visit(**FAST)
    assert set(order) == {"chart"}, "a visitor who arrives sees every chart without a pause"
    order.clear()
    hold(app, noise=0.2)
    assert order[:3] == ["chart", "pause", "chart"]
    assert order.count("pause") == 1
