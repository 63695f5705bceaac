"""The answers about the gradient check, each against differences written out here, or a rule at its edges."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from answering import values_of
from gradient_checks import subject

from data import DataConfig, load_dataset
from lab.assignment import engine
from lab.assignment.kinds.questions import NOT_OFFERED
from lab.published.one_sided import Flagged
from lab.questions.verify import GRADIENT_CHECK
from mlp import TrainConfig, init_params
from mlp.checks.gradient_check import compared
from mlp.checks.judgement import CAUSES
from ui.gradient_check import answering

(KINK, FLOAT32, B, A, A_FIVE, B_MNIST, C, E, LOOPS, PENALTY, TRAINED, COMPLEX, DIGITS, MILLION) = (
    GRADIENT_CHECK
)


def answered(question, **offered):
    """(sentence, choice) from what the page has measured, or from what is `offered` in its place."""
    given = SimpleNamespace(**{name: lambda values, one=one: one for name, one in offered.items()})
    answer = question.answer(values_of("gradient_check", question), given if offered else answering)
    if not offered and question.key not in NOT_OFFERED["gradient_check"]:
        assert engine.answer("gradient_check", question) == answer, "what an assignment is marked by"
    return answer.sentence, question.choices[answer.right]


class Network:
    """A network on the circles by plain NumPy: its parameters as one vector, its loss, its derivatives."""

    def __init__(self, n_examples, *sizes, f=lambda z: np.maximum(z, 0), **fields):
        config = TrainConfig(hidden_layer_sizes=sizes, **fields)
        arrays = [array for layer in init_params(config, 2, 2) for array in layer]
        self.shapes, self.f, self.l2 = [array.shape for array in arrays], f, config.l2
        self.theta = np.concatenate([array.ravel() for array in arrays]).astype(float)
        data = load_dataset(DataConfig())
        self.X, self.y = data.X_train[:n_examples].astype(float), data.y_train[:n_examples]

    def forward(self, theta):
        """Return (θ as arrays, z by layer)."""
        parts = np.split(theta, np.cumsum([math.prod(shape) for shape in self.shapes])[:-1])
        arrays = [part.reshape(shape) for part, shape in zip(parts, self.shapes, strict=True)]
        a, z = self.X, []
        for W, b in zip(arrays[::2], arrays[1::2], strict=True):
            z.append(a @ W + b)
            a = self.f(z[-1])
        return arrays, z

    def loss(self, theta):
        arrays, z = self.forward(theta)
        data = np.log(np.exp(z[-1]).sum(axis=1)) - z[-1][np.arange(len(self.y)), self.y]
        return data.mean() + self.l2 * sum((W**2).sum() for W in arrays[::2])

    def moved(self, place, h):
        moved = np.tile(self.theta, (2, 1)).astype(type(h + 0.0))
        moved[:, place] += h, -h
        return moved

    def differences(self, h, places=None):
        places = range(self.theta.size) if places is None else places
        pairs = (map(self.loss, self.moved(place, h)) for place in places)
        return np.array([(above - below) / (2 * h) for above, below in pairs])


def apart(a, n):
    return np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n))


def check(errors, crosses=(), analytic=1.0):
    """What stands for the Result of a check whose derivatives have these relative errors."""
    errors, n = np.array(errors), len(errors)
    crosses = np.array([*crosses, *[False] * (n - len(crosses))])
    found = compared(np.arange(n), np.full(n, analytic), np.full(n, analytic), crosses)
    cause = np.where(crosses, CAUSES.index("kink"), CAUSES.index("agrees"))
    return SimpleNamespace(
        check=found._replace(relative_error=errors), judgement=SimpleNamespace(cause=cause)
    )


def test_who_crosses_a_kink():
    network, (said, choice) = Network(32, 8, 8), answered(KINK)
    signs = lambda theta: np.concatenate([z.ravel() > 0 for z in network.forward(theta)[1][:-1]])  # noqa: E731
    pairs = (map(signs, network.moved(place, 0.01)) for place in range(114))
    n = sum((above != below).any() for above, below in pairs)
    assert choice == "Fewer than half"
    assert said.startswith(f"{n} of 114 cross a kink at h = 0.01. Their largest relative error is")


@pytest.mark.parametrize(
    ("n", "said", "choice"),
    [
        (0, "0 of 4 cross a kink at h = 0.01.", "None"),
        (1, "1 of 4 crosses a kink at h = 0.01. Its relative error is", "Fewer than half"),
        (2, "2 of 4 cross a kink", "Half or more"),
        (2, "2 of 5 cross a kink", "Fewer than half"),
        (4, "4 of 4 cross a kink at h = 0.01.", "Half or more"),
    ],
)
def test_how_many_cross_in_words(n, said, choice):
    found, chosen = answered(KINK, check=check([0.5] * int(said.split()[2]), [True] * n))
    assert found.startswith(said)
    assert chosen == choice


def test_the_errors_of_those_that_cross_and_of_the_others_are_told_apart():
    found, _ = answered(KINK, check=check([0.125, 0.5, 2e-4, 1e-3], [True, True]))
    assert found.endswith(" Their largest relative error is 5.0e-01, the others' is 1.0e-03.")
    found, _ = answered(KINK, check=check([0.125, 2e-4], [True]))
    assert found.endswith(" Its relative error is 1.2e-01, the other's is 2.0e-04.")
    found, _ = answered(KINK, check=check([0.125, 0.5, 2e-4], [True, True]))
    assert found.endswith(" Their largest relative error is 5.0e-01, the other's is 2.0e-04.")


def test_what_float32_hides():
    network, (said, choice) = Network(32, 8, 8, f=np.tanh), answered(FLOAT32)
    rounding = 4 * 2**-24 * max(1, network.loss(network.theta)) / 1e-5
    share = rounding / np.abs(network.differences(1e-5)).max()
    assert choice == "More than 1%"
    assert f"rounding in float32 hides any error of up to {share:.1%} of the largest derivative" in said


def test_which_steps_tell_a_wrong_gradient_from_the_right_one():
    network = Network(1, 8, 8)
    places = answering.network(values_of("gradient_check", B)).sample(24)
    a = network.differences(1e-6, places)
    n = {N: network.differences(1 / N, places) for N in (10, 20, 24, 30, 100)}
    right, wrong = ({N: apart(share * a, n[N]) for N in n} for share in (1, 1.0001))
    assert [N for N in n if wrong[N] > 2 * right[N]] == [30, 100]
    said, choice = answered(B)
    assert choice == "No, both fall alike"
    told = f"N = 24. There it is off by {right[24]:.2e}, and the wrong one by {wrong[24]:.2e}: "
    assert f"{told}{wrong[24] / right[24]:.2f} times as far." in said
    assert answered(A)[0].startswith("From N = 30 on the wrong gradient is more than 2 times as far off")
    assert answered(A)[1] == "Before N = 100"
    assert answered(A_FIVE)[1] == "Yes, the curves differ"
    assert "comes closest at N = 100,000." in answered(A_FIVE)[0]


H = 1 / np.array([10, 100, 1000, 100_000])


@pytest.mark.parametrize(
    ("wrong", "choice", "said"),
    [
        ([9, 9, 9, 9], "Before N = 100", "From N = 10 on"),
        ([1, 2.1, 3, 4], "From N = 100 to 10,000", "From N = 100 on"),
        ([9, 9, 2, 4], "Only beyond N = 10,000", "From N = 100,000 on"),
        ([9, 9, 9, 2], "Nowhere", "Even at the last N the wrong gradient is at most 2 times as far off"),
    ],
)
def test_where_the_errors_part(wrong, choice, said):
    found, chosen = answered(A, swept=(H, np.ones(4), np.array(wrong, float)))
    assert chosen == choice
    assert found.startswith(said)
    assert choice == "Nowhere" or found.endswith(f" At N = 100,000 they are {wrong[-1]:.1e} and 1.0e+00.")


@pytest.mark.parametrize(
    ("right", "wrong", "choice", "said"),
    [
        ([1.0, 0.1], [1.0, 0.105], "No, on neither", "farther apart than 0.56% of"),
        (
            [1.0, 0.001],
            [1.0, 0.005],
            "Only on a logarithmic axis",
            "From N = 100 on the wrong gradient is more than",
        ),
        ([1.0, 0.1], [1.0, 0.2], "Yes, on either axis", "at most 2 times as far off."),
    ],
)
def test_which_axis_shows_the_wrong_gradient(right, wrong, choice, said):
    found, chosen = answered(B_MNIST, largest_differences=(H[:2], np.array(right), np.array(wrong)))
    assert chosen == choice
    assert said in found


def test_what_a_test_of_one_side_reports():
    network, (said, choice) = (
        Network(100, 50, initializer="lecun_normal", init_seed=111, l2=0.01),
        answered(C),
    )
    difference = network.differences(1e-6) - network.differences(1.0)
    right, high, low = (int((difference + offset > 1e-7).sum()) for offset in (0, 0.01, -0.01))
    assert low < right < high
    assert choice == "One that is too low"
    assert f"{right} of 252 derivatives of the right gradient, {high} of" in said
    assert f"too high, and {low} of one" in said
    rows = [
        Flagged(name, 1.0, n, n, 1) for name, n in (("right", 0), ("0.01 too high", 1), ("0.01 too low", 1))
    ]
    assert answered(C, flagged=rows)[1] == "The right one"


def test_es_gap_is_neither_rounding_nor_print():
    said, choice = answered(E)
    assert 4e-10 < 4 * 2.0**-53 / 1e-6 < 5e-10
    assert choice == "An error: neither does"
    assert f"{1.5e-6:.1e} apart. Rounding explains at most 5e-10 of that" in said


@pytest.mark.parametrize(
    ("loop", "choice"),
    [(2.9e-6, "Up to 3 times"), (4e-6, "3 to 30 times"), (31e-6, "More than 30 times")],
)
def test_how_many_times_faster_matrices_are(loop, choice):
    said, chosen = answered(LOOPS, seconds_per_example=(loop, 1e-6))
    assert chosen == choice
    assert f"{1e6 * loop:.0f} µs with a loop and 1 µs with matrices: {1e6 * loop:.1f} times as fast" in said
    assert said.endswith("E published 11.4 times.")


@pytest.mark.parametrize(
    ("data", "penalty", "crosses", "choice", "said"),
    [
        (
            3e-8,
            1e-8,
            [],
            "In the data loss",
            "3.0e-08 for the data loss and 1.0e-08 for the penalty. No weight is",
        ),
        (1e-8, 3e-8, [True], "In the penalty", "1 weight is within h of the kink"),
        (1e-8, 2e-8, [True] * 2, "Much the same in both", "2 weights are within h"),
    ],
)
def test_which_part_has_the_larger_errors(data, penalty, crosses, choice, said):
    results = {"data": check([data]), "penalty": check([0.9] * len(crosses) + [penalty], crosses)}
    found, chosen = answered(PENALTY, parts=results)
    assert chosen == choice
    assert said in found


def test_the_data_loss_has_the_larger_errors_here():
    assert answered(PENALTY)[1] == "In the data loss"
    W = Network(32, 8, 8).theta
    assert not ((W != 0) & (np.abs(W) < 1e-5)).any()
    assert "No weight is within h" in answered(PENALTY)[0]


def test_after_training_the_errors_are_larger_and_the_derivatives_smaller():
    said, choice = answered(TRAINED)
    assert choice == "They get larger"
    largest = np.abs(Network(32, 8, 8, f=np.tanh).differences(1e-5)).max()
    assert f"the largest derivative from {largest:.2g} to" in said
    before, after = (
        float(text) for text in (said.split("from ")[1].split(" to")[0], said.split()[8].strip(","))
    )
    assert after > 2 * before


def test_the_complex_step_leaves_nearly_all_digits():
    network, (said, choice) = Network(32, 8, 8, f=np.tanh), answered(COMPLEX)
    moved = (network.moved(place, 1e-20j)[0] for place in range(114))
    exact = np.array([network.loss(theta).imag / 1e-20 for theta in moved])
    np.testing.assert_allclose(exact, network.differences(1e-5), rtol=1e-6)
    assert choice == "All but a few"
    digits = int(said.rpartition("agree to ")[2].split()[0])
    assert 12 <= digits <= 15
    assert answered(COMPLEX, check=check([0.4]))[0].endswith(
        "of 1 derivative is 4.0e-01: they agree to 0 digits or more."
    )
    assert answered(COMPLEX, check=check([1e-9, 0.0]))[1] == "About half"


@pytest.mark.parametrize(
    ("error", "digits", "choice"),
    [
        (1.1e-4, 3, "Hardly any"),
        (0.9e-4, 4, "About half"),
        (1.1e-12, 11, "About half"),
        (0.9e-12, 12, "All but a few"),
        (0, 16, "All but a few"),
        (3.0, 0, "Hardly any"),
    ],
)
def test_four_digits_are_a_few_and_twelve_nearly_all(error, digits, choice):
    said, chosen = answered(COMPLEX, check=check([0.9, error], [True]))
    assert said.endswith(f"is {error and format(error, '.1e')}: they agree to {digits} digits or more.")
    assert chosen == choice


def test_where_every_step_crosses_a_kink_no_derivative_disagrees():
    said, _ = answered(COMPLEX, check=check([0.9, 0.5], [True, True]))
    assert said.endswith("of 2 derivatives is 0: they agree to 16 digits or more.")


def test_weights_of_black_pixels_have_no_derivative():
    network = subject(activation="tanh")
    X = network.X.copy()
    X[:, 1] = 0
    dark = network._replace(X=X)
    found = SimpleNamespace(check=SimpleNamespace(analytic=np.array([0.0, 1.0, 0.0])))
    said, choice = answered(DIGITS, network=dark, check=found)
    assert choice == "Half or more"
    assert said.startswith("4 of the 8 weights of W¹, 50%: with these 16 images")
    assert said.endswith("checks 3 parameters, and 2 of those derivatives are 0.")
    said, choice = answered(DIGITS, network=network, check=found)
    assert choice == "None"
    assert said.startswith("0 of the 8 weights of W¹, 0%")


def test_whether_a_sample_has_a_wrong_derivative():
    said, choice = answered(MILLION)
    n, n_all = 12, 1_006_002
    chance = 1 - math.comb(n_all - 1006, n) / math.comb(n_all, n)
    assert choice == "Hardly ever"
    assert said.startswith("12 derivatives of 1,006,002 are checked:")
    assert f"is {chance:.0%}." in said
    for size, expected in ((3000, "Almost surely"), (500, "Perhaps"), (105, "Hardly ever")):
        network = SimpleNamespace(n_parameters=100_000)
        assert answered(MILLION, network=network, index=range(size))[1] == expected
