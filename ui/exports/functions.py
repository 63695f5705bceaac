"""Activations and losses as a student would write them; the same operations as the engine's, to the bit.

Each text is whole functions; `needs` says which others it calls.
"""

from mlp import ACTIVATIONS, LOSSES
from mlp.activations import DERIVATIVES
from mlp.losses import LOSS_GRADIENTS

from .sources import source

TEXTS = {
    "relu": '''
def relu(z):
    """max(0, z)."""
    return np.maximum(z, 0)


def relu_derivative(z, a):
    """1 where z > 0, else 0."""
    return (z > 0).astype(z.dtype)
''',
    "leaky_relu": '''
def leaky_relu(z):
    """z where z > 0, else 0.01 z."""
    return np.maximum(z, 0.01 * z)


def leaky_relu_derivative(z, a):
    """1 where z > 0, else 0.01."""
    return np.where(z > 0, z.dtype.type(1), z.dtype.type(0.01))
''',
    "tanh": '''
def tanh(z):
    """(e^z - e^-z) / (e^z + e^-z)."""
    return np.tanh(z)


def tanh_derivative(z, a):
    """1 - a²."""
    return 1 - a * a
''',
    "sigmoid": '''
def sigmoid(z):
    """1 / (1 + e^-z)."""
    return 1 / (np.exp(-z) + 1)
''',
    "sigmoid_derivative": '''
def sigmoid_derivative(z, a):
    """a (1 - a)."""
    return a * (1 - a)
''',
    "softplus": '''
def softplus(z):
    """ln(1 + e^z), in a form that does not overflow."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
''',
    "softplus_derivative": '''
def softplus_derivative(z, a):
    """σ(z)."""
    return sigmoid(z)
''',
    "gelu": '''
def gelu(z):
    """z/2 · (1 + tanh(√(2/π)(z + 0.044715 z³)))."""
    return 0.5 * z * (1 + np.tanh(GELU_SCALE * (z + 0.044715 * z**3)))


def gelu_derivative(z, a):
    """By the product rule; beyond ±20 it is 0 or 1, and z² would overflow."""
    z = np.clip(z, -20, 20)
    t = np.tanh(GELU_SCALE * (z + 0.044715 * z**3))
    slope = 0.5 * z * (1 - t * t) * GELU_SCALE * (1 + 3 * 0.044715 * z * z)
    return 0.5 * (1 + t) + slope


GELU_SCALE = (2 / np.pi) ** 0.5
''',
    "identity": '''
def identity(z):
    """z: such layers make a linear classifier, however many they are."""
    return z


def identity_derivative(z, a):
    """1."""
    return np.ones_like(z)
''',
    "row_sum": '''
def row_sum(z):
    """Σ over the classes, as a column; a product with ones, as the lab does it, to the same last digit."""
    return z @ np.ones((z.shape[1], 1), z.dtype)
''',
    "softmax_cross_entropy": '''
def loss(logits, T):
    """-ln p_y of each example, by log-sum-exp: logits (n, n_classes), one-hot targets T likewise."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return (np.log(row_sum(np.exp(shifted))) - row_sum(T * shifted))[:, 0]


def loss_gradient(logits, T):
    """p - T, where p is the softmax of the logits."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / row_sum(e) - T
''',
    "sigmoid_cross_entropy": '''
def loss(logits, T):
    """Σ_k softplus(o_k) - T_k o_k of each example: logits (n, n_classes), one-hot targets T likewise."""
    return row_sum(softplus(logits) - T * logits)[:, 0]


def loss_gradient(logits, T):
    """σ(o) - T."""
    return sigmoid(logits) - T
''',
    "sigmoid_squared_error": '''
def loss(logits, T):
    """Σ_k (σ(o_k) - T_k)² of each example: logits (n, n_classes), one-hot targets T likewise."""
    return row_sum((sigmoid(logits) - T) ** 2)[:, 0]


def loss_gradient(logits, T):
    """2 (σ(o) - T) σ(o) (1 - σ(o))."""
    p = sigmoid(logits)
    return (p - T) * (2 * p * (1 - p))
''',
}
NEEDS = {
    "sigmoid": ("sigmoid", "sigmoid_derivative"),
    "softplus": ("softplus", "sigmoid", "softplus_derivative"),
    "softmax_cross_entropy": ("row_sum", "softmax_cross_entropy"),
    "sigmoid_cross_entropy": ("row_sum", "sigmoid", "softplus", "sigmoid_cross_entropy"),
    "sigmoid_squared_error": ("row_sum", "sigmoid", "sigmoid_squared_error"),
}


def activation(name, used):
    """The code of an activation and its derivative; `used` gathers the names of what has been given."""
    if name in TEXTS:
        return _gathered(NEEDS.get(name, (name,)), used)
    return "\n\n\n".join([source(ACTIVATIONS[name]), source(DERIVATIVES[name])])


def loss(name, used):
    """The code of `loss(logits, T)` and `loss_gradient(logits, T)`."""
    if name in TEXTS:
        return _gathered(NEEDS[name], used)
    names = f"loss, loss_gradient = {LOSSES[name].__name__}, {LOSS_GRADIENTS[name].__name__}"
    return "\n\n\n".join([source(LOSSES[name]), source(LOSS_GRADIENTS[name]), names])


def _gathered(names, used):
    fresh = [name for name in names if name not in used]
    used.update(fresh)
    return "\n\n\n".join(TEXTS[name].strip() for name in fresh)
