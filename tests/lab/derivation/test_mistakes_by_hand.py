"""What each mistake gives, written out here for a network whose widths all differ, number by number."""

import math

import numpy as np
import pytest
from derived import steps_of

from lab.derivation import Problem
from lab.derivation.mistakes import Asked
from lab.derivation.mistakes.rule import wrong_arrays
from mlp import loss_and_gradients

UNEVEN = Problem(d=2, hidden_layer_sizes=(4, 3), m=5, K=6, activation="tanh", l1=0.1, l2=0.3, seed=3)
SIGMOID = Problem(d=2, hidden_layer_sizes=(4, 3), m=5, K=6, activation="sigmoid", seed=4)
EQUAL = Problem(d=2, hidden_layer_sizes=(3, 3), m=3, K=6, activation="tanh", seed=5)


def softmax(o):
    e = np.exp(o)
    return e / e.sum(axis=1, keepdims=True)


def sigma(z):
    return 1 / (1 + np.exp(-z))


def slope_of(problem, z):
    return 1 - np.tanh(z) ** 2 if problem.activation == "tanh" else sigma(z) * (1 - sigma(z))


class Worked:
    """The first n examples in a network of two hidden layers: z, h, o, p, t and δ of each layer, by hand."""

    def __init__(self, problem, n):
        f = np.tanh if problem.activation == "tanh" else sigma
        (self.W1, self.b1), (self.W2, self.b2), (self.W3, self.b3) = problem.params
        self.x, self.y, self.t = problem.X[:n], problem.y[:n], np.eye(problem.m)[problem.y[:n]]
        self.z1 = self.x @ self.W1 + self.b1
        self.h1 = f(self.z1)
        self.z2 = self.h1 @ self.W2 + self.b2
        self.h2 = f(self.z2)
        self.o = self.h2 @ self.W3 + self.b3
        self.p = softmax(self.o)
        self.d3 = (self.p - self.t) / n
        self.g2 = self.d3 @ self.W3.T
        self.d2 = self.g2 * slope_of(problem, self.z2)
        self.g1 = self.d2 @ self.W2.T
        self.d1 = self.g1 * slope_of(problem, self.z1)
        self.gx = self.d1 @ self.W1.T


ONE, ALL, LOGISTIC, SQUARE = Worked(UNEVEN, 1), Worked(UNEVEN, 6), Worked(SIGMOID, 1), Worked(EQUAL, 1)


def wrong(problem, key):
    """{mistake: the array that it gives} for the main array of a step."""
    return {one.key: array for one, array in wrong_arrays(Asked(problem, steps_of(problem)[key]))}


def assert_gives(problem, key, expected, absent=()):
    found = wrong(problem, key)
    for name, array in expected.items():
        given = np.broadcast_to(array, found[name].shape)
        np.testing.assert_allclose(found[name], given, rtol=1e-9, atol=1e-14, err_msg=name)
    assert not set(absent) & set(found)


def test_pre_activations_and_activations():
    s = ONE
    assert_gives(UNEVEN, "hidden_pre_activation.2", {
        "bias_forgotten": s.h1 @ s.W2,
        "bias_subtracted": s.h1 @ s.W2 - s.b2,
        "first_product_only": s.h1[0, 0] * s.W2[0] + s.b2,
        "weights_not_used": s.h1.sum() + s.b2,
        "inputs_not_used": s.W2.sum(axis=0) + s.b2,
        "averaged_over_units_below": (s.z2 - s.b2) / 4 + s.b2,
        "activated_already": s.h2,
        "pre_activation_passed_on": s.z1 @ s.W2 + s.b2,
    }, ["weights_transposed"])  # fmt: skip
    assert_gives(UNEVEN, "hidden_pre_activation", {
        "averaged_over_units_below": s.x @ s.W1 / 2 + s.b1, "activated_already": s.h1,
    }, ["pre_activation_passed_on"])  # fmt: skip
    assert_gives(UNEVEN, "output_pre_activation", {
        "activated_already": s.p, "averaged_over_units_below": s.h2 @ s.W3 / 3 + s.b3,
        "pre_activation_passed_on": s.z2 @ s.W3 + s.b3,
    })  # fmt: skip
    assert_gives(EQUAL, "hidden_pre_activation.2", {
        "weights_transposed": SQUARE.h1 @ SQUARE.W2.T + SQUARE.b2,
    })  # fmt: skip
    assert_gives(UNEVEN, "hidden_activation.2", {
        "activation_forgotten": s.z2,
        "slope_for_value": 1 - np.tanh(s.z2) ** 2,
        "activated_twice": np.tanh(np.tanh(s.z2)),
        "sigmoid_for_tanh": sigma(s.z2),
        "relu_for_another": np.where(s.z2 > 0, s.z2, 0),
    }, ["tanh_for_sigmoid", "exponent_of_sigmoid", "absolute_for_relu"])  # fmt: skip
    assert_gives(SIGMOID, "hidden_activation", {
        "tanh_for_sigmoid": np.tanh(LOGISTIC.z1), "exponent_of_sigmoid": sigma(-LOGISTIC.z1),
    }, ["sigmoid_for_tanh"])  # fmt: skip


def test_outputs_and_losses():
    o, p, (y,) = ONE.o, ONE.p, ONE.y
    s, t = sigma(o), ONE.t
    assert_gives(UNEVEN, "output", {
        "logit_for_output": o,
        "exponential_forgotten": o / o.sum(),
        "not_normalised": np.exp(o),
        "divided_by_the_others": p / (1 - p),
        "sigmoid_for_softmax": s,
        "logits_negated": softmax(-o),
        "output_of_another_class": p[:, [4, 0, 1, 2, 3]],
    }, ["softmax_for_sigmoid"])  # fmt: skip
    assert_gives(UNEVEN, "loss", {
        "minus_of_the_loss_forgotten": math.log(p[0, y]),
        "logarithm_forgotten": p[0, y],
        "one_minus_for_logarithm": 1 - p[0, y],
        "logarithm_of_another_class": -math.log(p[0, (y + 1) % 5]),
        "logarithms_of_all_classes": -np.log(p).sum(),
        "logarithm_of_the_sum_forgotten": -o[0, y],
        "logarithm_to_base_10": -math.log10(p[0, y]),
        "logarithm_to_base_2": -math.log2(p[0, y]),
    }, ["right_class_alone", "errors_not_squared"])  # fmt: skip
    assert_gives(UNEVEN, "sigmoid_cross_entropy.output", {
        "softmax_for_sigmoid": p, "logits_negated": sigma(-o),
    }, ["exponential_forgotten", "divided_by_the_others", "sigmoid_for_softmax"])  # fmt: skip
    cross = -np.log(np.where(t == 1, s, 1 - s)).sum()
    assert_gives(UNEVEN, "sigmoid_cross_entropy.loss", {
        "right_class_alone": -math.log(s[0, y]),
        "minus_of_the_loss_forgotten": -cross,
        "logarithm_to_base_10": cross / math.log(10),
        "logarithm_to_base_2": cross / math.log(2),
    }, ["logarithm_forgotten", "logarithms_of_all_classes"])  # fmt: skip
    squared = ((s - t) ** 2).sum()
    assert_gives(UNEVEN, "sigmoid_squared_error.loss", {
        "squared_error_of_one_class": (1 - s[0, y]) ** 2,
        "errors_not_squared": abs(s - t).sum(),
        "half_of_the_squared_error": squared / 2,
        "mean_over_classes": squared / 5,
        "root_of_the_squared_error": math.sqrt(squared),
    }, ["minus_of_the_loss_forgotten", "logarithm_to_base_2"])  # fmt: skip


@pytest.mark.parametrize(("key", "s"), [("output_delta", ONE), ("batch_delta", ALL)])
def test_deltas_of_the_output(key, s):
    n, p, t = len(s.x), s.p, s.t
    g = 2 * (p - t)
    assert_gives(UNEVEN, key, {
        "target_forgotten" if n == 1 else "target_forgotten_in_a_minibatch": p / n,
        "target_minus_output": (t - p) / n,
        "output_slope_once_more": (p - t) * p * (1 - p) / n,
        "stopped_at_the_output": -t / p / n,
        "squared_error_differentiated": p * (g - (g * p).sum(axis=1, keepdims=True)) / n,
        "slope_of_the_output_alone": p * (1 - p) / n,
        "target_of_another_class": (p - np.roll(t, 1, axis=1)) / n,
    }, ["two_of_the_square_forgotten", "output_slope_at_the_logit"])  # fmt: skip
    if n == 1:
        q = sigma(s.o)
        assert_gives(UNEVEN, "sigmoid_squared_error.delta", {
            "two_of_the_square_forgotten": (q - t) * q * (1 - q),
            "output_slope_at_the_logit": 2 * (q - t) * s.o * (1 - s.o),
            "stopped_at_the_output": 2 * (q - t),
        }, ["target_forgotten", "output_slope_once_more", "squared_error_differentiated"])  # fmt: skip
        assert_gives(UNEVEN, "sigmoid_cross_entropy.delta", {
            "target_forgotten": q, "output_slope_once_more": (q - t) * q * (1 - q),
            "target_of_another_class": q - np.roll(t, 1, axis=1),
        })  # fmt: skip
    else:
        assert_gives(UNEVEN, key, {"mean_forgotten_in_delta": p - t, "mean_taken_twice": (p - t) / n**2})


def test_gradients_of_weights():
    s = ONE
    assert_gives(UNEVEN, "output_weights", {
        "activation_left_out": s.d3,
        "delta_left_out": s.h2.T,
        "weight_for_activation": s.W3 * s.d3,
        "pre_activation_for_activation": np.outer(s.z2, s.d3),
        "mask_for_activation": np.outer(s.z2 > 0, s.d3),
        "own_activation": s.p * s.d3,
        "output_for_delta": np.outer(s.h2, s.p),
        "mean_for_one_example": ALL.h2.T @ ALL.d3,
        "sign_flipped": -np.outer(s.h2, s.d3),
    }, ["delta_without_slope", "mean_forgotten", "first_example_alone", "product_transposed"])  # fmt: skip
    assert_gives(UNEVEN, "hidden_weights.2", {
        "activation_left_out": s.d2,
        "delta_left_out": s.h1.T,
        "weight_for_activation": s.W2 * s.d2,
        "pre_activation_for_activation": np.outer(s.z1, s.d2),
        "mask_for_activation": np.outer(s.z1 > 0, s.d2),
        "own_activation": s.h2 * s.d2,
        "delta_without_slope": np.outer(s.h1, s.g2),
        "mean_for_one_example": ALL.h1.T @ ALL.d2,
    }, ["output_for_delta"])  # fmt: skip
    assert_gives(UNEVEN, "hidden_weights", {
        "delta_without_slope": np.outer(s.x, s.g1), "mean_for_one_example": ALL.x.T @ ALL.d1,
    }, ["pre_activation_for_activation", "mask_for_activation"])  # fmt: skip
    assert_gives(EQUAL, "output_weights", {"product_transposed": np.outer(SQUARE.d3, SQUARE.h2)})
    s = ALL
    assert_gives(UNEVEN, "batch_outer", {
        "activations_left_out_of_the_sum": s.d3.sum(axis=0),
        "weight_for_activation": s.W3 * s.d3.sum(axis=0),
        "own_activation": (s.p * s.d3).sum(axis=0),
        "output_for_delta": s.h2.T @ s.p / 6,
        "pre_activation_for_activation": s.z2.T @ s.d3,
        "mean_forgotten": 6 * s.h2.T @ s.d3,
        "mean_taken_twice": s.h2.T @ s.d3 / 6,
        "first_example_alone": np.outer(ONE.h2, ONE.d3),
    }, [
        "delta_left_out", "mean_for_one_example", "activation_left_out", "mean_forgotten_in_delta",
    ])  # fmt: skip


def test_gradients_of_activations():
    s = ONE
    slope = 1 - s.h2**2
    assert_gives(UNEVEN, "hidden_output.2", {
        "one_way_back_only": s.d3[0, 0] * s.W3[:, 0],
        "weights_left_out": s.d3.sum(),
        "delta_above_left_out": s.W3.sum(axis=1),
        "averaged_over_units_above": s.g2 / 5,
        "slope_too_early": s.d2,
        "own_value_multiplied": s.g2 * s.h2,
        "output_sent_back": s.p @ s.W3.T,
        "sign_flipped": -s.g2,
    }, ["weights_not_transposed"])  # fmt: skip
    assert_gives(UNEVEN, "hidden_output", {
        "averaged_over_units_above": s.g1 / 3, "one_way_back_only": s.d2[0, 0] * s.W2[:, 0],
        "slope_too_early": s.d1,
    }, ["output_sent_back"])  # fmt: skip
    assert_gives(UNEVEN, "inputs", {
        "averaged_over_units_above": s.gx / 4, "own_value_multiplied": s.gx * s.x,
        "delta_above_left_out": s.W1.sum(axis=1), "weights_left_out": s.d1.sum(),
    }, ["slope_too_early", "output_sent_back"])  # fmt: skip
    assert_gives(EQUAL, "hidden_output", {"weights_not_transposed": SQUARE.d2 @ SQUARE.W2})
    assert_gives(UNEVEN, "hidden_delta.2", {
        "slope_forgotten": s.g2,
        "slope_at_activation": s.g2 * (1 - np.tanh(s.h2) ** 2),
        "slope_at_rounded": s.g2 * (1 - np.tanh(np.round(s.z2)) ** 2),
        "value_as_slope": s.g2 * s.h2,
        "slope_alone": slope,
        "divided_by_slope": s.g2 / slope,
        "slope_added": s.g2 + slope,
        "square_of_tanh_forgotten": s.g2 * (1 - s.h2),
        "sigmoid_slope_for_tanh": s.g2 * s.h2 * (1 - s.h2),
        "tanh_slope_with_z": s.g2 * (1 - s.z2**2),
    }, ["sigmoid_left_out_of_its_slope", "slope_of_the_layer_above", "leak_forgotten"])  # fmt: skip
    assert_gives(EQUAL, "hidden_delta.2", {
        "slope_of_the_layer_below": SQUARE.g2 * (1 - SQUARE.h1**2),
    }, ["slope_of_the_layer_above"])  # fmt: skip
    assert_gives(EQUAL, "hidden_delta", {
        "slope_of_the_layer_above": SQUARE.g1 * (1 - SQUARE.h2**2),
    }, ["slope_of_the_layer_below"])  # fmt: skip
    s = LOGISTIC
    assert_gives(SIGMOID, "hidden_delta", {
        "sigmoid_left_out_of_its_slope": s.g1 * (1 - s.h1),
        "tanh_slope_for_sigmoid": s.g1 * (1 - s.h1**2),
        "sigmoid_slope_with_z": s.g1 * s.z1 * (1 - s.z1),
    }, ["square_of_tanh_forgotten", "tanh_slope_with_z"])  # fmt: skip


def test_the_penalty_and_copied_units():
    W, data = ALL.W1, ALL.x.T @ ALL.d1
    assert_gives(UNEVEN, "elastic_net", {
        "penalty_forgotten": data,
        "two_of_l2_forgotten": data + 0.1 * np.sign(W) + 0.3 * W,
        "penalty_itself": data + 0.1 * abs(W) + 0.3 * W**2,
        "penalty_subtracted": data - 0.1 * np.sign(W) - 0.6 * W,
        "penalty_averaged": data + (0.1 * np.sign(W) + 0.6 * W) / 6,
    })  # fmt: skip
    right = steps_of(UNEVEN)["equal_units"].claims["d_W1"].analytic
    assert_gives(UNEVEN, "equal_units", {"copies_forgotten": data, "gradient_shared_out": right / 4})


def test_softmax_and_the_squared_error_that_stalls():
    p, o, s, t = ONE.p[0], ONE.o, sigma(ONE.o), ONE.t
    assert_gives(UNEVEN, "softmax_jacobian", {
        "diagonal_everywhere": [[a * (1 - b) for b in p] for a in p],
        "off_diagonal_everywhere": [[-a * b for b in p] for a in p],
        "minus_of_the_others_forgotten": [
            [a * (1 - a) if k == n else a * b for n, b in enumerate(p)] for k, a in enumerate(p)
        ],
        "denominator_held_fixed": [
            [a if k == n else 0 for n in range(5)] for k, a in enumerate(p)
        ],
    })  # fmt: skip
    assert_gives(UNEVEN, "softmax_shift", {
        "numerator_alone_shifted": p * math.e**2, "shift_added_to_the_output": p + 2,
        "denominator_forgotten": np.exp(o) * math.e**2,
    })  # fmt: skip
    assert_gives(UNEVEN, "factor_that_stays", {
        "cross_entropy_for_squared_error": s - t,
        "two_of_the_error_forgotten": (s - t) * s * (1 - s),
        "slope_of_sigmoid_forgotten": 2 * (s - t),
        "error_negated": -2 * (s - t) * s * (1 - s),
    })  # fmt: skip
    x = UNEVEN.X[0]
    assert_gives(UNEVEN, "square_sum", {"two_forgotten": x, "square_for_slope": x**2, "sum_for_slope": x @ x})
    assert_gives(UNEVEN, "absolute_sum", {
        "number_for_sign": x, "absolute_for_slope": abs(x), "sum_for_slope": abs(x).sum(),
    })  # fmt: skip


def test_variances_of_first_weights_and_the_size_after_an_activation():
    x, d = ONE.x[0], ONE.d3[0]
    for key, row, variance in (("variance_forward", x, 1 / 2), ("variance_backward", d, 2 / (3 + 5))):
        assert_gives(UNEVEN, key, {
            "deviation_for_variance": math.sqrt(variance) * (row @ row),
            "variance_forgotten": row @ row,
            "sum_squared": variance * row.sum() ** 2,
            "mean_of_squares": variance * (row @ row) / len(row),
            "squares_forgotten": variance * row.sum(),
        })  # fmt: skip
    assert_gives(UNEVEN, "variance_backward", {"width_below": 2 / 8 * 3 * (d @ d) / 5})
    z = np.linspace(-12, 12, 20_001)
    density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    mean, mean_square = (sigma(z) @ density), (sigma(z) ** 2 @ density)
    assert_gives(SIGMOID, "second_moment", {
        "square_of_the_mean": mean**2, "mean_for_mean_square": mean,
        "variance_for_mean_square": mean_square - mean**2, "half_of_relu": 0.5,
        "activation_ignored": 1.0, "reciprocal": 1 / mean_square,
    })  # fmt: skip


def first_gradients(problem, move):
    """The gradients of the weights and the biases at the first four steps of an optimizer, written out."""
    params, gradients = [(W.copy(), b.copy()) for W, b in problem.params], []
    for _ in range(4):
        layers = [type(layer)(*pair) for layer, pair in zip(problem.params, params, strict=True)]
        g = loss_and_gradients(layers, problem.X, problem.y, problem.config)[1]
        gradients.append(np.concatenate([array.ravel() for layer in g for array in layer]))
        flat = np.concatenate([array.ravel() for pair in params for array in pair]) - move(gradients)
        at = 0
        for pair in params:
            for array in pair:
                array[...] = flat[at : at + array.size].reshape(array.shape)
                at += array.size
    return gradients


def weighted(gradients, decay):
    return sum(decay ** (len(gradients) - 1 - n) * g for n, g in enumerate(gradients))


def corrected(gradients):
    """(m̂, ŝ) of Adam after these gradients."""
    t, squares = len(gradients), [g * g for g in gradients]
    m, s = 0.1 * weighted(gradients, 0.9), 0.001 * weighted(squares, 0.999)
    return m / (1 - 0.9**t), s / (1 - 0.999**t)


def test_velocities_and_averages():
    g = first_gradients(UNEVEN, lambda g: 0.1 * weighted(g, 0.9))
    assert_gives(UNEVEN, "momentum_unrolled", {
        "velocity_forgotten": g[3],
        "old_velocity": g[2] + 0.9 * g[1] + 0.81 * g[0],
        "nothing_forgotten": g[0] + g[1] + g[2] + g[3],
        "oldest_counts_most": g[0] + 0.9 * g[1] + 0.81 * g[2] + 0.729 * g[3],
        "averaged_velocity": 0.1 * weighted(g, 0.9),
        "rate_in_the_velocity": 0.1 * weighted(g, 0.9),
        "one_step_back_only": g[3] + 0.9 * g[2],
        "sign_of_the_average": -weighted(g, 0.9),
    })  # fmt: skip
    assert_gives(UNEVEN, "momentum_constant", {
        "one_gradient": g[0], "gradients_in_full": 30 * g[0], "series_multiplied": 0.1 * g[0],
        "denominator_of_the_series_forgotten": (1 - 0.9**30) * g[0],
    })  # fmt: skip
    m_hat, s_hat = lambda g: corrected(g)[0], lambda g: corrected(g)[1]
    g = first_gradients(UNEVEN, lambda g: 0.01 * m_hat(g) / (np.sqrt(s_hat(g)) + 1e-8))
    assert_gives(UNEVEN, "adam_moments", {
        "sum_for_average": weighted(g, 0.9),
        "other_decay": 0.001 * weighted(g, 0.999),
        "corrected_already": m_hat(g),
        "weights_reversed": 0.1 * weighted(g[::-1], 0.9),
        "plain_mean": sum(g) / 4,
        "squares_averaged": 0.001 * weighted([one * one for one in g], 0.999),
    })  # fmt: skip
    c = 1 - 0.9**4
    m = c * g[0]  # of a constant gradient
    assert_gives(UNEVEN, "adam_correction", {
        "not_corrected": m, "multiplied_for_divided": m * c, "corrected_for_one_step": m / 0.1,
        "corrected_by_the_other_decay": m / (1 - 0.999**4),
    })  # fmt: skip
    asked = Asked(UNEVEN, steps_of(UNEVEN)["adam_update"])
    asked.topic = "adam_step"
    step = asked.right = -0.01 * m_hat(g) / (np.sqrt(s_hat(g)) + 1e-8)
    found = {one.key: array for one, array in wrong_arrays(asked)}
    expected = {
        "uphill": -step,
        "root_forgotten": -0.01 * m_hat(g) / s_hat(g),
        "not_divided_by_the_size": -0.01 * m_hat(g),
        "rate_forgotten": step / 0.01,
        "averages_not_corrected": -0.01 * c * m_hat(g) / np.sqrt(s_hat(g) * (1 - 0.999**4)),
    }
    for name, array in expected.items():
        np.testing.assert_allclose(found[name], array, rtol=1e-3, err_msg=name)  # ε is beside the root
