"""Work beside training shows how far it is, can be stopped, and waits for a click where it takes long."""

import streamlit as st
from visiting import FAST, charts, go, labels, opened, press, sentences, text, visit, widget

from lab.links import cost
from ui.training import confirm, progress

DEEP = {"hidden_layer_sizes": "8x3", "n_samples": "60", "seeds": "2"}
MEASURES = "Measuring these networks takes about "


def initialization(**query):
    return opened("pages/initialization.py", DEEP | query)


def test_measuring_large_networks_is_refused_or_done_when_asked_for_and_the_rest_is_there(
    monkeypatch,
):
    monkeypatch.setattr(confirm, "REFUSE_ABOVE", 0.0)
    app = initialization(init_seed="5001")
    assert sum(told.startswith("Measuring these networks would take ") for told in sentences(app)) == 1
    assert "Start" not in labels(app)
    monkeypatch.undo()
    monkeypatch.setattr(confirm, "ASK_TO_COMPUTE_ABOVE", 0.0)
    go(app)
    assert not app.exception
    assert sentences(app) == [f"{MEASURES}1 s on this server."]
    assert not any("by layer" in chart.proto.alt for chart in charts(app))
    assert "In which of them will all 8 units" in text(app), "what takes no time is there"
    press(app, "Start")
    assert sentences(app) == []
    assert sum("by layer" in chart.proto.alt for chart in charts(app)) == 2


def test_progress_and_a_stop_button_are_there_while_it_is_measured_and_a_stop_lasts(monkeypatch):
    monkeypatch.setattr(progress, "SHOW_AFTER", 0.0)
    bars, buttons, draw, button = [], [], st.progress, st.button

    def pressed(*args, **options):  # the visitor presses Stop once half of it is done
        bars.append(args)
        return draw(*args, **options)

    def noted(label, **options):
        buttons.append((label, options))
        return button(label, **options)

    monkeypatch.setattr(st, "progress", pressed)
    monkeypatch.setattr(st, "button", noted)
    show = progress.Progress.show

    def shown(self, share, text):
        show(self, share, text)
        if text.startswith("Measuring the signal") and share >= 0.5 and not stopped:
            (stop,) = [options for label, options in buttons if label == "Stop"]
            stopped.append(stop["on_click"](*stop["args"]))
            st.rerun()

    stopped = []
    monkeypatch.setattr(progress.Progress, "show", shown)
    app = initialization(init_seed="5003")
    assert not app.exception
    assert bars
    assert sentences(app) == ["Stopped. Measuring these networks was not finished."]
    press(app, "Go on")
    assert sentences(app) == []
    assert sum("by layer" in chart.proto.alt for chart in charts(app)) == 2


def test_of_a_large_network_a_few_derivatives_are_checked_and_all_when_asked(monkeypatch):
    monkeypatch.setattr(cost, "checking_seconds", lambda n, *_: 0.1 * n)
    app = visit(**FAST | {"init_seed": "5004"})
    assert "4 derivatives of this network, by backpropagation" in text(app)
    assert widget(app, "_check_more").label == "Check 22 of its 22 derivatives"
    widget(app, "_check_more").set_value(True)
    assert "22 derivatives of this network, by backpropagation" in text(go(app))


def test_a_check_that_takes_longer_than_ten_seconds_is_asked_for(monkeypatch):
    monkeypatch.setattr(cost, "checking_seconds", lambda n, *_: 3.0 * n)
    app = visit(**FAST | {"init_seed": "5005"})
    assert sentences(app) == ["This check takes about 12 s on this server."]
    assert len(charts(app)) >= 3
    press(app, "Start")
    assert "4 derivatives of this network" in text(app)
