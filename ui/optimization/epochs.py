"""The epoch on show: its number, its timeline, and the rule that marks it in the charts."""

import bisect
from typing import NamedTuple

import numpy as np
import pandas as pd

from ui.timeline import component


class Shown(NamedTuple):
    """The epoch that the server shows and the number of epochs trained; `frame` is for a chart's rule."""

    epoch: int
    n_epochs: int

    @property
    def frame(self):
        """Return a data frame of one row with the column epoch."""
        return pd.DataFrame({"epoch": np.array([self.epoch], np.int32)})


def choose(plan, runs):
    """Draw the choice of the epoch on show, at first the last one; return the Shown."""
    n_epochs = max(min(run.n_epochs, plan.experiment.train.epochs) for run in runs)
    return Shown(component.epoch_number(n_epochs), n_epochs)


def timeline(shown, paths, lost, per_epoch):
    """Draw the timeline of the epochs of `paths`, a table of `frames.paths`, with the losses.

    An epoch has `per_epoch` steps; `lost` {label: epoch or None} are the epochs in which paths were cut off.
    """
    kept = sorted(set(paths["epoch"].tolist()))
    if len(kept) < 2:
        return
    moments = component.moments(kept, shown.epoch)
    ends = ends_of_epochs(paths, per_epoch)
    said = [losses_at(ends, lost, epoch) for epoch in moments]
    left_out = component.thinned(range(shown.n_epochs + 1), moments)
    component.timeline(moments, shown.epoch, said, left_out)


def ends_of_epochs(paths, per_epoch):
    """Return {label: (epochs, losses)} of each path, at the ends of epochs and not at its first steps."""
    ends = paths[paths["step"] == paths["epoch"] * per_epoch]
    return {
        label: (own["epoch"].tolist(), own["loss"].tolist())
        for label, own in ends.groupby("path", sort=False, observed=True)
    }


def losses_at(ends, lost, epoch):
    """Return in words each path's training loss at the end of an epoch, or of the last one with a point.

    `ends` are those of `ends_of_epochs`, `lost` those of `timeline`.
    """
    said = []
    for label, (epochs, losses) in ends.items():
        number = bisect.bisect_right(epochs, epoch) - 1
        if number < 0:
            continue
        at, loss = epochs[number], losses[number]
        if lost[label] is not None and lost[label] <= epoch:
            said.append(f"{label}: no longer followed")
        else:
            when = "" if at == epoch else f", epoch {at}"
            said.append(f"{label}{when}: {f'{loss:.3g}' if np.isfinite(loss) else 'not finite'}")
    return f"Training loss: {'; '.join(said)}"
