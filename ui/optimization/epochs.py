"""The epoch on show: its number, its timeline, and the rule that marks it in the charts."""

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


def timeline(shown, paths):
    """Draw the timeline of the paths' epochs, with the losses; `paths` is a table of `frames.paths`."""
    kept = sorted(set(paths["epoch"].tolist()))
    if len(kept) < 2:
        return
    moments = component.moments(kept, shown.epoch)
    said = [losses_at(paths, epoch) for epoch in moments]
    left_out = component.thinned(range(shown.n_epochs + 1), moments)
    component.timeline(moments, shown.epoch, said, left_out)


def losses_at(paths, epoch):
    """Return in words each path's training loss at an epoch, or at the last one before it."""
    before = paths[paths["epoch"] <= epoch].groupby("path", sort=False).tail(1)
    losses = "; ".join(
        f"{label}: {loss:.3g}" for label, loss in zip(before["path"], before["loss"], strict=True)
    )
    return f"Epoch {epoch}, training loss: {losses}"
