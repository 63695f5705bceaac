"""An entry of every registry that is not in the lab, to see that nothing else has to be told of it."""

import contextlib

import numpy as np
import pytest

from data import DATASETS, DataConfig, Entry
from data.built_in import PAGES as TABLE_PAGES
from lab.derivation import _chapter as derived_chapter
from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES, TrainConfig
from mlp.entries import Activation, Initializer, Loss, Optimizer, Output, Schedule, Textbook
from mlp.losses import SOFTMAX, softmax


def bent(z, out=None):
    """max(0.2 z, z, 2 z - 0.5): kinks at 0 and at 0.5."""
    steeper = np.where(z.real > 0.5, 2 * z - 0.5, z)
    return np.positive(np.where(z.real > 0, steeper, 0.2 * z), out=out)


def bent_slope(z, a, out=None):
    slope = np.where(z > 0.5, 2.0, np.where(z > 0, 1.0, 0.2)).astype(z.dtype)
    return np.positive(slope, out=out)


def brier(logits, T):
    """Σ_k (p_k - T_k)², p the softmax of the logits (Brier, 1950)."""
    return ((softmax(logits) - T) ** 2).sum(axis=-1)


def brier_gradient(logits, T, out=None):
    """2 p_k (p_k - T_k - Σ_j p_j (p_j - T_j))."""
    p = softmax(logits)
    shared = (p * (p - T)).sum(axis=-1, keepdims=True)
    return np.multiply(2 * p, p - T - shared, out=out)


def squashed(logits, out=None):
    """o / √(1 + o²), from -1 to 1: the outputs are neither probabilities nor coupled."""
    return np.divide(logits, np.sqrt(1 + logits * logits), out=out)


def bounded(logits, T):
    """Σ_k (p_k - T_k)² of the squashed outputs."""
    return ((squashed(logits) - T) ** 2).sum(axis=-1)


def bounded_gradient(logits, T, out=None):
    """2 (p - T) (1 - p²)^(3/2)."""
    p = squashed(logits)
    return np.multiply(2 * (p - T), (1 - p * p) ** 1.5, out=out)


def averaged(theta, g, state, scratch, learning_rate, momentum, t):
    """v ← μv + (1 - μ)g, θ ← θ - ηv."""
    (v,) = state
    v -= g
    v *= momentum
    v += g
    theta -= np.multiply(v, learning_rate, out=scratch)


def falling(learning_rate, step, *, learning_rate_min, epochs, steps_per_epoch, **context):
    """From η straight to η_min, over all steps."""
    left = 1 - step / (epochs * steps_per_epoch)
    return learning_rate_min + (learning_rate - learning_rate_min) * left


def laplace(rng, fan_in, fan_out):
    """Laplace's distribution, variance 1/fan_in."""
    return rng.laplace(0, (2 * fan_in) ** -0.5, (fan_in, fan_out))


def stripes(rng, n_samples, noise, n_classes):
    """The square ±1 in upright stripes, one for each class."""
    X = rng.uniform(-1, 1, (n_samples, 2))
    y = np.floor((X[:, 0] + 1) / 2 * n_classes).astype(np.int64)
    return X + noise * rng.standard_normal(X.shape), y


def read_leaves(folder):
    """A table of 90 rows, sorted by class: three numbers, the third of no use, and two classes."""
    rng = np.random.default_rng(8)
    y = np.repeat([0, 1], [50, 40])
    return np.column_stack([rng.normal(y, 0.5), rng.normal(3 - y, 0.5), rng.normal(size=90)]), y, 0


LEAVES = Entry(
    "Leaves of two trees",
    table=True,
    pages=TABLE_PAGES,
    n_features=3,
    n_classes=2,
    most_samples=90,
    read=read_leaves,
    class_names=("oak", "elm"),
    feature_names=("length (cm)", "teeth", "tea leaves"),
    file_note="They were drawn at random.",
)
ENTRIES = (
    (DATASETS, "leaves", LEAVES),
    (
        ACTIVATIONS,
        "crooked",
        Activation(
            function=bent,
            derivative=bent_slope,
            latex=r"\max(0.2\,{z},\, {z},\, 2\,{z} - 0.5)",
            derivative_latex=r"0.2 + 0.8\,\mathbf{{1}}[{z} > 0] + \mathbf{{1}}[{z} > 0.5]",
            rule="derivative of three straight pieces",
            textbook=Textbook(
                lambda z: np.maximum(np.maximum(z / 5, z), z + z - 0.5),
                lambda z: 0.2 + 0.8 * (z > 0) + 1.0 * (z > 0.5),
                lambda z: max(z / 5, z, z + z - 0.5),
            ),
            kinks=(0.0, 0.5),
        ),
    ),
    (
        LOSSES,
        "squared_softmax",
        Loss(
            function=brier,
            gradient=brier_gradient,
            output=SOFTMAX,
            output_gradient=lambda p, T: 2 * (p - T),
            latex=r"\sum_k ({p_k} - {t_k})^2",
            gradient_latex=r"2\,{p} \odot ({p} - {t} - \sum_k {p_k} ({p_k} - {t_k}))",
            title="Softmax with squared error",
            at_zero=("1 − 1/C", lambda c: 1 - 1 / c),
            textbook=lambda p, t: sum((a - hot) ** 2 for a, hot in zip(p, t, strict=True)),
        ),
    ),
    (
        LOSSES,
        "squashed_squares",
        Loss(
            function=bounded,
            gradient=bounded_gradient,
            output=Output(
                function=squashed,
                jacobian=lambda p: np.diag((1 - p * p) ** 1.5),
                coupled=False,
                latex=r"\operatorname{squash}",
                entry_latex=r"{z}_k / \sqrt{{1 + {z}_k^2}}",
                symbol="s{k}",
                textbook=lambda o: [a / (1 + a * a).sqrt() for a in o],
                definition=r"s_k = o_k / \sqrt{1 + o_k^2}",
                range=(-1, 1),
            ),
            output_gradient=lambda p, T: 2 * (p - T),
            latex=r"\sum_k ({p_k} - {t_k})^2",
            gradient_latex=r"2\,({p} - {t}) \odot (1 - {p} \odot {p})^{{3/2}}",
            title="Squashed outputs with squared error",
            at_zero=("1", lambda c: 1.0),
            textbook=lambda p, t: sum((a - hot) ** 2 for a, hot in zip(p, t, strict=True)),
        ),
    ),
    (OPTIMIZERS, "averaged", Optimizer(averaged, n_states=1, uses=("momentum",))),
    (SCHEDULES, "falling", Schedule(falling, uses=("learning_rate_min",), depends_on_epochs=True)),
    (INITIALIZERS, "laplace", Initializer(laplace, lambda fan_in, fan_out: 1 / fan_in)),
    (DATASETS, "stripes", Entry("Upright stripes", generator=stripes, class_range=(2, 4), classes="stripes")),
)
TRAIN = {
    "activation": "crooked",
    "loss": "squared_softmax",
    "optimizer": "averaged",
    "schedule": "falling",
    "initializer": "laplace",
}
DATA = {"name": "stripes", "n_classes": 3, "n_samples": 120}
MADE_UP_LOSSES = ("squared_softmax", "squashed_squares")
SIZES = (5, 4)


@contextlib.contextmanager
def registered():
    """All entries are in their registries, and no chapter derived with other losses is remembered."""
    with pytest.MonkeyPatch.context() as patch:
        for registry, name, entry in ENTRIES:
            patch.setitem(registry, name, entry)
        derived_chapter.cache_clear()
        yield
    derived_chapter.cache_clear()


def train_config(**changes):
    """A TrainConfig of the made-up entries."""
    small = {"hidden_layer_sizes": SIZES, "l1": 0.001, "epochs": 4, "batch_size": 16}
    return TrainConfig(**small | TRAIN | changes)


def data_config(**changes):
    """A DataConfig of the made-up dataset."""
    return DataConfig(**DATA | changes)
