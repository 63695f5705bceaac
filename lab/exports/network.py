"""The parts of a script about the network: parameters, forward and backward pass, and their check."""

import numpy as np

from data import point_labels
from lab.exports.experiment import Part
from lab.exports.sources import activation, fill, join, loss, source
from lab.links.limits import widths
from mlp import INITIALIZERS, LOSSES
from mlp.checks.judgement import UNCOMFORTABLE

ALL_UP_TO = 300  # entries of an array that are all compared with numerical derivatives: two losses for each
INIT = '''
def init_params(n_features, n_classes):
    """The untrained network: a list of [W, b], W (fan_in, fan_out) drawn by INIT_SEED, b (fan_out,) zeros."""
    rng = np.random.default_rng(INIT_SEED)
    sizes = [n_features, *HIDDEN_LAYER_SIZES, n_classes]
    params = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        W = INIT_SCALE * @initializer@(rng, fan_in, fan_out)
        params.append([W.astype(DTYPE), np.zeros(fan_out, DTYPE)])
    return params
'''
FORWARD = '''
def forward(params, X):
    """Layer by layer, z = a W@plus_b@, and between layers a = @activation@(z); the last z are the logits.

    Returns (pre_activations, inputs): pre_activations[l] are the z of layer l, (n, fan_out), and
    inputs[l] are the inputs of the layer, (n, fan_in), so that inputs[0] is X.
    """
    pre_activations, inputs = [], [X]
    for layer, (W, b) in enumerate(params):
        z = inputs[layer] @ W@plus_b@
        pre_activations.append(z)
        if layer < len(params) - 1:
            inputs.append(@activation@(z))
    return pre_activations, inputs
'''
DOCSTRING = '''
def backward(params, pre_activations, inputs, delta):
    """∂L/∂W and ∂L/∂b of every layer, given delta = ∂L/∂logits (n, n_classes).

    params[l] is [W, b], W (fan_in, fan_out) and b (fan_out,); pre_activations[l] (n, fan_out) and
    inputs[l] (n, fan_in) are what forward() returned. Returns a list with (dW, db) of each layer, in
    the shapes of W and b. @derivative@(z, a) is the activation's derivative at z, given that
    its value there is a.@no_bias@
    """
'''
NO_BIAS = " This network has no biases: db is np.zeros_like(b)."
BODY = """
    gradients = [None] * len(params)
    for layer in reversed(range(len(params))):
        W, b = params[layer]
        dW = inputs[layer].T @ delta
        db = @db@
        gradients[layer] = (dW, db)
        if layer > 0:
            delta = delta @ W.T
            delta *= @derivative@(pre_activations[layer - 1], inputs[layer])
    return gradients
"""
DB = "(np.ones((1, len(delta)), delta.dtype) @ delta)[0]  # Σ over the examples"
UNFILLED = """
    raise NotImplementedError
"""
CHECK = '''
def check_gradients():
    """[(name, largest difference, largest derivative, where, how many entries)] for each W and b.

    The output layer comes first. backward() is compared with central differences (L(θ + h) - L(θ - h)) / 2h
    of the mean loss, in float64, for a random network on random examples: no derivative vanishes there, so
    no mistake is hidden. Of an array with more than @all_up_to@ entries, 20 are compared, evenly spaced.
    """
    found = {}
    for seed in range(3):  # a step across a kink can spoil one of them, but not all
        params, X, T = _random_network(np.random.default_rng(seed))
        pre_activations, inputs = forward(params, X)
        gradients = backward(params, pre_activations, inputs, loss_gradient(pre_activations[-1], T) / len(X))
        for layer in reversed(range(len(params))):
            for kind, array, gradient in zip("Wb", params[layer], gradients[layer]):
                name = f"{kind} of layer {layer + 1}"
                row = _compared(name, params, X, T, array, np.asarray(gradient))
                if name not in found or _agrees(found[name]) < _agrees(row):
                    found[name] = row
        if all(map(_agrees, found.values())):
            break
    return list(found.values())


def _agrees(row):
    _, difference, largest = row[:3]
    return np.isfinite(difference) and difference <= @within@ * largest + 1e-8


def _compared(name, params, X, T, array, gradient, step=1e-6):
    """One row of check_gradients, from entries of `array`, which is one of the params."""
    n = array.size if array.size <= @all_up_to@ else 20
    numerical = {}
    for i in np.linspace(0, array.size - 1, n).astype(int):
        theta = array.flat[i]
        both = []
        for moved in (theta + step, theta - step):
            array.flat[i] = moved
            both.append(loss(forward(params, X)[0][-1], T).mean())
        array.flat[i] = theta
        numerical[i] = (both[0] - both[1]) / (2 * step)
    ours = {i: gradient.flat[i] for i in numerical}
    differences = {i: abs(ours[i] - numerical[i]) for i in numerical}
    worst = max(differences, key=lambda i: (not np.isfinite(differences[i]), differences[i]))
    where = f"entry {[int(k) for k in np.unravel_index(worst, array.shape)]}"
    where += f": backward() says {ours[worst]:.6g}, the numerical derivative is {numerical[worst]:.6g}"
    largest = max(abs(v) for both in (ours, numerical) for v in both.values())
    every = f"all {n} entries" if n != 1 else "its one entry"
    compared = every if n == array.size else f"{n} of its {array.size} entries"
    return name, differences[worst], largest, where, compared


def _random_network(rng, n=10, n_features=@n_features@, n_classes=@n_classes@):
    """(params, X, T) in float64, scaled so that the z of every layer have deviation 1@centred@."""
    X = rng.standard_normal((n, n_features))
    T = np.eye(n_classes)[rng.integers(n_classes, size=n)]
    sizes, params = [n_features, *HIDDEN_LAYER_SIZES, n_classes], []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        W, b = rng.standard_normal((fan_in, fan_out)), np.zeros(fan_out)
        z = forward([*params, [W, b]], X)[0][-1]
        W /= max(0.1, z.std(@over@))
@centre@        params.append([W, b])
    return params, X, T
'''


WEIGHTS = r"\frac{\partial L}{\partial W^{(l)}} = {a^{(l-1)}}^\top \delta^{(l)}"
BIASES = r"\quad \frac{\partial L}{\partial b^{(l)}} = \sum_i \delta_i^{(l)}, "
BEFORE = r"\quad \delta^{(l-1)} = (\delta^{(l)} {W^{(l)}}^\top) \odot f'(z^{(l-1)})"


def parts(export, *, filled=True):
    """Return the Parts of the network; if not `filled`, the body of backward() is left to the student."""
    train = export.train
    used, biased = set(), train.use_bias
    initializer = INITIALIZERS[train.initializer].function
    n_features, n_classes = widths(export.data)
    if export.data.name == "own_points":
        n_classes = len(point_labels(export.data.points))
    tokens = {
        "initializer": initializer.__name__,
        "activation": train.activation,
        "derivative": f"{train.activation}_derivative",
        "plus_b": " + b" if biased else "",
        "no_bias": "" if biased else NO_BIAS,
        "db": DB if biased else "np.zeros_like(b)",
        "all_up_to": str(ALL_UP_TO),
        "within": np.format_float_scientific(UNCOMFORTABLE, trim="-", exp_digits=1),
        "n_features": str(n_features),
        "n_classes": str(n_classes),
        "centred": ", and mean 0" if biased else "",
        "over": "axis=0).mean(" if biased else "",
        "centre": "        b -= forward([*params, [W, b]], X)[0][-1].mean(axis=0)\n" if biased else "",
    }
    plus = " + b^{(l)}" if biased else ""
    body = BODY if filled else UNFILLED
    return [
        Part(
            "The network",
            "A layer is a matrix of weights and a row of biases. One generator draws all weights; biases "
            "start at 0.",
            join([source(initializer), fill(INIT, **tokens)]),
        ),
        Part(
            "Forward",
            "Each layer multiplies its inputs by its weights; between layers comes the activation $f$, "
            f"here {train.activation}.\n\n$$a^{{(0)}} = X, \\qquad z^{{(l)}} = a^{{(l-1)}} W^{{(l)}}{plus}, "
            "\\qquad a^{(l)} = f(z^{(l)})$$",
            join([activation(train.activation, used), fill(FORWARD, **tokens)]),
        ),
        Part(
            "The loss",
            f"The loss of an example and its derivative with respect to the logits $o$; the mean over the "
            f"examples is taken where they are used.\n\n$${_formulas(LOSSES[train.loss])}$$",
            loss(train.loss, used),
        ),
        Part(
            "Backward",
            "From the logits back to the first layer: a layer's gradients need its inputs and its delta, "
            r"$\delta = \partial L / \partial z$; the delta of the layer before it is computed with the "
            r"layer's "
            f"weights.\n\n$${WEIGHTS}, {BIASES if biased else ''}{BEFORE}$$",
            fill(DOCSTRING.rstrip("\n") + body, **tokens),
        ),
        Part(
            "Check the gradients",
            "Before training, backward() is checked against numerical derivatives, layer by layer.\n\n"
            "$$\\frac{\\partial L}{\\partial \\theta} \\approx \\frac{L(\\theta + h) - L(\\theta - h)}{2h}$$",
            fill(CHECK, **tokens),
        ),
    ]


def _formulas(entry):
    """Return in LaTeX an example's loss, its outputs, and its derivative with respect to the logits."""
    p, p_k, p_y = (entry.output.symbol.format(k=index) for index in ("", "_k", "_y"))
    symbols = {"p": p, "p_k": p_k, "p_y": p_y, "t": "t", "t_k": "t_k"}
    first = [rf"\ell = {entry.latex.format(**symbols)}", *filter(None, [entry.output.definition])]
    slope = rf"\partial \ell / \partial o = {entry.gradient_latex.format(**symbols)}"
    return r", \quad ".join(first) + rf", \qquad {slope}"
