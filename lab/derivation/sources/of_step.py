"""The equations of a step of the derivation."""

import numpy as np

from lab.derivation.names import MEAN, factor, number, of_example, symbol
from lab.derivation.sources import functions, initial, losses, optimizers, other_losses
from lab.derivation.sources.equation import Equation, Matrix, elementwise, free, joined
from lab.derivation.sources.network import Network
from mlp.losses import LOSSES
from mlp.network import loss_and_gradients

ETA = 0.1  # as in the step about gradient descent


def equations(problem, step):
    """Return a step's Equations, one for each claim that is computed from other matrices."""
    return tuple(one for _, one in with_network(problem, step))


def with_network(problem, step):
    """Return (its Network, or None where it needs none, Equation) for each of a step's Equations."""
    if step.key in OTHERS:
        return OTHERS[step.key](problem, step)
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
            Matrix(
                "risk",
                MEAN,
                "risk",
                losses.values.mean(keepdims=True),
                sides=(),
                entry=lambda *_: MEAN,
                lit=lambda *_: ["L.0"],
            ),
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
    keys = [f"{kind}{layer}" for layer in layers for kind in "Wb"]
    return [network.moved(key, ETA, f"new {network.symbol(key)}") for key in keys]


def _penalised(network, step):
    layers = range(1, network.depth + 2)
    penalties = network.problem.config.penalties()
    weights = [_with_penalty(network, layer, *penalties[layer - 1]) for layer in layers]
    return [*weights, network.equation("d_b1")]


def _with_penalty(network, layer, l1, l2):
    gradient, W = network.matrix(f"d_W{layer}"), network.matrix(f"W{layer}")
    sign = W._replace(symbol=f"sign({W.symbol})", name=f"np.sign({W.name})", values=np.sign(W.values))
    sign = sign._replace(written=lambda r, c: f"sign({number(W.values[r, c])})")
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
        Matrix(
            key,
            symbol(key, network.depth, loss=of_example(n)),
            f"dW_of_example_{n + 1}",
            values,
            written=_product(network, n, K),
        )
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


def _product(network, n, times=1):
    """Return the function that writes out an entry of an example's gradient of the output weights: a · δ."""
    a, delta = network.values[network.a_key(network.depth)][n], network.values["d_oa"][n] * times
    return lambda j, k: f"{factor(a[j])} · {factor(delta[k])}"


def _each_delta(network, step):
    """Return the Equations of 1/K times each example's own δ, and of that one."""
    K, T = network.n, network.values["y"]
    whole = network.matrix("d_oa")
    values = np.concatenate(
        [
            network.loss.gradient(o[np.newaxis], t[np.newaxis])
            for o, t in zip(network.values["oa"], T, strict=True)
        ]
    )
    made = losses.output_delta(network, 1)
    each = whole._replace(
        symbol="∂L⁽ⁿ⁾/∂oᵃ",
        name="delta_of_each",
        values=values,
        entry=lambda n, k: symbol("d_oa", network.depth, (n, k), of_example(n)),
        lit=lambda n, k: network.ids("oa", (n, k)),
        written=made and (lambda *at: "".join(text for text, _ in made.written(*at))),
        given="" if made else losses.BY_ITS_OWN,
    )
    mean = elementwise(
        whole,
        (each,),
        (f"1/{K} ·", ""),
        lambda each: each / K,
        lambda *at: ((f"1/{K} · ", None), (factor(values[at]), 0)),
        lambda each: ((each, 0), (f" / {K}", None)),
    )
    return [mean, *([made._replace(result=each)] if made else [])]


def _outer(network, step):
    """Return the Equations of the output layer's gradients, of W as a sum of outer products and as one."""
    K, key = network.n, f"d_W{network.depth + 1}"
    a, delta = network.values[network.a_key(network.depth)], network.values["d_oa"]
    parts = tuple(
        free(
            key,
            f"example {n + 1}",
            f"outer_{n + 1}",
            np.outer(a[n], delta[n]),
            entry=lambda j, k, n=n: f"a · δ of example {n + 1}",
            written=_product(network, n),
            lit=lambda j, k: network.ids(key, (j, k)),
        )
        for n in range(K)
    )

    def pieces(*texts):
        return joined([((text, n),) for n, text in enumerate(texts)])

    total = elementwise(
        network.matrix(key),
        parts,
        ("", *["+"] * (K - 1), ""),
        lambda *each: sum(each),
        lambda *at: pieces(*(factor(part.values[at]) for part in parts)),
        pieces,
    )
    return [total, network.equation(key), network.equation(f"d_b{network.depth + 1}")]


def _chain(network, step):
    """Return the Equations of the way back to the inputs, one for each layer."""
    return [*(network.recursion(layer) for layer in range(network.depth, 0, -1)), network.equation("d_x")]


SPECIAL = {
    "batch_delta": _each_delta,
    "batch_outer": _outer,
    "chain_of_layers": _chain,
    "empirical_risk": _risk,
    "gradient_descent": _descent,
    "elastic_net": _penalised,
    "batch_mean": _mean,
    "recursion": lambda network, step: [network.recursion(n) for n in range(network.depth, 0, -1)],
}
OTHERS = functions.MAKERS | initial.MAKERS | optimizers.MAKERS | other_losses.MAKERS
