"""What the texts of the planted bugs say in numbers, against their programs."""

import numpy as np
import pytest
from test_bugs import at, on_bench

from lab.bugs import BUGS, RIGHT, detectors
from lab.bugs.bug import planted
from mlp.network import Layer

WRONG = {key: bug.wrong for key, bug in BUGS.items()}
ALL = "W1 b1 W2 b2 W3 b3 W4 b4"
SHOWN = {  # how a bug shows, and the tensors of four layers whose gradients are wrong
    "mean_taken_twice": ("For the data loss, every ratio analytic / numeric is exactly 1/K.", ALL),
    "slope_at_rounded": ("The last layer is right, all below are wrong,", "W1 b1 W2 b2 W3 b3"),
    "mask_forgotten": ("The last layer is right, all below are wrong:", "W1 b1 W2 b2 W3 b3"),
    "mask_of_next_layer": ("The last two layers are right, those below are wrong.", "W1 b1 W2 b2"),
    "squared_error_differentiated": ("The check against the reported loss fails in every layer.", ALL),
    "overwritten_by_mask": ("In the gradient of the weights above, activations have", "W2 W3 W4"),
    "factor_two_missing": ("Wrong for the weights only,", "W1 W2 W3 W4"),
    "biases_penalised": ("Wrong for the biases only,", "b1 b2 b3 b4"),
    "penalty_not_reported": ("The check fails for the weights,", "W1 W2 W3 W4"),
}


def test_a_bug_in_a_step_that_the_program_does_not_have_is_refused_where_it_is_planted():
    with pytest.raises(ValueError, match=r"^Bug 99 replaces 'meen'; allowed: .*\bmean\b.*\.$"):
        planted(99, "Wrong", "meen", (), "why", "gives away")


@pytest.mark.parametrize("key", SHOWN)
def test_a_bug_says_in_which_layers_it_shows(key):
    words, wrong = SHOWN[key]
    figures = detectors.gradient_check(on_bench(key, (5, 5, 5), activation="tanh")).figures
    assert [name for name, error in figures.items() if error > 1e-6] == wrong.split()
    assert BUGS[key].gives_away.startswith(words)


def test_the_numbers_in_texts_on_the_inputs():
    pixels = (np.arange(8.0).reshape(4, 2),)
    (right,), (twice,) = (encode(pixels, "unit") for encode in (RIGHT.encode, WRONG["divided_twice"]))
    times = f"deviation is {right.std() / twice.std():.0f} times too small"
    assert times in BUGS["divided_twice"].gives_away
    splits = tuple(np.array([[1.0], [3.0]]) for _ in range(3))
    scaled = WRONG["test_set_forgotten"](splits, "standard")
    assert [X is raw for X, raw in zip(scaled, splits, strict=True)] == [False, False, True]
    assert "called for only two of the three splits." in BUGS["test_set_forgotten"].why
    X_train = np.arange(60.0)[:, np.newaxis]
    of_places = WRONG["scaled_by_place"]((X_train, X_train, X_train), "unit")[0][:, 0]
    assert of_places[[0, 50]].tolist() == [0, 1]  # the two of the first place
    assert of_places[[9, 59]].tolist() == [0, 1]  # and of the last that has two
    assert "was cut into batches of 50 before" in BUGS["scaled_by_place"].why


def test_the_numbers_in_texts_on_the_schedule_the_check_and_the_reports():
    after_turns = [WRONG["sawtooth"](10 * n + 1, at((), cycle_steps=10)) for n in range(4)]
    assert [rate < 0.1 for rate in after_turns] == [True, False, False, False]
    assert "is 0 for the first half-cycle only, so the rate never rises again" in BUGS["sawtooth"].why
    n = round(1 / WRONG["coarse_check"]()[-1])
    assert BUGS["coarse_check"].title.endswith(f"h = 1/N, N = 1 … {n}")
    assert BUGS["coarse_check"].why.startswith(f"1/{n} is far too long a step")
    pairs = ((0, 0), (0, 1), (1, 0), (1, 1))
    low, middle, high = sorted({float(WRONG["two_images"](np.array(pair))) for pair in pairs})
    assert BUGS["two_images"].gives_away.startswith(f"It can only be {low:g}, {middle:g} or {high:g}.")
    with np.errstate(all="ignore"):
        assert np.isnan(WRONG["softmax_without_shift"](np.array([800.0, 0.0]))[0])
    assert BUGS["softmax_without_shift"].why.startswith("e^800 overflows in float64.")
    assert "; at 800 the output is not a number." in BUGS["softmax_without_shift"].gives_away


def test_the_numbers_in_texts_on_gradients():
    K = 5
    assert (WRONG["mean_taken_twice"](np.ones((K, 1))) * K == RIGHT.mean(np.ones((K, 1)))).all()
    assert BUGS["mean_taken_twice"].gives_away.endswith("Its part of a step is K times too short.")
    constant = np.exp(-WRONG["constant_in_log"](np.array([[0.5]]), np.ones((1, 1))))[0] - 0.5
    assert f"ln(o + {constant:.0e})".replace("e-06", "e-6") in BUGS["constant_in_log"].title
    o = 0.01  # of -ln(o + c) the derivative is o / (o + c) of that of -ln o: short by c / o, nearly
    assert 1 - o / (o + constant) == pytest.approx(1e-6 / o, rel=1e-3)
    said = "A relative error of about 1e-6 / o at every step h, so the curve of the error against h levels "
    assert BUGS["constant_in_log"].gives_away.startswith(
        f"{said}off. That is far below 1e-4 but more than rounding"
    )
    W = np.array([[3.0]])
    factor = RIGHT.penalty_gradient(Layer(W, W[0]), 0.5).W / (0.5 * W)
    assert BUGS["factor_two_missing"].why == f"The derivative of λW² is {factor[0, 0]:g}λW."
