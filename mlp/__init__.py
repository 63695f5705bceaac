"""A multilayer perceptron in NumPy, written to be read, that trains one network or many at once."""

from mlp.activations import ACTIVATIONS
from mlp.checks.gradient_check import GradientCheck, gradient_check
from mlp.config import TrainConfig
from mlp.initializers import INITIALIZERS
from mlp.losses import LOSSES
from mlp.network import ForwardPass, Layer, forward, init_params, loss_and_gradients
from mlp.optimizers import OPTIMIZERS
from mlp.schedules import SCHEDULES
from mlp.training import EpochRecord, train, train_many

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LOSSES",
    "OPTIMIZERS",
    "SCHEDULES",
    "EpochRecord",
    "ForwardPass",
    "GradientCheck",
    "Layer",
    "TrainConfig",
    "forward",
    "gradient_check",
    "init_params",
    "loss_and_gradients",
    "train",
    "train_many",
]
