"""Estimate the seconds a training takes on this machine, and the memory it needs.

The seconds come from its arithmetic and its NumPy calls. The constants below were fitted to measured times of
this engine; `python -m benchmarks.estimates` compares the estimates with the clock.
"""

import itertools
import math
import time
from typing import NamedTuple

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.initializers import INITIALIZERS
from mlp.optimizers import OPTIMIZERS
from mlp.training import EVALUATION_ROWS, stack_key

CALLS_PER_LAYER = 56  # NumPy calls for each layer in a training step, forward and backward
CALLS_PER_STATE = 27  # NumPy calls for each array that the optimizer keeps between steps
CALLS_PER_PENALTY = 14
CALLS_PER_EPOCH, CALLS_PER_RECORD = 630, 60  # evaluating, creating and storing records
CALLS_PER_WATCHED_LAYER = 40  # NumPy calls to observe a layer at the end of an epoch
VALUES_PER_EXAMPLE = 1600  # shuffling, gathering and evaluating, in values computed
VALUES_PER_PIXEL = 2
PASSES_PER_ACTIVATION = 2.2  # in units of the pass that `Speed.activations` measures
CALLS_TO_BEGIN, CALLS_PER_NETWORK = (
    1000,
    150,
)  # NumPy calls to create a stack's buffers, and per network
COPIES_BEFORE = 60  # values computed per parameter to create an untrained network's arrays and its record
LARGE, VALUES_BEYOND = (
    2**18,
    45,
)  # values of a buffer that exceeds the CPU's caches; extra cost of each
CHECK_CALLS_PER_LAYER = 12  # NumPy calls for each layer when a check evaluates the loss once
CHECK_VALUES_PER_PARAMETER = 12  # values computed to copy and change a parameter
CHECK_VALUES_PER_ACTIVATION = 300  # values computed for an activation in the two networks compared
CHECKED_ALONE = 2**21  # a perturbed network with more parameters or activations is evaluated alone
ASK_ABOVE_BYTES = 64 * 2**20  # of memory; work that needs more has to be confirmed by a click
PARAMETERS = 64, 256, 256  # sizes of the products that `calibrate` times: rows, fan_in, fan_out


class Speed(NamedTuple):
    """Seconds per NumPy call on few numbers, per multiply-add in a matrix product and per value multiplied;
    `activations` is {activation: seconds per value, including the derivative}.
    """

    call: float
    multiply_add: float
    value: float
    activations: dict

    def activation(self, name):
        """Return the seconds per value of this activation; of the slowest if it has not been timed."""
        return self.activations.get(name) or max(self.activations.values(), default=10 * self.value)


def calibrate():
    """Return the Speed of this machine; measuring takes some tens of milliseconds."""
    rows, fan_in, fan_out = PARAMETERS
    few, X = np.ones((4, 4), np.float32), np.ones((rows, fan_in), np.float32)
    W, z = np.ones((fan_in, fan_out), np.float32), np.linspace(-3, 3, rows * fan_out, dtype=np.float32)
    into, product, values = np.empty_like(few), np.empty((rows, fan_out), np.float32), np.empty_like(z)
    return Speed(
        call=_least(lambda: [np.multiply(few, few, out=into) for _ in range(100)]) / 100,
        multiply_add=min(
            _least(lambda: np.matmul(X, W, out=product)) / (rows * fan_in * fan_out),
            _least(lambda: np.matmul(X[:32, :64], W[:64, :64])) / (32 * 64 * 64),  # on one thread
        ),
        value=_least(lambda: [np.multiply(z, z, out=values) for _ in range(10)]) / 10 / z.size,
        activations={name: _least(lambda name=name: _slope(name, z)) / z.size for name in ACTIVATIONS},
    )


def seconds(configs, dataset, n_epochs, speed, watched=False):
    """Return the estimated seconds of `n_epochs` more epochs of all configs."""
    return n_epochs * sum(_epoch(stack, dataset, speed, watched) for stack in _stacks(configs))


def _stacks(configs):
    """Return the lists of configs that train as one stack each."""
    stacks = {}
    for config in configs:
        stacks.setdefault(stack_key(config), []).append(config)
    return stacks.values()


def _epoch(stack, dataset, speed, watched):
    """Return the estimated seconds of one epoch of configs that train as one stack."""
    config, n_runs = stack[0], len(stack)
    n_train, n_features = dataset.X_train.shape
    n_evaluated = len(dataset.X_valid) + len(dataset.X_test)
    batch = min(config.batch_size or n_train, n_train)
    steps, width = -(-n_train // batch), _width(config)
    n_parameters = n_runs * config.n_parameters(n_features, len(dataset.class_names))
    n_states, penalized = OPTIMIZERS[config.optimizer].n_states, any(map(any, config.penalties()))
    calls = steps * (
        CALLS_PER_LAYER * config.n_layers + CALLS_PER_STATE * n_states + CALLS_PER_PENALTY * penalized
    )
    calls += CALLS_PER_EPOCH + CALLS_PER_RECORD * n_runs
    multiply_adds = (3 * n_train + n_evaluated) * n_parameters
    values = n_train * n_runs * VALUES_PER_EXAMPLE + 4 * steps * n_parameters * (1 + 5 * n_states + penalized)
    if dataset.image_shape:
        values += (n_train * n_runs + n_evaluated) * n_features * VALUES_PER_PIXEL
    if watched:
        calls += CALLS_PER_WATCHED_LAYER * config.n_layers * n_runs
        multiply_adds += 3 * batch * n_parameters
        values += 200 * n_parameters
    activated = (n_train + n_evaluated / 2) * n_runs * sum(config.hidden_layer_sizes)
    if batch * n_runs * max(config.hidden_layer_sizes, default=0) > LARGE:
        values += VALUES_BEYOND * activated
    return speed.call * calls + width * (
        speed.multiply_add * multiply_adds
        + speed.value * values
        + speed.activation(config.activation) * PASSES_PER_ACTIVATION * activated
    )


def training_bytes(configs, dataset, watched=False):
    """Return the estimated bytes that training all configs needs, besides the data and the stored epochs.

    Per parameter: itself, its gradient, the latest record's copy, what the optimizer keeps, the two penalties
    where there are any, and three copies to observe a step where it is `watched`. Per run: the arrays of
    a minibatch (z, a, f'(z) and δ of every layer) and two of the widest layer to evaluate EVALUATION_ROWS.
    """
    return sum(_stack_bytes(stack, dataset, watched) for stack in _stacks(configs))


def _stack_bytes(stack, dataset, watched):
    config, n_runs = stack[0], len(stack)
    n_train, n_features = dataset.X_train.shape
    widths = config.layer_sizes(n_features, len(dataset.class_names))[1:]
    n_parameters = config.n_parameters(n_features, len(dataset.class_names))
    n_arrays = 3 + OPTIMIZERS[config.optimizer].n_states + 3 * watched
    n_arrays += 2 * any(any(map(any, one.penalties())) for one in stack)
    batch = min(config.batch_size or n_train, n_train)
    n_evaluated = min(EVALUATION_ROWS, max(n_train, len(dataset.X_valid), len(dataset.X_test)))
    per_run = n_arrays * n_parameters + 4 * batch * sum(widths) + 2 * n_evaluated * max(widths)
    return np.dtype(config.dtype).itemsize * n_runs * per_run


def measuring(configs, dataset, speed):
    """Return the estimated seconds to evaluate every config's network once on all examples."""
    n_features, n_classes = dataset.X_train.shape[1], len(dataset.class_names)
    n_examples = len(dataset.X_train) + len(dataset.X_valid) + len(dataset.X_test)
    return sum(
        _width(config) * forward_seconds(config, n_features, n_classes, n_examples, speed)
        for config in configs
    )


def beginning(configs, dataset, speed):
    """Return the estimated seconds to draw every config's network, and to record it untrained."""
    n_features, n_classes = dataset.X_train.shape[1], len(dataset.class_names)
    total = measuring(configs, dataset, speed)
    calls = CALLS_TO_BEGIN * len(_stacks(configs)) + CALLS_PER_NETWORK * len(configs)
    total += speed.call * calls
    for config in configs:
        copies = COPIES_BEFORE * config.n_parameters(n_features, n_classes) * speed.value
        total += drawing(config, n_features, n_classes, speed) + _width(config) * copies
    return total


def _width(config):
    """Return how many times as long arithmetic takes as in float32."""
    return 2 if config.dtype == "float64" else 1


def forward_seconds(config, n_features, n_classes, n_examples, speed):
    """Return the estimated seconds to compute one network's outputs for `n_examples` in float32."""
    hidden = sum(config.hidden_layer_sizes)
    return (
        10 * speed.call * config.n_layers
        + n_examples * config.n_parameters(n_features, n_classes) * speed.multiply_add
        + n_examples * hidden * speed.activation(config.activation)
    )


def drawing(config, n_features, n_classes, speed):
    """Return the estimated seconds to draw one network's initial weights."""
    sizes = config.layer_sizes(n_features, n_classes)
    squares = sum(n * m * min(n, m) for n, m in itertools.pairwise(sizes))
    factorized = 8 * squares * speed.multiply_add if INITIALIZERS[config.initializer].factorizes else 0.0
    return 60 * config.n_parameters(n_features, n_classes) * speed.value + factorized


def checking_seconds(n_checked, n_parameters, n_examples, config, speed):
    """Return the estimated seconds of checking n_checked parameters by central differences, in float64."""
    hidden = sum(config.hidden_layer_sizes) * n_examples
    together = max(1, CHECKED_ALONE // (n_parameters + hidden))
    each = 2 * n_parameters * (2 * n_examples * speed.multiply_add + CHECK_VALUES_PER_PARAMETER * speed.value)
    each += hidden * (2 * speed.activation(config.activation) + CHECK_VALUES_PER_ACTIVATION * speed.value)
    calls = CHECK_CALLS_PER_LAYER * (config.n_layers + 1) * (3 + 2 * n_checked / together)
    return n_checked * each + calls * speed.call


def checking_bytes(config, n_examples):
    """Return the most bytes that checking one derivative needs, in any scheme.

    Four complex numbers per hidden unit and example: z, a, and up to two more while a is computed.
    """
    return 4 * 16 * n_examples * sum(config.hidden_layer_sizes)


def drawing_bytes(config, dataset):
    """Return the estimated bytes of drawing one network in float64, the current layer in three arrays."""
    sizes = config.layer_sizes(dataset.X_train.shape[1], len(dataset.class_names))
    layers = [n * m for n, m in itertools.pairwise(sizes)]
    return 8 * (sum(layers) + 2 * max(layers))


def _slope(name, z):
    """Return an activation's derivative times z, computed as in a training step."""
    return ACTIVATIONS[name].derivative(z, ACTIVATIONS[name](z)) * z


def _least(work):
    """Return the CPU seconds of the quickest of 40 runs, or of those within 0.4 s.

    CPU time, because on a busy machine a large matrix product may wait up to 16 ms for its second thread,
    many times in a row.
    """
    work()  # the first call pays for imports and caches
    started, quickest = time.perf_counter(), math.inf
    for _ in range(40):
        before = time.thread_time()
        work()
        quickest = min(quickest, time.thread_time() - before)
        if time.perf_counter() - started > 0.4:
            break
    return quickest


def in_words(seconds):
    """Return a duration as text: "5 s", "3 min" or "2 h"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h"


def with_memory(seconds, n_bytes, otherwise=" on this server"):
    """Return a duration as text, with the memory if that needs confirming, else followed by `otherwise`."""
    if n_bytes > ASK_ABOVE_BYTES:
        return f"about {in_words(seconds)} and {n_bytes / 2**20:.0f} MB of this server's memory"
    return f"about {in_words(seconds)}{otherwise}"
