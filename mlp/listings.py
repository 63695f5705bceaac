"""Activations and losses as a student would write them, for exported scripts; an entry names its texts.

Each text is one or more complete functions that need NumPy as np, and maybe other texts; they compute the
same as the engine's functions, to the bit. A loss is `loss(logits, T)` and `loss_gradient(logits, T)`.
"""

RELU = '''
def relu(z):
    """max(0, z)."""
    return np.maximum(z, 0)


def relu_derivative(z, a):
    """1 where z > 0, else 0."""
    return (z > 0).astype(z.dtype)
'''

LEAKY_RELU = '''
def leaky_relu(z):
    """z where z > 0, else 0.01 z."""
    return np.maximum(z, 0.01 * z)


def leaky_relu_derivative(z, a):
    """1 where z > 0, else 0.01."""
    return np.where(z > 0, z.dtype.type(1), z.dtype.type(0.01))
'''

TANH = '''
def tanh(z):
    """(e^z - e^-z) / (e^z + e^-z)."""
    return np.tanh(z)


def tanh_derivative(z, a):
    """1 - a²."""
    return 1 - a * a
'''

SIGMOID = '''
def sigmoid(z):
    """1 / (1 + e^-z)."""
    return 1 / (np.exp(-z) + 1)
'''

SIGMOID_DERIVATIVE = '''
def sigmoid_derivative(z, a):
    """a (1 - a)."""
    return a * (1 - a)
'''

SOFTPLUS = '''
def softplus(z):
    """ln(1 + e^z), in a form that does not overflow."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
'''

SOFTPLUS_DERIVATIVE = '''
def softplus_derivative(z, a):
    """σ(z)."""
    return sigmoid(z)
'''

GELU = '''
def gelu(z):
    """z/2 · (1 + tanh(√(2/π)(z + 0.044715 z³)))."""
    return 0.5 * z * (1 + np.tanh(GELU_SCALE * (z + 0.044715 * z**3)))


def gelu_derivative(z, a):
    """By the product rule; beyond ±20 it is 0 or 1, and z² could overflow."""
    z = np.clip(z, -20, 20)
    t = np.tanh(GELU_SCALE * (z + 0.044715 * z**3))
    slope = 0.5 * z * (1 - t * t) * GELU_SCALE * (1 + 3 * 0.044715 * z * z)
    return 0.5 * (1 + t) + slope


GELU_SCALE = (2 / np.pi) ** 0.5
'''

IDENTITY = '''
def identity(z):
    """z: such layers make a linear classifier, however many there are."""
    return z


def identity_derivative(z, a):
    """1."""
    return np.ones_like(z)
'''

ROW_SUM = '''
def row_sum(z):
    """Σ over the classes, as a column; a product with ones, as in the lab, for identical rounding."""
    return z @ np.ones((z.shape[1], 1), z.dtype)
'''

SOFTMAX_CROSS_ENTROPY = '''
def loss(logits, T):
    """-ln p_y of each example, by log-sum-exp: logits (n, n_classes), one-hot targets T likewise."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return (np.log(row_sum(np.exp(shifted))) - row_sum(T * shifted))[:, 0]


def loss_gradient(logits, T):
    """p - T, where p is the softmax of the logits."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / row_sum(e) - T
'''

SIGMOID_CROSS_ENTROPY = '''
def loss(logits, T):
    """Σ_k softplus(o_k) - T_k o_k of each example: logits (n, n_classes), one-hot targets T likewise."""
    return row_sum(softplus(logits) - T * logits)[:, 0]


def loss_gradient(logits, T):
    """σ(o) - T."""
    return sigmoid(logits) - T
'''

SIGMOID_SQUARED_ERROR = '''
def loss(logits, T):
    """Σ_k (σ(o_k) - T_k)² of each example: logits (n, n_classes), one-hot targets T likewise."""
    return row_sum((sigmoid(logits) - T) ** 2)[:, 0]


def loss_gradient(logits, T):
    """2 (σ(o) - T) σ(o) (1 - σ(o))."""
    p = sigmoid(logits)
    return (p - T) * (2 * p * (1 - p))
'''
