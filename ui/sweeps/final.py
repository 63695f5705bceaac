"""The test set, to be opened once after a sweep, and the learning rate range test before it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from lab.links import cost, limits
from lab.links.cost import in_words
from mlp.range_test import range_test
from ui.charts import sweeps as drawn
from ui.frame.show import show
from ui.sweeps.results import shown
from ui.training import progress
from ui.training.cache import cache
from ui.training.confirm import Messages, may_start

STATE = st.session_state
Z = 1.959964  # of a two-sided interval of 95 %
N_STEPS = 200  # training steps of the range test


def section(plan, run, number):
    """Draw the button that opens the test set, and the test accuracy of trial `number` once it is open."""
    if number is None:
        return
    outcome = run.outcomes.get(plan.rows(number - 1)[0])
    if not outcome or not outcome.records:
        return
    st.markdown(
        "Nothing above has looked at the test set. Choose a trial by its validation, then open the test set "
        "for it, once."
    )
    opened = STATE.setdefault("_test_opened", {})
    key = plan.experiments()[plan.rows(number - 1)[0]]
    st.button(
        f"Open the test set for trial {number}",
        icon=":material/lock_open:",
        key="_open_test",
        on_click=opened.setdefault,
        args=(key, True),
        help="Until now nothing on this page has looked at it.",
    )
    if key not in opened:
        return
    n = len(cache().dataset(plan.sweep.trials[number - 1].data).y_test)
    accuracy = outcome.records[-1].test_accuracy
    if n == 0 or not np.isfinite(accuracy):
        st.info("There is no test set, or this network has diverged.")
        return
    low, high = wilson(accuracy, n)
    st.markdown(
        f"**Test accuracy {accuracy:.1%}** of its first seed on {n:,} examples; 95 % interval {low:.1%} "
        f"to {high:.1%} "
        "(Wilson)."
    )
    if len(opened) > 1:
        st.warning(
            f"You have now opened the test set for {len(opened)} networks. If you keep the best of them, "
            f"its test "
            "accuracy is no longer an honest estimate: choosing by the test set is training on it.",
            icon=":material/lock_open:",
        )


def _range_test(base):
    """Return the RangeTest of an experiment, or None if it waits for a click; show its estimated time."""
    dataset, config = cache().dataset(base.data), base.train
    n_train = len(dataset.y_train)
    config = replace(config, batch_size=0) if config.batch_size > n_train else config
    n_epochs = N_STEPS * (config.batch_size or n_train) / n_train
    seconds = cost.seconds([config], dataset, n_epochs, cache().speed)
    messages = Messages(
        work="This range test",
        advice="a smaller network or smaller batches",
        stopped="Stopped.",
        asked=f"The range test takes about {in_words(seconds)} on this server.",
        button="Run the range test",
    )
    if not may_start("range", base, seconds, messages, progress.ASK_ABOVE, progress.REFUSE_ABOVE):
        return None
    with st.spinner(f"Training with a growing learning rate, about {in_words(seconds)} …"):
        return cache().note(("range", base), lambda: range_test(config, dataset, n_steps=N_STEPS))


def wilson(share, n):
    """Return (low, high), the 95 % interval of a proportion `share` of n trials (Wilson, 1927)."""
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))


def learning_rates(plan):
    """Draw the range test of the base: loss against a growing learning rate, and the suggested interval."""
    base = plan.base
    limits.check_networks("sweeps", base.data, [base.train])
    result = cache().noted(("range", base)) or _range_test(base)
    if result is None:
        return
    if not len(result.losses):
        st.info("The loss is no number at the first step.")
        return
    frame = pd.DataFrame({"rate": result.rates, "loss": result.losses, "smoothed": result.smoothed})
    if result.suggestion:
        low, high = result.suggestion
        title = f"The loss falls for learning rates from {low:.2g} to {high:.2g}"
    else:
        title = "The loss does not fall at any learning rate"
    show(drawn.range_test(frame, result.suggestion, title), "Loss against a growing learning rate", title)
    st.caption(
        "One short training of the base, whose learning rate grows with every step (L. N. Smith, 2017). "
        "Dots: the "
        "loss of each minibatch; line: their running mean. The band begins where a tenth of the fall is "
        "made and "
        f"ends where the mean is least. The base stands at {shown('learning_rate', plan, {})}."
    )
