"""The learning rate range test of a sweep's base: which rates are worth trying."""

import pandas as pd
import streamlit as st

from lab.links import cost, limits
from lab.links.cost import in_words
from lab.links.experiment import Setup
from mlp.range_test import range_test
from ui.charts import sweeps as charts
from ui.frame.show import show
from ui.sweeps.results import field_value
from ui.training.cache import cache
from ui.training.confirm import Messages, may_start

N_STEPS = 200  # training steps of the range test


def learning_rates(plan):
    """Draw the range test of the base: loss against a growing learning rate, and the suggested interval."""
    base = plan.base
    limits.check_networks("sweeps", base.data, [base.train])
    result = cache().noted(("range", base)) or _range_test(base)
    if result is None:
        return
    if not len(result.losses):
        st.info("The loss is not a number at the first step.")
        return
    frame = pd.DataFrame({"rate": result.rates, "loss": result.losses, "smoothed": result.smoothed})
    title = "The loss does not fall at any learning rate"
    if result.suggestion:
        low, high = result.suggestion
        title = f"The loss falls for learning rates from {low:.2g} to {high:.2g}"
    show(charts.range_test(frame, result.suggestion, title), "Loss against a growing learning rate", title)
    st.caption(
        "One short training of the base, whose learning rate grows with every step (L. N. Smith, 2017). "
        "Dots: the loss of each minibatch; line: their running mean. The band begins where a tenth of the "
        "fall is complete and ends where the mean is lowest. The learning rate of the base is "
        f"{field_value(plan, 'learning_rate')}."
    )


def _range_test(base):
    """Return the RangeTest of an experiment, or None if it waits for a click; show its estimated time."""
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
