"""Wrong fragments of backward(): bugs like those of `lab.bugs`, one line each.

Each says in a sentence what is wrong, and when the line does no harm, so that no check can notice it. Tests
check both.
"""

import zlib

import numpy as np

from lab.recall.fragments import FRAGMENTS, RIGHT, Fragment

ONE_EXAMPLE = "With one example, K = 1, this line computes the same. Take more examples."


def wrong(line, text, why, same_when=""):
    """Return a decorator that registers a function in FRAGMENTS as a wrong version of a line."""

    def enter(effect):
        key = effect.__name__.strip("_")
        FRAGMENTS[key] = Fragment(key, line, FRAGMENTS[line].depth, text, effect, why, same_when)
        return effect

    return enter


@wrong(
    "delta",
    "delta = loss_gradient(pre_activations[-1], T)",
    "The 1/K is missing. The loss is the mean over K examples, so every gradient contains a factor 1/K.",
    ONE_EXAMPLE,
)
def _no_mean(v):
    v.delta = v.loss_gradient(v.pre_activations[-1], v.T) * 1.0


@wrong(
    "delta",
    "delta = loss_gradient(pre_activations[-1], T) / len(X) ** 2",
    "The mean is taken twice: every gradient is too small by a factor of K.",
    ONE_EXAMPLE,
)
def _mean_twice(v):
    v.delta = v.loss_gradient(v.pre_activations[-1], v.T) / len(v.X) ** 2


@wrong(
    "delta",
    "delta = -loss_gradient(pre_activations[-1], T) / len(X)",
    "The sign is wrong: delta is the derivative of the loss, and W - learning_rate * dW goes downhill only "
    "with the right sign. This program climbs.",
)
def _sign(v):
    v.delta = -v.loss_gradient(v.pre_activations[-1], v.T) / len(v.X)


@wrong(
    "loop",
    "for layer in range(len(params)):",
    "Backpropagation starts at the output. At first only the output layer's delta is known; the first "
    "layer's follows from those of all layers above.",
)
def _forwards(v):
    return range(len(v.params))


@wrong(
    "loop",
    "for layer in reversed(range(1, len(params))):",
    "The loop ends before the first layer, whose index is 0, so that layer never gets a gradient.",
)
def _stops_early(v):
    return reversed(range(1, len(v.params)))


@wrong(
    "weights",
    "W, b = params[layer - 1]",
    "These are the weights of the layer below. delta must be multiplied by the weights that this layer used "
    "in the forward pass, its own.",
)
def _layer_below(v):
    v.W, v.b = v.params[v.layer - 1]


@wrong(
    "weights",
    "W, b = params[-1]",
    "These are always the output layer's weights. Each layer's delta must be multiplied by its own.",
    "With one hidden layer, only the output layer's weights are needed, so this line computes the same. Take "
    "two hidden layers.",
)
def _always_last(v):
    v.W, v.b = v.params[-1]


@wrong(
    "dW",
    "dW = delta.T @ inputs[layer]",
    "The product is transposed. W has a row for each input and a column for each unit, and so must dW; "
    "this order belongs to W x + b.",
)
def _transposed_product(v):
    v.dW = v.delta.T @ v.inputs[v.layer]


@wrong(
    "dW",
    "dW = (inputs[layer] > 0).T @ delta",
    "The inputs are replaced by their mask, 1 where they are above 0. How much a weight changes the loss "
    "depends on the size of its input.",
)
def _mask_of_inputs(v):
    v.dW = (v.inputs[v.layer] > 0).T @ v.delta


@wrong(
    "dW",
    "dW = inputs[layer].T @ delta / len(X)",
    "delta already contains the 1/K of the mean. Here the weights' gradients get it a second time.",
    ONE_EXAMPLE,
)
def _dW_mean_again(v):
    v.dW = v.inputs[v.layer].T @ v.delta / len(v.X)


@wrong(
    "db",
    "db = delta.mean(axis=0)",
    "delta already contains the 1/K of the mean. Only the sum over the examples is left to do.",
    ONE_EXAMPLE,
)
def _db_mean(v):
    v.db = v.delta.mean(axis=0)


@wrong(
    "db",
    "db = delta[0]",
    "This is the first example alone. The bias is used for every example, so its gradient is the sum over "
    "all.",
    ONE_EXAMPLE,
)
def _first_example(v):
    v.db = v.delta[0] * 1.0


@wrong(
    "db",
    "db = delta.sum(axis=1)",
    "This sums over the units. Each unit has its own bias; the sum is over the examples, axis 0.",
)
def _over_units(v):
    v.db = v.delta.sum(axis=1)


@wrong(
    "store",
    "gradients[-1 - layer] = (dW, db)",
    "The list is filled from the wrong end: the first layer gets the last layer's gradient.",
)
def _reversed_list(v):
    v.gradients[-1 - v.layer] = (v.dW, v.db)


@wrong(
    "store",
    "gradients[layer - 1] = (dW, db)",
    "The index is off by one: each gradient is stored for the layer below.",
)
def _off_by_one(v):
    v.gradients[v.layer - 1] = (v.dW, v.db)


@wrong(
    "back",
    "delta = delta @ W",
    "delta is multiplied by W instead of its transpose. delta has a column for each unit of this layer; W.T "
    "turns these into columns for the units below.",
)
def _not_transposed(v):
    v.delta = v.delta @ v.W


@wrong(
    "back",
    "delta = delta @ (W - learning_rate * dW).T",
    "W is updated before delta is multiplied by it. The loss was computed with the old W, and so is its "
    "derivative.",
)
def _updated_before_use(v):
    v.delta = v.delta @ (v.W - v.learning_rate * v.dW).T


@wrong(
    "back",
    "delta = W @ delta.T",
    "The result is transposed: an example is a row here, and a column in this line.",
)
def _columns(v):
    v.delta = v.W @ v.delta.T


@wrong(
    "slope",
    "delta *= {f}_derivative(inputs[layer], {f}(inputs[layer]))",
    "The slope is taken at a instead of z. The activation was computed from z, and its slope belongs there.",
    "With this activation the slope at a equals the slope at z for these examples, so this line computes the "
    "same. Take tanh.",
)
def _slope_at_a(v):
    v.delta *= v.derivative(v.inputs[v.layer], v.activation(v.inputs[v.layer]))


@wrong(
    "slope",
    "delta *= {f}_derivative(pre_activations[layer], {f}(pre_activations[layer]))",
    "This is the slope of the layer above. delta now belongs to the units of layer - 1 and needs their "
    "slopes.",
    "Here the slopes of both layers are the same for these examples, so this line computes the same. Take "
    "tanh.",
)
def _slope_of_next_layer(v):
    v.delta *= v.derivative(v.pre_activations[v.layer], v.activation(v.pre_activations[v.layer]))


@wrong(
    "slope",
    "pass",
    "The activation is left out. delta @ W.T is the derivative with respect to a; multiplied by the "
    "slope f′(z), it is the derivative with respect to z.",
    "Here every slope is 1 for these examples, so leaving it out changes nothing. Take tanh.",
)
def _slope_forgotten(v):
    pass


WRONG = tuple(one for one in FRAGMENTS.values() if one not in RIGHT)


def choices(line, seed):
    """Return the fragments to choose from for a line, including the right one, shuffled with the seed."""
    fragments = [one for one in FRAGMENTS.values() if one.line == line]
    rng = np.random.default_rng([seed, zlib.crc32(line.encode())])
    return [fragments[n] for n in rng.permutation(len(fragments))]
