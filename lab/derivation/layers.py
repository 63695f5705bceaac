"""The variance recursion over several layers, predicted and measured in wide networks."""

import dataclasses
import functools

import numpy as np

from lab.derivation.latex import matrix
from lab.derivation.numeric import Claim
from lab.derivation.step import CHAPTERS, Line, Step, code
from mlp import signal
from mlp.config import TrainConfig
from mlp.network import init_params

WIDTH, EXAMPLES, NETWORKS = 128, 12, 24
WIDTHS = (128, 64, 128, 64)
SCATTER, BIAS = 4, 2  # standard errors, and units out of the narrowest layer's, that a prediction may be off


def steps(problem):
    """The recursion over several layers, predicted and measured."""
    return (layers(problem),)


def layers(problem):
    """The recursion over several wide layers, predicted and measured, for three initializers."""
    lines, claims, values = [], {}, {}
    for name, sigma in (
        ("lecun_normal", r"\tfrac{1}{n_l}"),
        ("glorot_normal", r"\tfrac{2}{n_l + n_{l+1}}"),
        ("he_normal", r"\tfrac{2}{n_l}"),
    ):
        predicted, measured, error = _wide(problem.activation, name)
        values |= {f"{name}_predicted": predicted, f"{name}_measured": measured}
        title = name.partition("_")[0].capitalize().replace("Lecun", "LeCun")
        lines.append(
            Line(
                rf"\sigma^2 = {sigma}: \quad q_{{l+1}} = \sigma^2\, n_l\, \mathbb{{E}}[f(z^{{l}})^2]",
                rf"\text{{predicted}} {matrix(predicted)} \quad \text{{measured}} {matrix(measured)}",
                f"variance recursion, {title}",
                predicted,
                name,
            )
        )
        claims[name] = Claim(
            f"the variance of every layer's activations, {title}",
            predicted,
            measured,
            f"mean of {NETWORKS} networks of widths 128 and 64",
            tolerance=error,
            small=0,
            sampled=True,
        )
    return Step(
        key="variance_layers",
        chapter=CHAPTERS[4],
        title="Over many layers",
        question="Does the recursion hold in a real network?",
        lines=tuple(lines),
        claims=claims,
        code=code(signal.predict, "q = variance * units * square"),
        values=values,
        lit=frozenset(),
        note=f"Networks with hidden layers of {WIDTHS} units and this activation: the recursion is about "
        f"wide layers, and yours are not. Measured values scatter: a prediction is right within "
        f"{SCATTER} standard errors of the mean of {NETWORKS} networks, "
        f"plus {BIAS}/{min(WIDTHS)} for the finite width.",
    )


@functools.lru_cache(maxsize=128)
def _wide(activation, initializer):
    """Return (predicted, mean measured, relative tolerance) of the hidden activations' variance by layer."""
    config = TrainConfig(
        hidden_layer_sizes=WIDTHS, activation=activation, initializer=initializer, dtype="float64"
    )
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((EXAMPLES, WIDTH)), rng.integers(0, 2, EXAMPLES)
    predicted = signal.predict(X, y, config, 2).activation[:-1]
    found = []
    for seed in range(NETWORKS):
        params = init_params(dataclasses.replace(config, init_seed=seed), WIDTH, 2)
        found.append(signal.measure(params, X, y, config).activation[:-1])
    mean = np.mean(found, axis=0)
    error = np.std(found, axis=0, ddof=1) / NETWORKS**0.5
    return predicted, mean, float(SCATTER * (error / mean).max() + BIAS / min(WIDTHS))
