"""The made-up losses, and one with linear outputs."""

import contextlib

import made_up
import numpy as np
import pytest

from lab.derivation import _chapter
from mlp.entries import Loss, Output
from mlp.losses import LOSSES


def unchanged(logits, out=None):
    return np.positive(logits, out=out)


def half_squares(logits, T):
    return ((logits - T) ** 2).sum(axis=-1) / 2


def half_squares_gradient(logits, T, out=None):
    return np.subtract(logits, T, out=out)


LINEAR = Output(
    function=unchanged,
    jacobian=lambda p: np.eye(len(p)),
    coupled=False,
    latex=r"\operatorname{id}",
    entry_latex="{z}_k",
    symbol="o{k}",
    textbook=list,
)
HALF_SQUARES = Loss(  # its gradient is p - T, like the cross-entropy's
    function=half_squares,
    gradient=half_squares_gradient,
    output=LINEAR,
    output_gradient=lambda p, T: p - T,
    latex=r"\frac12 \sum_k ({p_k} - {t_k})^2",
    gradient_latex="{p} - {t}",
    title="Linear outputs with half the squared error",
    at_zero=("1/2", lambda c: 0.5),
    textbook=lambda p, t: sum((a - hot) ** 2 for a, hot in zip(p, t, strict=True)) / 2,
)
NAMES = (*made_up.MADE_UP_LOSSES, "half_squares")


@contextlib.contextmanager
def registered():
    """The entries are in their registries, and no chapter derived with other losses is remembered."""
    with made_up.registered(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(LOSSES, "half_squares", HALF_SQUARES)
        _chapter.cache_clear()
        yield
