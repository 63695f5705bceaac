"""What the gradient-check page checks: a small network on random examples, and the Result of its check."""

import numpy as np

from lab.generators import at_once
from lab.gradient_check.checks import result_in_parts
from lab.gradient_check.subject import Subject
from lab.links import cost
from mlp import TrainConfig, init_params


def subject(activation="tanh", n=16, **fields):
    config = TrainConfig(
        **{"hidden_layer_sizes": (4, 3), "activation": activation, "dtype": "float64"} | fields
    )
    rng = np.random.default_rng(2)
    params = init_params(config, 2, 2)
    return Subject(params, rng.standard_normal((n, 2)), rng.integers(0, 2, n), config)


def checked(one, step=1e-5, scheme="central", index=None, dtype="float64"):
    index = one.sample(5000) if index is None else index
    return at_once(result_in_parts(one, index, scheme, step, dtype, cost.calibrate()))
