"""The equations of a step of the derivation."""

import numpy as np

from lab.derivation.names import MEAN, factor, number, of_example, symbol
from lab.derivation.sources.equation import Equation, Matrix, elementwise, joined
from lab.derivation.sources.network import Network
from mlp.losses import LOSSES
from mlp.network import loss_and_gradients

ETA = 0.1  # as in the step about gradient descent


def equations(problem, step):
    """Return a step's Equations, one for each claim that is computed from other matrices."""
    return tuple(one for _, one in with_network(problem, step))


def with_network(problem, step):
    if "x" not in step.values:
        return []
    other = step.key.partition(".")[0]
    loss = other if other in LOSSES else None
    network = Network(problem, step.values, loss, mean=step.mean, params=step.params)
    if step.key in SPECIAL:
        made = SPECIAL[step.key](network, step)
    else:
        layer = step.main.removeprefix("d_ha")  # of the step about its slopes
        keys = [f"slope{layer}" if key == "slope" else key for key in step.claims]
        made = [network.equation(key) for key in keys if key.rstrip("0123456789") in KNOWN]
    return [(network, one) for one in made if one]


KNOWN = {"ha", "hs", "oa", "os", "L", "slope"} | {f"d_{kind}" for kind in ("x", "W", "b", "ha", "hs", "oa")}


def _risk(network, step):
    losses, K = network.matrix("L"), network.n
    return [
        Equation(
            Matrix("risk", MEAN, "risk", losses.values.mean(keepdims=True), sides=()),
            (losses,),
            (f"1/{K} · the sum of", ""),
            lambda losses: losses.mean(keepdims=True),
            lambda *_: tuple((0, n, 0) for n in range(K)),
            lambda *_: (
                (f"1/{K} · (", None),
                *joined([((number(value), 0),) for value in losses.values[:, 0]]),
                (")", None),
            ),
            lambda *_: ((losses.name, 0), (".mean()", None)),
        )
    ]


def _descent(network, step):
    layers = range(1, network.depth + 2)
    return [_moved(network, f"{kind}{layer}") for layer in layers for kind in "Wb"]


def _moved(network, key):
    theta, gradient = network.matrix(key), network.matrix(f"d_{key}")
    moved = theta.values - ETA * gradient.values
    return elementwise(
        theta._replace(symbol=f"new {theta.symbol}", name=f"new_{theta.name}", values=moved),
        (theta, gradient),
        ("", f"− {ETA} ·", ""),
        lambda theta, gradient: theta - ETA * gradient,
        lambda r, c: (
            (number(theta.values[r, c]), 0),
            (f" − {ETA} · ", None),
            (factor(gradient.values[r, c]), 1),
        ),
        lambda theta, gradient: ((theta, 0), (f" - {ETA} * ", None), (gradient, 1)),
    )


def _penalised(network, step):
    layers = range(1, network.depth + 2)
    penalties = network.problem.config.penalties()
    return [_with_penalty(network, layer, *penalties[layer - 1]) for layer in layers]


def _with_penalty(network, layer, l1, l2):
    gradient, W = network.matrix(f"d_W{layer}"), network.matrix(f"W{layer}")
    sign = W._replace(symbol=f"sign({W.symbol})", name=f"np.sign({W.name})", values=np.sign(W.values))
    sums = elementwise(
        network.matrix(f"d_J_W{layer}"),
        (gradient, sign, W),
        ("", f"+ {number(l1)} ·", f"+ 2 · {number(l2)} ·", ""),
        lambda gradient, sign, W: gradient + l1 * sign + 2 * l2 * W,
        lambda r, c: (
            (factor(gradient.values[r, c]), 0),
            (f" + {number(l1)} · ", None),
            (factor(sign.values[r, c]), 1),
            (f" + 2 · {number(l2)} · ", None),
            (factor(W.values[r, c]), 2),
        ),
        lambda gradient, sign, W: (
            (gradient, 0),
            (f" + {l1} * ", None),
            (sign, 1),
            (f" + 2 * {l2} * ", None),
            (W, 2),
        ),
    )
    needed = [part for part, used in enumerate((True, l1, l2)) if used]
    return sums._replace(sources=lambda r, c: tuple((part, r, c) for part in needed))


def _mean(network, step):
    problem, K = network.problem, network.n
    key = step.main
    each = [
        loss_and_gradients(problem.params, problem.X[[n]], problem.y[[n]], problem.without_penalty)[1][-1].W
        for n in range(K)
    ]
    parts = tuple(
        Matrix(key, symbol(key, network.depth, loss=of_example(n)), f"dW_of_example_{n + 1}", values)
        for n, values in enumerate(each)
    )

    def pieces(*texts):
        return (("(", None), *joined([((text, n),) for n, text in enumerate(texts)]), (f") / {K}", None))

    return [
        elementwise(
            network.matrix(key),
            parts,
            (f"1/{K} (", *["+"] * (K - 1), ")"),
            lambda *each: sum(each) / K,
            lambda r, c: pieces(*(factor(one[r, c]) for one in each)),
            pieces,
        )
    ]


SPECIAL = {
    "empirical_risk": _risk,
    "gradient_descent": _descent,
    "elastic_net": _penalised,
    "batch_mean": _mean,
    "recursion": lambda network, step: [network.recursion(n) for n in range(network.depth, 0, -1)],
}
