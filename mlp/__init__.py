"""A multilayer perceptron in NumPy, written to be read, that trains one network or many at once."""

from . import stopping  # noqa: F401, before anything that takes time to import
from .activations import ACTIVATIONS
from .config import TrainConfig
from .gradient_check import GradientCheck, gradient_check
from .initializers import INITIALIZERS
from .losses import LOSSES
from .network import ForwardPass, Layer, forward, init_params, loss_and_gradients
from .optimizers import OPTIMIZERS
from .schedules import SCHEDULES
from .training import EpochRecord, train, train_many

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
