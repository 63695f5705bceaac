"""The network: forward against loops over single units, gradients against difference quotients."""

import itertools
import math
import re

import numpy as np
import pytest

from mlp import ACTIVATIONS, LOSSES, Layer, TrainConfig, forward, loss_and_gradients
from mlp.network import evaluate, flatten, penalty, tally, unflatten

SIZES = (3, 5, 4, 3)
PENALTIES = [{"l1": 0.03}, {"l2": 0.07}, {"l1": (0.03, 0.0, 0.01), "l2": (0.0, 0.08, 0.02)}]
# The most a difference quotient below moves a parameter; no z of these data moves by MARGIN then.
REACH, MARGIN = 2e-3, 0.02


def example(seed, sizes=SIZES, n_samples=6):
    """Parameters with biases that are not 0, inputs and labels, all float64."""
    rng = np.random.default_rng(seed)
    pairs = itertools.pairwise(sizes)
    params = tuple(Layer(rng.normal(0, 0.7, (n, m)), rng.normal(0, 0.3, m)) for n, m in pairs)
    return params, rng.uniform(-2, 2, (n_samples, sizes[0])), rng.integers(0, sizes[-1], n_samples)


def config_for(**fields):
    return TrainConfig(hidden_layer_sizes=SIZES[1:-1], dtype="float64", **fields)


def by_loops(params, X, activation, use_bias):
    """Every layer's z for every example, unit by unit, in Python floats."""
    rows = []
    for a in X.tolist():
        zs = []
        for W, b in params:
            zs.append(
                [
                    math.fsum(value * weight for value, weight in zip(a, column, strict=True))
                    + (float(bias) if use_bias else 0.0)
                    for column, bias in zip(W.T.tolist(), b, strict=True)
                ]
            )
            a = [activation(z) for z in zs[-1]]
        rows.append(zs)
    return rows


@pytest.mark.parametrize("use_bias", [True, False])
def test_forward_is_a_loop_over_examples_layers_and_units(use_bias, scalar_activations):
    params, X, _ = example(0)
    for name, activation in scalar_activations.items():
        passed = forward(params, X, config_for(activation=name, use_bias=use_bias))
        rows = by_loops(params, X, activation, use_bias)
        for layer in range(3):
            expected = [zs[layer] for zs in rows]
            np.testing.assert_allclose(passed.pre_activations[layer], expected, rtol=1e-11, atol=1e-13)
            if layer < 2:
                expected = [[activation(z) for z in row] for row in expected]
                np.testing.assert_allclose(passed.activations[layer], expected, rtol=1e-11, atol=1e-13)
        assert len(passed.pre_activations) == len(passed.activations) == 3


@pytest.mark.parametrize("loss", list(LOSSES))
def test_the_output_is_that_of_the_loss_on_the_last_pre_activation(loss):
    params, X, _ = example(1)
    passed = forward(params, X, config_for(loss=loss))
    np.testing.assert_array_equal(passed.output, LOSSES[loss].output(passed.pre_activations[-1]))
    assert passed.activations[-1] is passed.output


def difference_quotients(params, X, y, config, h):
    """∂L/∂θ for every parameter by the five-point rule, error of order h⁴."""
    result = []
    for layer, arrays in enumerate(params):
        slopes = tuple(np.empty_like(array) for array in arrays)
        for kind, array in enumerate(arrays):
            for at in np.ndindex(array.shape):

                def loss(shift, layer=layer, kind=kind, at=at):
                    moved = [[W.copy(), b.copy()] for W, b in params]
                    moved[layer][kind][at] += shift
                    return loss_and_gradients(tuple(Layer(*pair) for pair in moved), X, y, config)[0]

                slopes[kind][at] = (8 * (loss(h) - loss(-h)) - (loss(2 * h) - loss(-2 * h))) / (12 * h)
        result.append(Layer(*slopes))
    return result


def is_clear(activation, use_bias, seed):
    """Whether no hidden z of the example is near a kink, and no weight near 0, where l1 has one."""
    params, X, _ = example(seed)
    z = forward(params, X, config_for(activation=activation, use_bias=use_bias)).pre_activations[:-1]
    kinks = ACTIVATIONS[activation].kinks
    far = all(np.abs(hidden - kink).min() > MARGIN for hidden in z for kink in kinks)
    return far and min(np.abs(W).min() for W, _ in params) > REACH


def assert_gradients_are_quotients(params, X, y, config):
    _, gradients = loss_and_gradients(params, X, y, config)
    quotients = [difference_quotients(params, X, y, config, h) for h in (REACH / 2, REACH / 4)]
    ours, coarse, fine = (
        np.concatenate([np.ravel(array) for layer in one for array in layer])
        for one in (gradients, *quotients)
    )
    # a quotient across a jump of the loss's second derivative, as Huber's has, still changes with h
    settled = np.abs(coarse - fine) <= 1e-7 * np.abs(coarse) + 4e-12
    assert settled.mean() > 0.9
    # 1e-12 is what rounding leaves of a loss near 1 divided by 12 h
    np.testing.assert_allclose(ours[settled], coarse[settled], rtol=1e-7, atol=1e-12)
    assert config.use_bias == any(db.any() for _, db in gradients)


@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_gradients_are_difference_quotients(activation, loss, use_bias):
    # an example where no quotient straddles a kink
    params, X, y = example(next(n for n in range(256, 2000) if is_clear(activation, use_bias, n)))
    config = config_for(activation=activation, loss=loss, use_bias=use_bias)
    assert_gradients_are_quotients(params, X, y, config)


@pytest.mark.parametrize("penalties", PENALTIES)
def test_the_penalty_is_the_sum_over_weights_and_leaves_biases_out(penalties):
    params, X, y = example(next(n for n in range(256, 2000) if is_clear("tanh", True, n)))
    config = config_for(activation="tanh", **penalties)
    expected = math.fsum(
        l1 * abs(w) + l2 * w * w
        for (W, _), (l1, l2) in zip(params, config.penalties(), strict=True)
        for w in W.ravel().tolist()
    )
    assert float(penalty(params, config)) == pytest.approx(expected, rel=1e-13)
    with_it, without = (
        loss_and_gradients(params, X, y, c)[0] for c in (config, config_for(activation="tanh"))
    )
    assert with_it - without == pytest.approx(expected, rel=1e-11)
    assert_gradients_are_quotients(params, X, y, config)


def test_the_data_loss_is_the_mean_over_examples():
    params, X, y = example(3)
    each = [loss_and_gradients(params, X[[i]], y[[i]], config_for()) for i in range(len(X))]
    loss, gradients = loss_and_gradients(params, X, y, config_for())
    assert isinstance(loss, float)
    assert loss == pytest.approx(math.fsum(one for one, _ in each) / len(X), rel=1e-13)
    for layer, (dW, db) in enumerate(gradients):
        np.testing.assert_allclose(dW, np.mean([g[layer].W for _, g in each], axis=0), rtol=1e-11)
        np.testing.assert_allclose(db, np.mean([g[layer].b for _, g in each], axis=0), rtol=1e-11)


@pytest.mark.parametrize("own_data", [False, True])
def test_a_leading_axis_of_runs_gives_what_each_run_gives_alone(own_data):
    runs = [example(seed) for seed in range(3)]
    stacked = tuple(
        Layer(np.stack([p[layer].W for p, _, _ in runs]), np.stack([p[layer].b for p, _, _ in runs]))
        for layer in range(3)
    )
    X, y = np.stack([X for _, X, _ in runs]), np.stack([y for _, _, y in runs])
    if not own_data:
        X, y = X[0], y[0]
    config = config_for(l1=0.01, l2=(0.1, 0.0, 0.2))
    losses, gradients = loss_and_gradients(stacked, X, y, config)
    output = forward(stacked, X, config).output
    assert losses.shape == (3,)
    for run, (params, own_X, own_y) in enumerate(runs):
        own_X, own_y = (own_X, own_y) if own_data else (X, y)
        loss, alone = loss_and_gradients(params, own_X, own_y, config)
        assert losses[run] == pytest.approx(loss, rel=1e-14)
        np.testing.assert_allclose(output[run], forward(params, own_X, config).output, rtol=1e-13)
        for together, one in zip(gradients, alone, strict=True):
            np.testing.assert_allclose(together.W[run], one.W, rtol=1e-12, atol=1e-15)
            np.testing.assert_allclose(together.b[run], one.b, rtol=1e-12, atol=1e-15)


def test_inputs_and_parameters_are_left_as_they_were():
    params, X, y = example(7)
    before = [array.copy() for layer in params for array in layer], X.copy(), y.copy()
    loss_and_gradients(params, X, y, config_for(l1=0.1, l2=0.1))
    after = [array for layer in params for array in layer], X, y
    np.testing.assert_equal(after, before)


@pytest.mark.parametrize(("n_rows", "n_labels"), [(6, 0), (6, 5), (6, 7), (0, 0)])
def test_labels_that_do_not_match_the_rows_and_empty_batches_are_refused(n_rows, n_labels):
    params, X, _ = example(0)
    with pytest.raises(ValueError, match=rf"X has {n_rows} rows and y {n_labels} labels"):
        loss_and_gradients(params, X[:n_rows], np.zeros(n_labels, int), config_for())


@pytest.mark.parametrize(
    ("label", "said"),
    [
        (-1, "the label -1"),
        (3, "the label 3"),
        (0.5, "the label 0.5"),
        (2.0, "labels of type float64"),
        (math.nan, "the label nan"),
        ("cat", "the label cat"),
    ],
)
@pytest.mark.parametrize("n_runs", [None, 2])
def test_a_label_that_is_no_class_id_is_refused(label, said, n_runs):
    params, X, _ = example(0)
    y = np.array([label if n == 4 else type(label)(n % 3) for n in range(6)])
    if label == "cat":
        y[y != label] = label
    if n_runs:
        params = [Layer(*(np.stack([array] * n_runs) for array in layer)) for layer in params]
        y = np.stack([y] * n_runs)
    with pytest.raises(ValueError, match=rf"^y has {said}; allowed: class ids, whole numbers from 0 to 2\.$"):
        loss_and_gradients(params, X, y, config_for())


def test_parameters_of_another_network_are_refused():
    params, X, y = example(0)
    with pytest.raises(ValueError, match=r"shorter|longer"):
        loss_and_gradients(params[:2], X, y, config_for())
    said = rf"^X has the shape \(6, 2\); allowed: rows of {X.shape[1]}, the fan-in of W_1\.$"
    for refused in (
        lambda: loss_and_gradients(params, X[:, :2], y, config_for()),
        lambda: forward(params, X[:, :2], config_for()),
    ):
        with pytest.raises(ValueError, match=said):
            refused()
    with pytest.raises(ValueError, match=rf"^X has the shape \({X.shape[1]},\); "):
        forward(params, X[0], config_for())


@pytest.mark.parametrize("n_rows", [6, 3])
@pytest.mark.parametrize("n_runs", [None, 2])
def test_one_hot_labels_are_refused_though_there_be_as_many_rows_as_classes(n_rows, n_runs):
    params, X, y = example(0)
    if n_runs:
        params = [Layer(*(np.stack([array] * n_runs) for array in layer)) for layer in params]
    for labels in (np.eye(3)[y[:n_rows]], np.eye(3, dtype=int)[y[:n_rows]], y[:n_rows, np.newaxis], y[0]):
        shape = ", ".join(map(str, labels.shape)) + "," * (labels.ndim == 1)
        said = re.escape(f"y has the shape ({shape}); allowed: class ids, one per row.")
        with pytest.raises(ValueError, match=f"^{said}$"):
            loss_and_gradients(params, X[:n_rows], labels, config_for())


def test_evaluate_counts_rows_whose_largest_logit_is_their_class():
    config = TrainConfig(hidden_layer_sizes=(), dtype="float64")
    X = np.array([[2.0, 1.0], [0.0, 3.0], [1.0, 1.0], [5.0, 0.0]])  # the logits; the tie counts for class 0
    loss, accuracy = evaluate((Layer(np.eye(2), np.zeros(2)),), X, np.array([0, 0, 0, 1]), config)
    assert accuracy == 0.5
    expected = [math.log(1 + math.exp(gap)) for gap in (-1, 3, 0, 5)]
    assert loss == pytest.approx(math.fsum(expected) / 4, rel=1e-14)


def test_where_the_loss_is_infinite_or_no_number_there_is_no_accuracy():
    config = TrainConfig(hidden_layer_sizes=(), dtype="float64")
    logits = np.array([[[1e308, 0.0]] * 2, [[1e308, 0.0], [0.0, 1.0]], [[np.nan, 0.0]] * 2])
    y = np.array([1, 1])
    with np.errstate(over="ignore", invalid="ignore"):
        loss, right = tally(logits, y, np.eye(2)[y], config)
    assert loss[0] == np.inf, "the sum of two losses of 1e308"
    assert (loss[1], right[1]) == (pytest.approx(1e308), 1)
    assert np.isnan([right[0], loss[2], right[2]]).all()


def test_the_layers_lie_in_a_row_and_come_back_as_views_of_it():
    layers = (Layer(np.array([[1, 2], [3, 4], [5, 6]]), np.array([7, 8])), Layer(np.array([[9], [10]]), [11]))
    row = flatten(layers)
    assert row.tolist() == list(range(1, 12))
    back = unflatten(row, [(3, 2), (2, 1)])
    (W, b), last = back
    assert (W.tolist(), b.tolist()) == ([[1, 2], [3, 4], [5, 6]], [7, 8])
    assert [array.tolist() for array in last] == [[[9], [10]], [11]]
    back[1].b[0] = 0
    assert row[-1] == 0
    (W, b), (V, c) = unflatten(np.arange(33).reshape(3, 11), [(3, 2), (2, 1)])  # of a stack
    assert (W.shape, b.shape, V.shape, c.shape) == ((3, 3, 2), (3, 2), (3, 2, 1), (3, 1))
    assert (W[1, 2].tolist(), c[2].tolist()) == ([15, 16], [32])
