"""The weight that a step first offers to move, its curve, and the steps at which one can be moved."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from derived import steps_of

from lab.derivation import Problem, nudge
from mlp.network import Layer, objective
from ui.derivation import nudging

PROBLEM = Problem(hidden_layer_sizes=(3, 3), activation="tanh", seed=2)


@pytest.fixture
def offered(monkeypatch):
    """A function of a step: the weight that is chosen at first."""

    def of(step):
        chosen = []
        choice = SimpleNamespace(
            selectbox=lambda label, names, index, key: chosen.append(list(names)[index]) or chosen[0]
        )
        move = SimpleNamespace(slider=lambda words, low, high, value, step, key: value)
        monkeypatch.setattr(nudging.st, "columns", lambda *_, **__: (choice, move))
        for name in ("markdown", "caption"):
            monkeypatch.setattr(nudging.st, name, lambda text: nullcontext())
        monkeypatch.setattr(nudging, "show", lambda *_, **__: None)
        nudging.draw(PROBLEM, step)
        return chosen[0]

    return of


def test_it_is_one_of_the_layer_that_the_step_is_about(offered):
    steps = [step for key, step in steps_of(PROBLEM).items() if key.partition(".")[0] in nudging.ABOUT]
    first = {step.main: offered(step) for step in steps}
    assert len(first) == 3
    for main, weight in first.items():
        assert weight.startswith(main.removeprefix("d_").translate(str.maketrans("123", "¹²³"))), (
            main,
            weight,
        )


@pytest.fixture
def moved(monkeypatch):
    """A function of (problem, name of the weight, where it is moved to): what is drawn and said."""

    def of(problem, name, end=None):
        found = SimpleNamespace(said=[])

        def slider(words, low, high, first, step, key):
            found.slider = words, low, high, first
            return first if end is None else end

        def along(curve, start, dot, slope, kinks, names, title):
            found.curve, found.start, found.dot, found.slope = curve, start, dot, slope
            found.kinks, found.names, found.title = kinks, names, title

        choice = SimpleNamespace(selectbox=lambda *_, **__: name)
        monkeypatch.setattr(nudging.st, "columns", lambda *_, **__: (choice, SimpleNamespace(slider=slider)))
        for kind in ("markdown", "caption"):
            monkeypatch.setattr(nudging.st, kind, found.said.append)
        monkeypatch.setattr(nudging.charts, "along", along)
        monkeypatch.setattr(nudging, "show", lambda *_, **__: None)
        nudging.draw(problem, steps_of(problem)["output_weights"])
        return found

    return of


def loss_at(problem, value):
    """L of the first example with this value in the place of W¹₂₁, without the penalty."""
    (W, b), *others = problem.params
    W = W.copy()
    W[1, 0] = value
    config = problem.without_penalty
    return float(objective((Layer(W, b), *others), problem.X[:1], problem.y[:1], config)[0])


@pytest.mark.parametrize("l2", [0.0, 0.5])
def test_the_curve_is_the_loss_of_the_first_example_as_the_weight_moves_by_up_to_four(moved, l2):
    problem = Problem(activation="tanh", l2=l2, seed=2)
    start = float(problem.params[0].W[1, 0])
    found = moved(problem, "W¹₂₁", start + 0.5)
    words, low, high, first = found.slider
    minus = f"{start:g}".replace("-", "−")
    assert words == f"W¹₂₁ (in the network: {minus})"
    assert (low, high) == (start - 4, start + 4)
    assert abs(first - start) == 1
    assert found.start == pytest.approx((start, loss_at(problem, start)))
    assert found.dot == pytest.approx((start + 0.5, loss_at(problem, start + 0.5)))
    h = 1e-6
    slope = (loss_at(problem, start + h) - loss_at(problem, start - h)) / (2 * h)
    assert found.slope == pytest.approx(slope, abs=1e-8)
    ends = found.curve.iloc[[0, -1]]
    assert ends["weight"].to_list() == pytest.approx([low, high])
    assert ends["loss"].to_list() == pytest.approx([loss_at(problem, low), loss_at(problem, high)])
    assert found.names == ("W¹₂₁", "L of the first example")
    assert found.title.endswith(f"is the slope of the tangent at W¹₂₁ = {minus}")
    assert len(found.said) == 2
    assert found.said[1].endswith("the dot is the network with the moved weight.")


def test_a_kink_of_relu_is_dotted_and_counted(moved):
    problem = Problem(activation="relu", seed=2)
    (W, b), *_ = problem.params
    x = problem.X[0]
    at = -(x[0] * W[0, 0] + b[0]) / x[1]  # where the unit's pre-activation is 0
    found = moved(problem, "W¹₂₁")
    assert abs(at - W[1, 0]) < nudge.REACH
    assert list(found.kinks) == pytest.approx([at], abs=1e-9)
    assert found.said[1].endswith(f" Dotted: 1 kink, {nudging.KINKS}")


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("", None),  # the first step is not about the network
        ("output_weights", "open"),
        ("hidden_weights.2", "open"),
        ("hidden_delta", "box"),
        ("batch_mean", "box"),
        ("zeros_equal", None),
    ],
)
@pytest.mark.parametrize("is_open", [False, True])
def test_a_weight_can_be_moved_where_it_is_about_one_and_on_request_at_others(
    monkeypatch, key, place, is_open
):
    class Box(nullcontext):
        open = is_open

    boxes, headings, drawn = [], [], []
    monkeypatch.setattr(nudging.st, "subheader", headings.append)
    monkeypatch.setattr(nudging.st, "expander", lambda label, **how: boxes.append(how["on_change"]) or Box())
    monkeypatch.setattr(nudging.st, "fragment", lambda part: lambda *what: drawn.append((part, what)))
    steps = steps_of(PROBLEM)
    step = steps[key or next(iter(steps))]
    nudging.section(PROBLEM, step)
    assert (len(headings), boxes) == (place == "open", ["rerun"] * (place == "box"))
    shown = place == "open" or (place == "box" and is_open)
    assert drawn == [(nudging.draw, (step.about(PROBLEM), step))] * shown
