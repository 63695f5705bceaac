"""Weight initializers: `INITIALIZERS[name](rng, fan_in, fan_out)` draws W of shape (fan_in, fan_out).

`INITIALIZERS[name].variance(fan_in, fan_out)` is the variance of each entry (mean 0); NaN if nothing is drawn
at random. Biases start at 0. `TrainConfig.init_scale` multiplies the weights drawn here, and so the variance
by its square.
"""

import numpy as np

from mlp.entries import Initializer


def zeros(rng, fan_in, fan_out):
    """0 everywhere: every hidden unit of a layer stays equal to its neighbours."""
    return np.zeros((fan_in, fan_out))


def constant(rng, fan_in, fan_out):
    """1 everywhere: units are as equal as with zeros, but gradients are not 0."""
    return np.ones((fan_in, fan_out))


def normal(rng, fan_in, fan_out):
    """N(0, 1), whatever the layer's size."""
    return rng.standard_normal((fan_in, fan_out))


def uniform_fan_in(rng, fan_in, fan_out):
    """U(±1/√fan_in), variance 1/(3 fan_in)."""
    return _uniform(rng, fan_in, fan_out, fan_in**-0.5)


def uniform_fan_out(rng, fan_in, fan_out):
    """U(±1/√fan_out), variance 1/(3 fan_out)."""
    return _uniform(rng, fan_in, fan_out, fan_out**-0.5)


def lecun_normal(rng, fan_in, fan_out):
    """N(0, 1/fan_in) (LeCun, Bottou, Orr & Müller, 1998)."""
    return normal(rng, fan_in, fan_out) * fan_in**-0.5


def glorot_uniform(rng, fan_in, fan_out):
    """U(±√(6/(fan_in + fan_out))), variance 2/(fan_in + fan_out) (Glorot & Bengio, 2010)."""
    return _uniform(rng, fan_in, fan_out, (6 / (fan_in + fan_out)) ** 0.5)


def glorot_normal(rng, fan_in, fan_out):
    """N(0, 2/(fan_in + fan_out)) (Glorot & Bengio, 2010)."""
    return normal(rng, fan_in, fan_out) * (2 / (fan_in + fan_out)) ** 0.5


def he_uniform(rng, fan_in, fan_out):
    """U(±√(6/fan_in)), variance 2/fan_in (He, Zhang, Ren & Sun, 2015)."""
    return _uniform(rng, fan_in, fan_out, (6 / fan_in) ** 0.5)


def he_normal(rng, fan_in, fan_out):
    """N(0, 2/fan_in) (He, Zhang, Ren & Sun, 2015)."""
    return normal(rng, fan_in, fan_out) * (2 / fan_in) ** 0.5


def orthogonal(rng, fan_in, fan_out):
    """Orthonormal rows or columns, uniformly distributed (Saxe, McClelland & Ganguli, 2014)."""
    tall = normal(rng, max(fan_in, fan_out), min(fan_in, fan_out))
    Q, R = np.linalg.qr(tall)
    Q = Q * np.where(np.diag(R) < 0, -1.0, 1.0)  # makes Q unique, and so uniformly distributed
    return Q if fan_in >= fan_out else Q.T


def _uniform(rng, fan_in, fan_out, limit):
    return rng.uniform(-limit, limit, (fan_in, fan_out))


INITIALIZERS = {
    "zeros": Initializer(zeros, lambda fan_in, fan_out: 0.0),
    "constant": Initializer(constant, lambda fan_in, fan_out: np.nan),
    "normal": Initializer(normal, lambda fan_in, fan_out: 1.0),
    "uniform_fan_in": Initializer(uniform_fan_in, lambda fan_in, fan_out: 1 / (3 * fan_in)),
    "uniform_fan_out": Initializer(uniform_fan_out, lambda fan_in, fan_out: 1 / (3 * fan_out)),
    "lecun_normal": Initializer(lecun_normal, lambda fan_in, fan_out: 1 / fan_in),
    "glorot_uniform": Initializer(glorot_uniform, lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    "glorot_normal": Initializer(glorot_normal, lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    "he_uniform": Initializer(he_uniform, lambda fan_in, fan_out: 2 / fan_in),
    "he_normal": Initializer(he_normal, lambda fan_in, fan_out: 2 / fan_in),
    "orthogonal": Initializer(orthogonal, lambda fan_in, fan_out: 1 / max(fan_in, fan_out), factorizes=True),
}
