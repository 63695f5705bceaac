"""Learning-rate schedules: the rate at each step.

`SCHEDULES[name](learning_rate, step, **context)` broadcasts over arrays of rates and of steps. t is
the step from 0, e the epoch from 0, E the number of epochs. The context has `learning_rate_min`,
`cycle_steps`, `epochs` and `steps_per_epoch`. If a config changes its learning rate, η is that of the step's
epoch.
"""

import numpy as np

from mlp.entries import Schedule


def constant(learning_rate, step, **context):
    """η."""
    return learning_rate + 0.0 * step


def inverse_epoch(learning_rate, step, *, epochs, steps_per_epoch, **context):
    """η / (1 + 4e/E)."""
    return learning_rate / (1 + 4 * (step // steps_per_epoch) / epochs)


def step(learning_rate, step, *, epochs, steps_per_epoch, **context):
    """η, then η/10 from the epoch E/2 on, η/100 from 3E/4 on."""
    epoch = step // steps_per_epoch
    return learning_rate * np.where(epoch >= 0.75 * epochs, 0.01, np.where(epoch >= 0.5 * epochs, 0.1, 1.0))


def cosine(learning_rate, step, *, learning_rate_min, epochs, steps_per_epoch, **context):
    """η_min + (η - η_min)(1 + cos(πt/T))/2 with T all steps (Loshchilov & Hutter, 2017)."""
    fraction = step / (epochs * steps_per_epoch)
    return learning_rate_min + (learning_rate - learning_rate_min) * (1 + np.cos(np.pi * fraction)) / 2


def triangular(learning_rate, step, *, learning_rate_min, cycle_steps, **context):
    """From η_min up to η in `cycle_steps` steps and down in as many, repeatedly (Smith, 2017)."""
    height = 1 - abs(step % (2 * cycle_steps) / cycle_steps - 1)
    return learning_rate_min + (learning_rate - learning_rate_min) * height


def sawtooth(learning_rate, step, *, learning_rate_min, cycle_steps, **context):
    """Up to η once, then repeatedly from η down: triangular, with `* 2` where `% 2` was meant.

    A published slip, reproduced to show it: `int(t/n)*2 == 0` is true only in the first half-cycle of n
    steps.
    """
    position = step % cycle_steps / cycle_steps
    height = np.where(step // cycle_steps * 2 == 0, position, 1 - position)
    return learning_rate_min + (learning_rate - learning_rate_min) * height


SCHEDULES = {
    "constant": Schedule(constant, constant=True),
    "inverse_epoch": Schedule(inverse_epoch, depends_on_epochs=True),
    "step": Schedule(step, depends_on_epochs=True),
    "cosine": Schedule(cosine, uses=("learning_rate_min",), depends_on_epochs=True),
    "triangular": Schedule(triangular, uses=("learning_rate_min", "cycle_steps")),
    "sawtooth": Schedule(sawtooth, uses=("learning_rate_min", "cycle_steps")),
}
