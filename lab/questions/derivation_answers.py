"""The computed answers to the questions about the derivation, on the network of their links."""

from dataclasses import replace

import numpy as np

from lab.derivation import Problem, plain_code
from lab.derivation.evidence import derivative, logits_derivative, loss_derivative
from lab.derivation.problem import trace
from lab.links.pages import PAGES
from lab.questions.answer import Answer
from lab.words import at_most, counted
from mlp import init_params, loss_and_gradients
from mlp.activations import sigmoid
from mlp.losses import LOSSES
from mlp.measures import distinct_units
from mlp.network import Layer

WRONG = 8.0  # logit of a class that is not the right one
LARGER = 10.0, 1000.0  # ratios: bounds between the choices
SAME = 1e-9  # largest difference of two derivatives that are equal
N_STEPS, ETA = 200, 0.5  # of gradient descent from zeros, with the derivation's learning rate


def problem_of(values):
    """Return the Problem of a question's values, that of its page."""
    values = PAGES["derivation"].view | values
    own = {name: values[name] for name in ("d", "m", "K", "activation", "loss", "l1", "l2")}
    sizes = (values["d_h"],) * values["depth"]
    return Problem(hidden_layer_sizes=sizes, seed=values["init_seed"], **own)


def whose_gradient(values, given):
    """Say with respect to what o − onehot(y) is the gradient: the logits, the outputs, or both."""
    problem = problem_of(values)
    passed = trace(problem, 1)
    o, T, logits = passed.a[-1], passed.T, passed.z[-1]
    by_logits = logits_derivative(problem.loss, logits, T)
    by_outputs = derivative(lambda outputs: -np.log((outputs * T).sum(axis=(-2, -1))), o)
    fits = [np.abs(found - (o - T)).max() < SAME for found in (by_logits, by_outputs)]
    return Answer(
        2 if all(fits) else int(fits[1]),
        f"For the first example o − onehot(y) is {_row(o - T)}. By numerical derivatives the gradient is "
        f"{_row(by_logits)} with respect to the logits and {_row(by_outputs)} with respect to the outputs.",
    )


def which_units_block(values, given):
    """Say which units pass nothing back: those with z < 0, those with ∂L/∂h < 0, or none of them."""
    problem = problem_of(values)
    passed = trace(problem, 1)
    z, above, below = passed.z[0][0], passed.da[0][0], passed.dz[0][0]
    blocked = below == 0
    matches = [np.array_equal(blocked, signs) for signs in (z < 0, above < 0)]
    right, n = 2 if not blocked.any() else matches.index(True), int(blocked.sum())
    return Answer(
        right,
        f"For the first example z is {_row(z)}, the gradient from above {_row(above)}, and ∂L/∂z "
        f"{_row(below)}: {n} of {counted(len(z), 'unit')} {'passes' if n == 1 else 'pass'} nothing back.",
    )


def how_many_products(values, given):
    """Say how many outer products add up to the gradient: one, one per class, per unit, or all K."""
    problem = problem_of(values)
    passed, top = trace(problem, problem.K), problem.depth + 1
    h, delta = passed.a[-2], passed.dz[-1]
    numeric = loss_derivative(problem, problem.K, "W", top)
    gaps = {}
    for n in (1, problem.m, problem.hidden_layer_sizes[-1], problem.K):
        total = sum(np.outer(*pair) for pair in zip(h[:n], delta[:n], strict=True))
        gaps[n] = float(np.abs(total - numeric).max())
    right = next(place for place, gap in enumerate(gaps.values()) if gap < SAME)
    (one, *fewer), (n_all, least) = sorted(gaps.items())[:-1], max(gaps.items())
    told = "".join(f", that of the first {n} by {gap:.2g}" for n, gap in fewer)
    return Answer(
        right,
        f"The sum of all {n_all} products differs from a numerical derivative of the loss by {least:.0e}, "
        f"the first product alone by {one[1]:.2g}{told}.",
    )


def what_a_layer_adds(values, given):
    """Say how many lines of backward() a further layer adds: none, some, or all of them again."""
    problem = problem_of(values)
    one = problem_of(values | {"depth": 1})
    texts = [plain_code(each, values["step"]) for each in (one, problem)]
    n_one, n_more = (len(text.splitlines()) for text in texts)
    added = (n_more - n_one) / (problem.depth - 1)
    same = "the same ones" if texts[0] == texts[1] else f"{n_more}"
    passed = trace(problem, problem.K)
    pairs = zip(passed.gradients, range(1, problem.depth + 2), strict=True)
    gap = max(np.abs(dW - loss_derivative(problem, problem.K, "W", n)).max() for (dW, _), n in pairs)
    return Answer(
        0 if added == 0 else 1 if added < n_one else 2,
        f"With one hidden layer the backward pass has {n_one} lines; with {problem.depth} it has {same}: "
        f"its loop runs {problem.depth + 1} times instead of 2. Its gradients differ from numerical "
        f"derivatives by {at_most(gap)} at most.",
    )


def times_larger(values, given):
    """Say how many times larger the cross-entropy's gradient is than the squared error's at a WRONG logit."""
    logit, T = np.array([[WRONG]]), np.zeros((1, 1))
    squared, cross = (
        float(LOSSES[name].gradient(logit, T)[0, 0])
        for name in ("sigmoid_squared_error", "sigmoid_cross_entropy")
    )
    ratio = cross / squared
    return Answer(
        sum(ratio > limit for limit in LARGER),
        f"At o = {WRONG:g} the output is {float(sigmoid(logit)[0, 0]):.4f}. The gradient of the squared "
        f"error is {squared:.2g}, that of the cross-entropy {cross:.4f}: {ratio:,.0f} times as large.",
    )


def whose_gradients_change(values, given):
    """Say whose gradients the penalty changes: all, the weights' and the output biases', or the weights'."""
    problem = problem_of(values)
    what = problem.params, problem.X, problem.y
    with_penalty, without = (
        loss_and_gradients(*what, config)[1] for config in (problem.config, problem.without_penalty)
    )
    changes = [
        [float(np.abs(one - other).max()) for one, other in zip(layer, bare, strict=True)]
        for layer, bare in zip(with_penalty, without, strict=True)
    ]
    weights, biases = zip(*changes, strict=True)
    right = 2 if max(biases) == 0 else 1 if max(biases[:-1], default=0.0) == 0 else 0
    return Answer(
        right,
        f"With λ₁ = {problem.l1:g} and λ₂ = {problem.l2:g} the gradients of the weights change by up to "
        f"{max(weights):.2g}, those of the biases by {max(biases):.2g}.",
    )


def when_units_differ(values, given):
    """Say after how many steps from zeros two hidden units differ: one, more, or not within N_STEPS."""
    problem = problem_of(values)
    config = replace(problem.without_penalty, initializer="zeros")
    layers = init_params(config, problem.d, problem.m)
    step, differ = 0, False
    while not differ and step < N_STEPS:
        _, gradients = loss_and_gradients(layers, problem.X, problem.y, config)
        pairs = zip(layers, gradients, strict=True)
        layers = tuple(Layer(W - ETA * dW, b - ETA * db) for (W, b), (dW, db) in pairs)
        differ = max(distinct_units(layer) for layer in layers[:-1]) > 1
        step += 1
    largest = max(float(np.abs(array).max()) for layer in layers[:-1] for array in layer)
    units = counted(len(layers[0].b), "unit")
    return Answer(
        2 if not differ else int(step > 1),
        f"After {counted(step, 'step')} of gradient descent with η = {ETA:g} the {units} of a hidden "
        f"layer {'differ' if differ else 'are the same'}: the largest of their weights and biases is "
        f"{largest:.2g}.",
    )


def _row(values):
    """Return a row of numbers as text, such as (0.379, −0.379)."""
    texts = (f"{value + 0.0:.3g}".replace("-", "−") for value in np.ravel(values))
    return f"({', '.join(texts)})"
