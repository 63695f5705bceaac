"""Comparison of learning-rate schedules: trainings that differ only in their schedule."""

from dataclasses import replace

from mlp import SCHEDULES


def compared(own):
    """Return a TrainConfig for each schedule, otherwise equal to `own`.

    learning_rate_min is at most the learning rate, as decreasing schedules require.
    """
    least = min(own.learning_rate_min, *(rate for rate, _ in own.rate_pieces()))
    return [replace(own, schedule=name, learning_rate_min=least) for name in SCHEDULES]


def ends(configs, found):
    """Return {schedule: the mean loss of the last epoch's steps, NaN if not finite} from Steps `found`."""
    last = found.losses[-found.per_epoch :].mean(axis=0)
    return {config.schedule: float(loss) for config, loss in zip(configs, last, strict=True)}
