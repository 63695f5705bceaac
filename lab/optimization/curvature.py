"""Curvature of the training loss: the largest eigenvalue of its Hessian, which is never computed itself.

The Hessian H of the loss L has a second derivative for each pair of parameters, far too many to store. But H
times a vector is cheap: it is the change of the gradient along that vector.
"""

from typing import NamedTuple

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.losses import LOSSES, one_hot
from mlp.network import propagate, unflatten

STEP = 1e-20  # of a complex step, from which nothing is subtracted: its error is of order h², below rounding
MOST_PRODUCTS = 40
TOLERANCE = 1e-5  # the search ends at this share of the eigenvalue; at 1e-3 it may be another one's
TINY = 1e-300
CHUNK_VALUES = 2**18  # hidden activations of the points that are measured together


class Curvature(NamedTuple):
    """The largest eigenvalue of each Hessian, (n,), and the residuals ‖Hv - λv‖ of their unit vectors v.

    An eigenvalue lies within a residual of its value. NaN where a gradient is not finite.
    """

    largest: np.ndarray
    residual: np.ndarray


def product(points, vectors, shapes, X, y, config):
    """Return H·v by row, for points θ and vectors v (n, n_parameters) in float64.

    Ru is the derivative of u along v. Differentiating each line of the forward and of the backward pass
    gives R(∂L/∂θ) = Hv without a difference (Pearlmutter, 1994). A complex step finds R f'(z) and
    R(∂L/∂o). The jump of a gradient at a kink, of ReLU or of L1, is not part of Hv: beside the kink, the
    second derivative is that of the piece, and that of L1 is 0.
    """
    params, along, Hv = unflatten(points, shapes), unflatten(vectors, shapes), np.empty(vectors.shape)
    derivative, gradient = ACTIVATIONS[config.activation].derivative, LOSSES[config.loss].gradient
    T, ones = one_hot(y, shapes[-1][1], np.float64), config.use_bias * np.ones(len(y))
    with np.errstate(all="ignore"):
        z, a = propagate(params, X, config)
        slopes, Rz, Ra = [derivative(*at) for at in zip(z, a, strict=False)], [], []
        for (W, _), (V, v), below in zip(params, along, (X, *a), strict=True):
            Rz.append(below @ V + config.use_bias * v[:, np.newaxis])
            if Ra:
                Rz[-1] += Ra[-1] @ W
            if len(Ra) < len(a):
                Ra.append(slopes[len(Ra)] * Rz[-1])
        delta = gradient(z[-1], T) / len(y)
        Rdelta = gradient(z[-1] + 1j * STEP * Rz[-1], T).imag / (STEP * len(y))
        for layer, (RdW, Rdb) in reversed(list(enumerate(unflatten(Hv, shapes)))):
            (W, _), (V, _), (_, l2) = params[layer], along[layer], config.penalties()[layer]
            RdW[...] = (X, *a)[layer].mT @ Rdelta + 2 * l2 * V
            Rdb[...] = ones @ Rdelta
            if layer > 0:
                slope, step = slopes[layer - 1], 1j * STEP
                RdW += Ra[layer - 1].mT @ delta
                Rslope = derivative(z[layer - 1] + step * Rz[layer - 1], a[layer - 1] + step * Ra[layer - 1])
                back = delta @ W.mT.copy()
                Rdelta = (Rdelta @ W.mT.copy() + delta @ V.mT.copy()) * slope + back * Rslope.imag / STEP
                delta = back * slope
    return Hv


def largest(multiply, start, n_products=MOST_PRODUCTS):
    """Generator: yield the share done; return the Curvature of symmetric matrices given by v ↦ Hv.

    Power iteration goes from v to Hv, H²v, … and keeps only the last, which approaches the eigenvector whose
    eigenvalue is largest in magnitude, even if that is negative. Lanczos (1950) takes the best combination of
    all these vectors, which finds the algebraically largest eigenvalue in far fewer products.

    `multiply` maps (n, size) to (n, size), a matrix for each row; `start` (n, size) are not 0.
    """
    v, basis, diagonal, beside = _unit(start), [], [], []
    value, residual = np.full(len(start), np.nan), np.full(len(start), np.inf)
    done = np.zeros(len(start), bool)
    for number in range(min(n_products, start.shape[1])):
        basis.append(v)
        with np.errstate(all="ignore"):  # where a gradient is not finite
            w = multiply(v)
            diagonal.append((w * v).sum(axis=1))
            for _ in range(2):  # two passes are enough to stay orthogonal (Parlett, 1980)
                for other in basis:
                    w = w - (w * other).sum(axis=1, keepdims=True) * other
            beside.append(np.linalg.norm(w, axis=1))
            lost = ~np.isfinite(beside[-1] + diagonal[-1])
        done |= lost
        top, error = _ritz(np.array(diagonal), np.array(beside), done)
        value, residual = np.where(done, value, top), np.where(done, residual, error)
        done |= residual <= TOLERANCE * np.abs(value)
        yield (number + 1) / n_products
        if done.all():
            break
        v = _unit(np.where(done[:, np.newaxis], 0.0, w))
    return Curvature(value, np.where(np.isnan(value), np.nan, residual))


def _ritz(diagonal, beside, done):
    """Return the largest eigenvalues of the tridiagonal matrices (k, n), and their vectors' residuals.

    Matrices that are `done` are skipped.
    """
    k, n = diagonal.shape
    T, places = np.zeros((n, k, k)), np.arange(k)
    T[:, places, places] = diagonal.T
    T[:, places[1:], places[:-1]] = T[:, places[:-1], places[1:]] = beside[:-1].T
    T[done] = 0.0
    values, vectors = np.linalg.eigh(T)
    return values[:, -1], np.where(done, np.inf, beside[-1]) * np.abs(vectors[:, -1, -1])


def _unit(vectors):
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), TINY)


def together(n_examples, n_units):
    """Return how many points are measured together: fewer for a large network, to bound the memory."""
    return max(1, CHUNK_VALUES // (n_examples * max(1, n_units)))


def along(points, shapes, X, y, config, seed=0):
    """Generator: yield the share done; return the Curvature of the training loss at points."""
    X, points = X.astype(np.float64), points.astype(np.float64)
    start = np.random.default_rng(seed).standard_normal(points.shape)
    if not config.use_bias:  # the loss does not depend on biases that are not used
        for _, b in unflatten(start, shapes):
            b[...] = 0.0
    size, found = together(len(y), sum(config.hidden_layer_sizes)), []
    for first in range(0, len(points), size):
        some = points[first : first + size]
        search = largest(lambda v, at=some: product(at, v, shapes, X, y, config), start[first : first + size])
        while True:
            try:
                share = next(search)
            except StopIteration as finished:
                found.append(finished.value)
                break
            yield (first + share * len(some)) / len(points)
    return Curvature(*map(np.concatenate, zip(*found, strict=True)))
