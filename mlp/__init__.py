"""A multilayer perceptron in NumPy, written to be read, that trains one network or many at once.

Read `network` first: the forward pass, the loss and the backward pass, together with `activations` and
`losses`. Then `stack`, a step of gradient descent for many networks, with `optimizers`; then `epochs` and
`training`, minibatches and records, with `schedules`. `config` and `initializers` define the start, and
`entries` what a registry knows about each function. That is the engine; everything else uses it: `checks` has
numerical derivatives, `signal` and `measures` look inside a network, `loops` computes the same gradients with
loops, `sweep`, `execution`, `pool` and `effects` run and analyse many experiments, `range_test` finds
learning rates, `inputs` checks what callers pass, and `listings` has the code of exported scripts.
"""

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
