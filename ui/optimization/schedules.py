"""Loss and learning rate by step, for every schedule, from one start and with the same minibatches."""

import numpy as np
import pandas as pd
import streamlit as st

from lab.links import cost
from lab.measures import measures
from lab.optimization import price, sentences, steps
from lab.optimization.schedules import compared, ends
from lab.published import cycles
from mlp import SCHEDULES
from ui.charts import optimization_lines as charts
from ui.charts import palette
from ui.charts.curves import LEAST_LOSS
from ui.charts.loss_axes import axis_title
from ui.frame.show import show
from ui.training import progress
from ui.training.cache import cache

MOST_POINTS = 150  # points per line, at most


def colours():
    """Return {schedule: colour}; of more schedules than colours, they repeat."""
    return {name: palette.COMPARED[i % len(palette.COMPARED)] for i, name in enumerate(SCHEDULES)}


def section(plan, dataset, shown):
    """Draw both charts, aligned, with a rule at the epoch `shown`; say which schedule ends lowest."""
    own, n_train = plan.experiment.train, len(dataset.y_train)
    if not own.epochs:
        return
    configs = compared(own)
    per_epoch = -(-n_train // (own.batch_size or n_train))
    n_steps = own.epochs * per_epoch
    seconds = price.steps(configs, dataset, n_steps, cache().speed)
    key = "schedules", plan.experiment.data, tuple(configs)
    make, n_bytes = lambda: _train(configs, dataset, n_steps), cost.training_bytes(configs, dataset)
    result = progress.result(key, make, seconds, "Comparing the schedules", "Training", n_bytes)
    if result is None:
        return
    losses, last = result
    size = -(-n_steps // MOST_POINTS)
    what = "Loss of each step" if size == 1 else f"Loss, mean of {size} steps"
    title = f"{what}: which schedule goes down fastest?"
    domain, said = [0, n_steps], sentences.schedules(last, per_epoch == 1)
    at = shown.frame, per_epoch
    if len(losses):
        y_title = axis_title("loss", measures([own.loss]))
        chart = charts.loss_by_step(losses, colours(), own.schedule, domain, title, y_title, at)
        show(chart, "Line chart of the loss by step", said.replace("*", "").rstrip("."))
    rates = rates_frame(own, configs, n_train)
    title = "Learning rate by step"
    show(
        charts.rate_by_step(rates, colours(), own.schedule, domain, title, at), title, rate_said(own, n_train)
    )
    st.markdown(said)


def _train(configs, dataset, n_steps):
    """Generator: yield the share done; return the table of losses and {schedule: its last mean}."""
    found = yield from steps.train(configs, dataset, n_steps)
    at, means = steps.smoothed(found.losses, MOST_POINTS)
    parts = [
        pd.DataFrame(
            {"step": at.astype(np.float32), "loss": column.astype(np.float32), "schedule": config.schedule}
        )
        for config, column in zip(configs, np.maximum(means, LEAST_LOSS).T, strict=True)
    ]
    return pd.concat(parts, ignore_index=True).dropna(), ends(configs, found)


def rates_frame(own, configs, n_train):
    """Return columns step, rate, schedule."""
    parts = []
    for config in configs:
        at = cycles.drawn_steps(own, cycles.n_steps(config, n_train), MOST_POINTS)
        rates = cycles.rates(config, n_train, at).astype(np.float32)
        columns = {"step": at.astype(np.int32), "rate": rates}
        parts.append(pd.DataFrame(columns | {"schedule": config.schedule}))
    return pd.concat(parts, ignore_index=True)


def rate_said(own, n_train):
    """Return in words where the experiment's learning rate begins and ends, and its extremes in between."""
    drawn = cycles.drawn_steps(own, cycles.n_steps(own, n_train), MOST_POINTS)
    top = min(own.cycle_steps, drawn[-1])  # the first peak of a cycle; of many cycles the drawn steps miss it
    by_step = cycles.rates(own, n_train, np.sort(np.append(drawn, top)))
    first, last, low, high = (f"{rate:.3g}" for rate in (*by_step[[0, -1]], by_step.min(), by_step.max()))
    if low == high:
        return f"{own.schedule} stays at {first}"
    said = f"goes from {first} to {last}" if first != last else f"begins and ends at {first}"
    extremes = {"largest": high, "smallest": low}
    beyond = [f"the {name} rate is {rate}" for name, rate in extremes.items() if rate not in (first, last)]
    return "; ".join([f"{own.schedule} {said}", *beyond])
