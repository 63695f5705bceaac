"""Gradient checks in parts, between which the page can show how far they are; and what they take."""

import numpy as np

from mlp import gradient_check
from mlp.checks.gradient_check import GradientCheck

PART = 0.12  # seconds of a check between two looks at the page
CALLS_PER_LAYER = 12  # NumPy calls for each layer when the loss is evaluated once
VALUES_PER_PARAMETER = 12  # values computed to copy and change a parameter
VALUES_PER_ACTIVATION = 300  # values computed for an activation in the two networks compared
ALONE = 2**21  # a perturbed network with more parameters or activations is evaluated alone


def seconds(n_checked, n_parameters, n_examples, config, speed):
    """Estimated seconds of checking so many parameters by central differences, in float64."""
    hidden = sum(config.hidden_layer_sizes) * n_examples
    together = max(1, ALONE // (n_parameters + hidden))
    each = 2 * n_parameters * (2 * n_examples * speed.multiply_add + VALUES_PER_PARAMETER * speed.value)
    each += hidden * (2 * speed.activation(config.activation) + VALUES_PER_ACTIVATION * speed.value)
    calls = CALLS_PER_LAYER * (config.n_layers + 1) * (3 + 2 * n_checked / together)
    return n_checked * each + calls * speed.call


def in_parts(params, X, y, config, indices, speed, **how):
    """Generator: yield the share that is done; return the GradientCheck of these indices."""
    n_parameters = sum(a.size for layer in params for a in layer)
    one = seconds(1, n_parameters, len(y), config, speed)
    size = int(max(1, PART / one))
    parts = []
    for start in range(0, max(1, len(indices)), size):
        parts.append(gradient_check(params, X, y, config, indices=indices[start : start + size], **how))
        yield min(1.0, (start + size) / max(1, len(indices)))
    return GradientCheck(*map(np.concatenate, zip(*parts, strict=True)))
