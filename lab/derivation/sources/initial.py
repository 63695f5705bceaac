"""The equations of the chapter about initialization: mean squares, layer by layer, and equal units."""

import numpy as np

from lab.derivation.chapters.initialization import ETA, STEPS, after_zeros, mean_squares
from lab.derivation.names import number, symbol
from lab.derivation.sources.equation import Equation, free, joined
from lab.derivation.sources.network import Network
from lab.derivation.symbols import View
from mlp.initializers import INITIALIZERS


def forward_variance(problem, step):
    """E[z_j²] = σ² Σ x²."""
    variance = INITIALIZERS["lecun_normal"].variance(problem.d, problem.sizes[1])
    return [_times_squares(problem, "x", "E[zⱼ²]", variance)]


def backward_variance(problem, step):
    """E[(∂L/∂hˢ_j)²] = σ² Σ δ²."""
    variance = INITIALIZERS["glorot_normal"].variance(*problem.sizes[-2:])
    return [_times_squares(problem, "d_oa", "E[(∂L/∂hˢⱼ)²]", variance)]


def _times_squares(problem, key, expected, variance):
    network = Network(problem, View(problem).values)
    row = network.matrix(key)
    total = variance * np.square(row.values).sum(keepdims=True)
    result = free("hs", expected, "mean_square", total, entry=lambda *_: expected, sides=())
    shown = number(variance)

    def written(*_):
        squares = joined([((f"({number(value)})²", 0),) for value in row.values[0]])
        return ((f"{shown} · (", None), *squares, (")", None))

    return network, Equation(
        result,
        (row,),
        (f"{shown} · the sum of the squares of", ""),
        lambda row: variance * np.square(row).sum(keepdims=True),
        lambda *_: tuple((0, 0, i) for i in range(row.values.shape[1])),
        written,
        lambda *_: ((f"{variance} * np.square(", None), (row.code(), 0), (").sum()", None)),
    )


def layers(problem, step):
    """The predicted and the measured mean squares of every layer, by each initializer."""
    made = []
    for name in step.claims:
        title = name.partition("_")[0].capitalize().replace("Lecun", "LeCun")
        inputs, squares, found = mean_squares(problem.activation, name)

        def predicted(n, layer, inputs=inputs):
            return f"E[f(z)²], z ~ N(0, {number(inputs[n, layer])})"

        examples = free(
            "ha", f"each input, {title}", "each_input", squares, entry=_of("input"), written=predicted
        )
        networks = free(
            "hs",
            f"each network, {title}",
            "each_network",
            found,
            entry=_of("network"),
            given="the mean square of a network’s activations, measured",
        )
        made += [
            (None, _column_means(f"predicted, {title}", "predicted", examples)),
            (None, _column_means(f"measured, {title}", "measured", networks)),
        ]
    return made


def _of(what):
    return lambda n, layer: f"{what} {n + 1}, layer {layer + 1}"


def _column_means(title, name, rows):
    n = len(rows.values)
    result = free("oa", title, name, rows.values.mean(axis=0), entry=lambda _, j: f"{title}, layer {j + 1}")

    def code(*place):
        return ((rows.code(None, place[1]) if place else rows.code(), 0), (".mean(axis=0)", None))

    return Equation(
        result,
        (rows,),
        (f"1/{n} · the sum of the rows of", ""),
        lambda rows: rows.mean(axis=0, keepdims=True),
        lambda _, j: tuple((0, row, j) for row in range(n)),
        lambda _, j: (
            (f"1/{n} · (", None),
            *joined([((number(value), 0),) for value in rows.values[:, j]]),
            (")", None),
        ),
        code,
    )


def zeros_trained(problem, step):
    """W¹ and b¹ after the last step from zeros, by those before it and their gradients."""
    before, _ = after_zeros(problem, STEPS - 1)
    network = Network(problem, View(problem, batch=True, params=before).values, mean=True, params=before)
    made = []
    for key in ("W1", "b1"):
        theta, gradient = network.matrix(key), network.matrix(f"d_{key}")
        name = symbol(key, problem.depth)
        earlier = theta._replace(given=f"the value after {STEPS - 1} steps from zeros")
        made += [
            (network, network.moved(key, ETA, f"{name} after {STEPS} steps", earlier)),
            (network, network.equation(gradient.key)),
        ]
    return made


MAKERS = {
    "variance_forward": forward_variance,
    "variance_backward": backward_variance,
    "variance_layers": layers,
    "zeros_equal": zeros_trained,
}
