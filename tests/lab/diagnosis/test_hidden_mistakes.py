"""The settings that are said to reveal hidden mistakes do, each of them, and together they reveal all."""

import numpy as np
import pytest

from data import DataConfig
from lab.diagnosis import batch as batches
from lab.diagnosis import compare, report
from lab.diagnosis.mistakes import MISTAKES
from lab.diagnosis.program import gradients
from mlp.activations import ACTIVATIONS
from mlp.config import TrainConfig
from mlp.losses import LOSSES

CHANGES = {
    "a cross-entropy as the loss": {"loss": "softmax_cross_entropy"},
    "the squared error as the loss": {"loss": "sigmoid_squared_error"},
    "two hidden layers": {"hidden_layer_sizes": (4, 4)},
    "tanh as the activation": {"activation": "tanh"},
    "biases": {"use_bias": True},
    "an L1 penalty": {"l1": 0.01},
    "an L2 penalty": {"l2": 0.01},
    "more examples": {"batch_size": 32},
    "random weights": {"initializer": "he_normal", "init_scale": 1.0},
    "a learning rate other than 1": {"learning_rate": 0.3},
}
COMPLETE = {
    "hidden_layer_sizes": (4, 4),
    "activation": "tanh",
    "l1": 0.01,
    "l2": 0.01,
    "batch_size": 32,
    "learning_rate": 0.3,
}
LACKING = [
    *({"activation": name} for name in ACTIVATIONS),
    *({"loss": name} for name in LOSSES),
    *({"hidden_layer_sizes": sizes} for sizes in ((), (4,), (5, 4), (4, 4, 4))),
    *({"batch_size": n} for n in (1, 2, 3, 4)),
    *({"l1": 0.0}, {"l2": 0.0}, {"l1": 0.0, "l2": 0.0}, {"use_bias": False}, {"learning_rate": 1.0}),
    *({"initializer": "zeros"}, {"init_scale": 0.0}),
    {"activation": "relu", "hidden_layer_sizes": (4,), "l1": 0.0, "l2": 0.0, "use_bias": False},
]


def batch_of(settings):
    return batches.batch_of(DataConfig(name="blobs", n_samples=120, n_classes=3), TrainConfig(**settings))


def hidden(settings):
    """The keys of the mistakes whose gradients are the right ones."""
    batch = batch_of(settings)
    right = gradients(batch)
    found = set()
    for key, one in MISTAKES.items():
        mistaken = gradients(batch, compare.Cause((one,)).effects)
        if mistaken and all(
            np.allclose(a, b, rtol=1e-9, atol=1e-15)
            for layer, other in zip(right, mistaken, strict=True)
            for a, b in zip(layer, other, strict=True)
        ):
            found.add(key)
    return found


def said(settings):
    """The settings that the report of a right program names."""
    batch = batch_of(settings)
    diagnosis = compare.Diagnosis(compare.RIGHT, (), 0.0, (), 2, True)
    sentence = report.hidden(diagnosis, batch.config, len(batch.y), batch.params[-1].W.shape[1])
    names = sentence.rpartition(": ")[2].removesuffix(".")
    return names.replace(" and ", ", ").split(", ")


@pytest.mark.slow
@pytest.mark.parametrize("lacking", LACKING, ids=str)
def test_every_setting_that_is_named_reveals_a_mistake_and_all_together_reveal_all(lacking):
    settings = COMPLETE | lacking
    before = hidden(settings)
    names = said(settings)
    for name in names:
        assert before - hidden(settings | CHANGES[name]), name
    changed = settings | {key: value for name in names for key, value in CHANGES[name].items()}
    assert not before & hidden(changed)


def test_without_hidden_layers_the_activation_is_not_named():
    settings = COMPLETE | {"hidden_layer_sizes": (), "activation": "relu"}
    assert said(settings) == ["the squared error as the loss", "two hidden layers"]
    assert hidden(settings) == hidden(settings | CHANGES["tanh as the activation"])
