"""Weight initializers: `INITIALIZERS[name](rng, fan_in, fan_out)` draws W of shape (fan_in, fan_out).

Biases start at 0. `TrainConfig.init_scale` multiplies what is drawn here.
"""

import numpy as np


def zeros(rng, fan_in, fan_out):
    """0 everywhere: every hidden unit of a layer stays equal to its neighbours."""
    return np.zeros((fan_in, fan_out))


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
    """Rows or columns orthonormal, uniformly distributed (Saxe, McClelland & Ganguli, 2014)."""
    tall = normal(rng, max(fan_in, fan_out), min(fan_in, fan_out))
    Q, R = np.linalg.qr(tall)
    Q = Q * np.where(np.diag(R) < 0, -1.0, 1.0)  # makes the factorisation, and so the law, unique
    return Q if fan_in >= fan_out else Q.T


def _uniform(rng, fan_in, fan_out, limit):
    return rng.uniform(-limit, limit, (fan_in, fan_out))


INITIALIZERS = {
    "zeros": zeros,
    "normal": normal,
    "uniform_fan_in": uniform_fan_in,
    "uniform_fan_out": uniform_fan_out,
    "lecun_normal": lecun_normal,
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
    "orthogonal": orthogonal,
}
