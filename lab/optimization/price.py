"""Estimates, before they are computed, of what the optimization page's pictures cost on this machine."""

from lab.links import cost
from lab.optimization.curvature import CHUNK_VALUES, MOST_PRODUCTS, together

VALUES_PER_UNIT = 30  # values computed per unit, class and example in a stacked forward pass and its loss
HALF = 0.5  # share of the seconds in `Speed.activations`, which include the derivative
PRODUCT = 8  # a product Hv in forward passes: as many matrix products of each layer but the first
USUAL_PRODUCTS = 20  # usually enough to find the largest eigenvalue
ARRAYS = 14  # of the activations' size in a product Hv: z, a, f'(z), δ, their derivatives and complex steps
CALLS_PER_STEP = 40  # NumPy calls that recording a step adds to those of training


def forward(config, sizes, n_examples, speed):
    """Return the estimated seconds of one network's loss in a stack; `sizes` are (n_features, n_classes)."""
    units = sum(config.hidden_layer_sizes)
    values = (units + sizes[1]) * VALUES_PER_UNIT * speed.value
    seconds = config.n_parameters(*sizes) * speed.multiply_add + values
    seconds += units * HALF * speed.activation(config.activation)
    return n_examples * seconds * (2 if config.dtype == "float64" else 1)


def surface(n_points, config, sizes, n_examples, speed):
    """Return the estimated seconds of computing the loss at n_points points."""
    return n_points * forward(config, sizes, n_examples, speed)


def curvature(n_points, config, sizes, n_examples, speed):
    """Return the estimated seconds of finding the largest eigenvalue at n_points points."""
    double = 2 if config.dtype == "float32" else 1  # it is measured in float64
    return USUAL_PRODUCTS * PRODUCT * n_points * double * forward(config, sizes, n_examples, speed)


def curvature_bytes(n_points, config, sizes, n_examples):
    """Return the bytes that measuring the curvature needs: one chunk's vectors and activations."""
    at_once = min(n_points, together(n_examples, sum(config.hidden_layer_sizes)))
    activations = max(CHUNK_VALUES, n_examples * sum(config.hidden_layer_sizes))
    return 8 * (MOST_PRODUCTS * at_once * config.n_parameters(*sizes) + ARRAYS * activations)


def steps(configs, dataset, n_steps, speed):
    """Return the estimated seconds of the first steps of trainings that step together."""
    per_epoch = -(-len(dataset.y_train) // (configs[0].batch_size or len(dataset.y_train)))
    epochs = n_steps / per_epoch
    return cost.seconds(configs, dataset, epochs, speed) + n_steps * CALLS_PER_STEP * speed.call
