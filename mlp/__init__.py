"""A multilayer perceptron in NumPy, written to be read, that trains one network or many at once.

Read `network` first: the forward pass, the loss and the backward pass, with `activations` and `losses`
beside it. Then `stack`, a step of gradient descent for many networks, with `optimizers`; then `epochs` and
`training`, minibatches and records, with `schedules`. `config` and `initializers` say where they start,
`entries` what a registry knows of each of its functions. That is the engine, and the rest uses it: `checks`
has numerical derivatives, `signal` and `measures` what happens inside a network, `loops` the same by loops,
`sweep`, `execution`, `pool` and `effects` many experiments, `range_test` a learning rate, and `listings` the
texts of exported scripts.
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
