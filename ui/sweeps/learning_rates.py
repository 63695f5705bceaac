"""The learning-rate range test of a sweep's base: which rates are worth trying, and which were tried."""

import pandas as pd
import streamlit as st

from lab.links import cost, limits
from lab.links.cost import in_words
from lab.links.experiment import Setup
from lab.measures import measures
from lab.sweeps import rates as told
from mlp.range_test import range_test
from ui.charts import range_test as charts
from ui.frame.show import show
from ui.training.cache import cache
from ui.training.confirm import Messages, may_start

N_STEPS = 200  # training steps of the range test


def learning_rates(plan, table):
    """Draw the range test of the base, its interval, and the sweep's rates on it.

    `table` is that of `results.trials`, or None without results.
    """
    base = plan.base
    limits.check_networks("sweeps", base.data, [base.train])
    result = cache().noted(("range", base)) or _range_test(base)
    if result is None:
        return
    if not len(result.losses):
        st.info("The loss is not a number at the first step.")
        return
    frame = pd.DataFrame({"rate": result.rates, "loss": result.losses, "smoothed": result.smoothed})
    swept = told.swept(plan, [] if table is None else table[["trial", "median"]].itertuples(index=False))
    marks = pd.DataFrame({"rate": swept.rates, "is_best": [rate in swept.best for rate in swept.rates]})
    title, band = told.title(result, base.train), result.interval and result.interval[:2]
    chart = charts.range_test(frame, band, title, marks, measures([base.train.loss]))
    show(chart, "Loss against a growing learning rate", title)
    st.markdown(told.verdict(result.interval, swept))
    st.caption(told.how_to_read(result, base.train))


def _range_test(base):
    """Return the RangeTest of an experiment, or None while it waits for a click; show its estimated time."""
    dataset, (config,) = cache().dataset(base.data), cache().fitting(Setup(base, 1))
    n_train = len(dataset.y_train)
    n_epochs = N_STEPS * (config.batch_size or n_train) / n_train
    seconds = cost.seconds([config], dataset, n_epochs, cache().speed)
    messages = Messages(
        work="This range test",
        advice="a smaller network or smaller batches",
        stopped="Stopped.",
        asked=f"The range test takes about {in_words(seconds)} on this server.",
        button="Run the range test",
    )
    if not may_start("range", base, seconds, messages):
        return None
    with st.spinner(f"Training with a growing learning rate, about {in_words(seconds)} …"):
        return cache().note(("range", base), lambda: range_test(config, dataset, n_steps=N_STEPS))
