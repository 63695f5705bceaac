"""The schedules of the learning rate beside each other: trainings that differ in their schedule alone."""

from dataclasses import replace

from mlp import SCHEDULES


def compared(own):
    """Return a TrainConfig for each schedule, all else as in `own`.

    The least learning rate is at most the first one, as a schedule that falls requires.
    """
    least = min(own.learning_rate_min, *(rate for rate, _ in own.rate_pieces()))
    return [replace(own, schedule=name, learning_rate_min=least) for name in SCHEDULES]


def ends(configs, found):
    """Return {schedule: the mean loss of the last epoch's steps, NaN if it is lost} of Steps `found`."""
    last = found.losses[-found.per_epoch :].mean(axis=0)
    return {config.schedule: float(loss) for config, loss in zip(configs, last, strict=True)}
