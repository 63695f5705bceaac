"""The section of the steps: which sweep is kept for whom, and what is said below which grid."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest
from gradient_checks import subject

from lab.gradient_check.plan import Plan
from lab.links.cost import Speed
from lab.links.pages import A_GRID, B_GRID, DECADES, LARGEST, RELATIVE
from lab.published.steps_of_n import STEPS
from ui.gradient_check import largest, steps

PLAN = Plan("an experiment", 16, "central", 1e-5, "float64", "all")
SPEED = Speed(1e-6, 1e-9, 1e-10, {"tanh": 1e-9})


@pytest.mark.parametrize("module", [steps, largest])
@pytest.mark.parametrize("grid", [DECADES, A_GRID, B_GRID])
def test_a_sweep_is_kept_by_all_that_it_depends_on(monkeypatch, module, grid):
    monkeypatch.setattr(module, "cache", lambda: SimpleNamespace(speed=SPEED))
    monkeypatch.setattr(module.progress, "result", lambda key, *_: key)

    def key(network, grid=grid, **how):
        return module.cached_sweep(PLAN._replace(**how), network, grid)

    one = key(subject())
    assert key(subject(), scheme="forward", step=0.1) == one, "it has its own steps and schemes"
    in_all_formats = module is steps and grid == DECADES
    assert (key(subject(), precision="float32") == one) == in_all_formats
    others = [
        key(subject(), experiment="another"),
        key(subject(), group="weights"),
        key(subject(n=15)),
        key(subject()._replace(epoch=3)),
        key(subject(), next(other for other in STEPS if other != grid)),
    ]
    assert len({one, *others}) == 6


def test_the_seconds_of_a_sweep_are_those_of_its_lines(monkeypatch):
    """Six lines are three schemes in two formats; three are two schemes and the judgement of one of them."""
    monkeypatch.setattr(steps, "cache", lambda: SimpleNamespace(speed=SPEED))
    monkeypatch.setattr(steps.progress, "result", lambda key, make, seconds, *_: seconds)
    network = subject()
    each = network.seconds(len(network.sample(24)), SPEED)
    assert steps.cached_sweep(PLAN, network, DECADES) == pytest.approx(6 * 33 * each), "1 to 1e-16 by √10"
    assert steps.cached_sweep(PLAN, network, B_GRID) == pytest.approx(3 * 24 * each)


@pytest.fixture
def section(monkeypatch):
    """A function of (grid, error, errors of the lines): what the section says and draws."""

    def drawn(grid, error=RELATIVE, errors=(1e-3, 1e-5), swept=True):
        chosen, told = {"grid": grid, "against": "h", "error": error}, []
        h = np.array([0.1, 0.01])
        lines = [
            ((scheme, dtype), h, np.array(errors) * (10 if dtype == "float32" else 1))
            for scheme in ("forward", "central", steps.charts.PLANTED)
            for dtype in ("float64", "float32")
        ]
        monkeypatch.setattr(steps.lock, "control", lambda *_, key, **__: chosen[key])
        monkeypatch.setattr(steps, "cached_sweep", lambda *_: (lines, "found") if swept else None)
        monkeypatch.setattr(steps, "cache", lambda: SimpleNamespace(view=lambda key, make: make()))
        monkeypatch.setattr(steps.largest, "section", lambda *_: told.append("largest"))
        monkeypatch.setattr(steps.charts, "steps", lambda *_: None)
        monkeypatch.setattr(steps, "show", lambda chart, title, finding: told.append(title))
        monkeypatch.setattr(steps.st, "container", lambda **_: nullcontext())
        monkeypatch.setattr(steps, "_slopes_in_words", lambda *_: "slopes")
        monkeypatch.setattr(
            steps.planted,
            "told_apart",
            lambda right, wrong, found: (*right["error"], set(wrong["scheme"]), found),
        )
        for name in ("markdown", "caption"):
            monkeypatch.setattr(steps.st, name, told.append)
        monkeypatch.setattr(steps.st, "warning", lambda words, icon: told.append(words))
        steps.section(PLAN._replace(precision="float32"), subject(n=16))
        return told

    return drawn


def test_a_choice_of_more_than_three_is_in_several_rows_where_it_does_not_fit_in_one(section, monkeypatch):
    section(DECADES)
    controls = {}

    def control(draw, label, choices, key, **options):
        controls[label] = (len(choices), options.get("wrap"))
        return choices[0]

    monkeypatch.setattr(steps.lock, "control", control)
    steps.section(PLAN, subject(n=16))
    assert controls["Steps"] == (4, True), "in a row, it would hide the fourth on a phone"


def test_on_decades_slopes_are_said_and_on_a_published_grid_what_its_lines_tell_apart(section):
    shown, *words = section(DECADES)
    assert shown.startswith("How small a step? The error of a sample of ")
    assert shown.endswith(" of 35 derivatives against h")
    assert words == ["slopes", steps.READ]
    _, told = section(DECADES, errors=(0.0, 0.0))
    assert told.startswith("**All these derivatives are 0, and so is every difference.** There is no error")
    _, told, published = section(B_GRID)
    assert told == (pytest.approx(1e-4), pytest.approx(1e-2), {steps.charts.PLANTED}, "found")
    assert published.startswith("Published coursework B ")


def test_the_largest_difference_has_its_own_section_and_without_a_finite_error_it_is_said_why(section):
    assert section(A_GRID, LARGEST, swept=False) == ["largest"]
    assert section(A_GRID, swept=False) == []
    assert section(A_GRID, errors=(np.nan, np.inf)) == [
        "No step gives a finite error, because this network's loss is not a number."
    ]
