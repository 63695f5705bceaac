"""The times of loops and of matrices: what is said of them once they are measured."""

from contextlib import nullcontext
from types import SimpleNamespace

from ui.gradient_check import coursework

SECONDS = {  # by number of examples: matrices are 10, 40 and 90 times as fast as loops over units
    1: {"loops over units": 1e-3, "loop over examples": 5e-4, "matrix": 1e-4, "stacked matrix": 5e-5},
    4: {"loops over units": 4e-3, "loop over examples": 2e-3, "matrix": 1e-4, "stacked matrix": 5e-5},
    9: {"loops over units": 9e-3, "loop over examples": 4e-3, "matrix": 1e-4, "stacked matrix": 5e-5},
}


def test_the_speed_up_that_is_said_is_that_of_the_most_examples(monkeypatch):
    timings = [
        {"form": form, "k": k, "seconds": seconds, "n_networks": 64 if form == "stacked matrix" else 1}
        for k, by_form in SECONDS.items()
        for form, seconds in by_form.items()
    ]
    said = []
    measured = SimpleNamespace(timings=(("a check", None), timings, "12:00:00 UTC"))
    monkeypatch.setattr(coursework, "visit", lambda: measured)
    monkeypatch.setattr(coursework, "key", lambda *_: "a check")
    monkeypatch.setattr(coursework, "show", lambda chart, title, finding: said.append(finding))
    monkeypatch.setattr(coursework.st, "button", lambda *_, **__: False)
    monkeypatch.setattr(coursework.st, "caption", said.append)
    monkeypatch.setattr(coursework.st, "columns", lambda n, **_: [nullcontext()] * n)
    coursework._show_times(None, SimpleNamespace(config=None))
    bars, speed_up, caption = said
    assert "matrix 100 µs, 90×" in bars
    assert speed_up == "matrix at K = 9: 90 times"
    assert "Measured on this server at 12:00:00 UTC" in caption
