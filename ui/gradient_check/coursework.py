"""Published coursework E reproduced: its 24 pairs of derivatives, and loops against matrices."""

import functools
import inspect
import time

import numpy as np
import pandas as pd
import streamlit as st

from data import DataConfig
from lab.gradient_check.subject import Subject
from lab.published import eight_digits
from lab.published.eight_digits import CONFIG as E_CONFIG
from lab.published.eight_digits import PENALTY, PRINTED, PUBLISHED, SIZES, SOURCE, STEP
from lab.published.looped_epoch import CONFIG as EPOCH
from lab.published.looped_epoch import SPEED_UP
from lab.words import at_most
from mlp import init_params, loops, loss_and_gradients, network
from mlp.checks.numerical import absolute_error, relative_error
from mlp.loops import EXAMPLES, MATRIX, STACKED, UNITS
from mlp.network import flatten
from ui.charts import gradient_forms as charts
from ui.frame.show import show
from ui.frame.tables import show_rows
from ui.frame.visit import visit
from ui.gradient_check.setup import step_text
from ui.gradient_check.subject import key
from ui.training import progress
from ui.training.cache import cache

WITHOUT, WITH = "numeric, −log(o)", "numeric, −log(o + 1e-6)"
ENTRIES = 8  # entries of the first matrix in the table
MOST_LOOPED = 20_000  # most parameters for which loops run unasked
MOST_TIMED = 100_000  # most parameters for which a single gradient by loops takes less than half a second
CALLS_PER_LOOP = 2.5  # a gradient by loops takes as long as this many NumPy calls per parameter and example
BAR_EXAMPLES = 32


def constant():
    """Show E's 12 derivatives for one example and for ten, and the gap that the constant causes."""
    apart, rounding = eight_digits.unexplained()
    least, largest = eight_digits.probabilities()
    st.markdown(
        f"{SOURCE} checks a 2-2-2 network with h = {step_text(STEP)} and λ = {PENALTY:g}, and prints 24 "
        "pairs: 12 derivatives for one example, and 12 for ten. The first pair is of an entry of W¹ for a "
        f"single example: **{PUBLISHED[0]:.8f}** analytic, **{PUBLISHED[1]:.8f}** numeric. Five digits "
        f"agree, and the relative gap is {relative_error(*PUBLISHED):.1e}. The absolute gap is {apart:.1e}. "
        f"Of that, the rounding of a central difference explains at most {at_most(rounding)}, and printing "
        f"only eight digits at most {PRINTED:.0e}. So the gap is small but real: E's loss is −log(o + 1e-6), "
        "but its gradient is that of −log(o)."
    )
    for column, k in zip(st.columns(2, gap="medium"), SIZES, strict=True):
        checked_pairs = cache().view(("eight digits", k), functools.partial(pairs, k))
        with column:
            st.markdown(f"**K = {k}**")
            show_rows(digits(checked_pairs), height=460)
            st.caption(eight_digits.gaps(checked_pairs))
    st.markdown(
        "E's weights were not published, so we can reproduce the effect, but not these digits. We take λ = "
        f"{PENALTY:g} for all four penalties: λ₁₁ and λ₁₂ (L1 and L2 of W¹), λ₂₁ and λ₂₂ (of W²). The first "
        "pair also reveals the network's output o for the right class: analytic minus numeric is c/(o + c), "
        "with c = 1e-6, times the data's part of the derivative. So that probability was between "
        f"**{least:.3f} and {largest:.3f}**, whatever the weight was. Our weights (seed "
        f"{E_CONFIG.init_seed}) were chosen to come close to that and to keep both hidden units active."
    )


def pairs(k):
    """Return the Pairs of E's network on the first k points of *circles*."""
    dataset = cache().dataset(DataConfig())
    return eight_digits.pairs(dataset.X_train[:k].astype(np.float64), dataset.y_train[:k])


def digits(checked_pairs):
    """Return a table of Pairs with eight digits."""
    e_network = Subject(init_params(E_CONFIG, 2, 2), None, (), E_CONFIG)
    names = e_network.labels(np.arange(e_network.n_parameters))
    columns = {
        "analytic": checked_pairs.analytic,
        WITHOUT: checked_pairs.numeric,
        WITH: checked_pairs.with_constant,
    }
    texts = {name: [f"{value:.8f}" for value in values] for name, values in columns.items()}
    return pd.DataFrame({"derivative": names} | texts)


def loops_and_matrices(plan, subject):
    """Show the gradient computed in three ways, their sources, and the button that times them."""
    _show_digits(plan, subject)
    sources = st.expander("The three sources, side by side", on_change="rerun")
    if sources.open:
        functions = {
            UNITS: [loops.by_unit],
            EXAMPLES: [loops.by_example],
            MATRIX: [network.loss_and_gradients, network.backpropagate],
        }
        for column, (name, parts) in zip(sources.columns(3), functions.items(), strict=True):
            column.markdown(f"**{name}**")
            column.code("\n\n".join(map(inspect.getsource, parts)))
    if subject.n_parameters <= MOST_TIMED:
        _show_times(plan, subject)


def _show_digits(plan, subject):
    if subject.n_parameters > MOST_LOOPED:
        st.info(
            f"Loops over {subject.n_parameters:,} parameters take too long for one page; choose a smaller "
            "network.",
            icon=":material/timer_off:",
        )
        return

    sizes = sorted({min(k, len(subject.y)) for k in SIZES})

    def steps():
        compared = {}
        for k in sizes:
            compared[k] = compare(subject, k)
            yield sum(compared) / sum(sizes)
        return compared

    seconds = sum(sizes) * seconds_per_example(subject, cache().speed)
    name, doing = ("loops", key(plan, subject), subject.config), "Looping over units"
    compared = progress.result(name, steps, seconds, doing, doing)
    if compared is None:
        return
    for column, (k, (frame, gap, largest)) in zip(
        st.columns(len(sizes), gap="medium"), compared.items(), strict=True
    ):
        good = gap <= 1e-12 * largest
        mark = ":green[:material/check_circle:]" if good else ":red[:material/error:]"
        with column:
            st.markdown(f"**K = {k}**")
            show_rows(frame)
            if not np.isfinite(gap):
                st.caption("Some derivatives of this network are not numbers, so they cannot be compared.")
                continue
            st.caption(
                f"{mark} Over all {subject.n_parameters:,} derivatives, the largest difference is {gap:.1e} "
                f"and the largest derivative {largest:.3g}: "
                + ("only the order of the additions differs." if good else "that is more than rounding.")
            )


def seconds_per_example(subject, speed):
    """Return the estimated seconds of one example's gradient, computed in all three ways."""
    return CALLS_PER_LOOP * subject.n_parameters * speed.call


def compare(subject, k):
    """Return (the first entries as a table, the largest difference of all, the largest derivative)."""
    what = subject.params, subject.X[:k], subject.y[:k], subject.config
    ways = {UNITS: loops.by_unit, EXAMPLES: loops.by_example, MATRIX: loss_and_gradients}
    gradients = {name: flatten(gradient(*what)[1]) for name, gradient in ways.items()}
    first = min(ENTRIES, subject.params[0].W.size)
    frame = pd.DataFrame({"derivative": subject.labels(np.arange(first))})
    for name, values in gradients.items():
        frame[name] = [f"{value:.12f}" for value in values[:first]]
    gap = max(float(absolute_error(gradients[MATRIX], values).max()) for values in gradients.values())
    return frame, gap, float(np.abs(gradients[MATRIX]).max())


def _show_times(plan, subject):
    name = (key(plan, subject), subject.config)
    if st.button("Time them now", key="_time_loops", icon=":material/timer:", help="About two seconds"):
        seconds = loops.estimate(seconds_per_example(subject, cache().speed) / 2)
        bar = progress.Progress("timing", name, seconds)
        timings = progress.follow(loops.time_forms(*subject.inputs), bar, "Timing")
        visit().timings = (name, timings, time.strftime("%H:%M:%S UTC", time.gmtime()))
    measured_for, timings, clock = visit().timings
    if measured_for != name:
        return
    frame = pd.DataFrame(timings)
    k = min(BAR_EXAMPLES, frame.groupby("form")["k"].max().min())
    left, right = st.columns(2, gap="medium")
    with left:
        bars = forms(frame, k)
        title = f"One gradient of one network, {k} examples"
        finding = "; ".join(f"{row.form} {row.text}" for row in bars.itertuples())
        show(charts.forms(bars, title), title, finding)
    with right:
        ratios = speed_ups(frame)
        title = "How much faster do matrices get with more examples at once?"
        last = ratios[ratios["form"] == MATRIX].iloc[-1]
        published = {"k": [EPOCH.batch_size], "median": [SPEED_UP], "text": [f"E: {SPEED_UP:.1f}×"]}
        finding = f"matrix at K = {last['k']}: {last['median']:.0f} times"
        show(charts.speed_up(ratios, pd.DataFrame(published), title), title, finding)
    n_networks = int(frame.loc[frame["form"] == STACKED, "n_networks"].iloc[0])
    st.caption(
        f"Measured on this server at {clock}, in float64; short times are the shortest of several "
        f"repetitions. Both time axes are logarithmic. Stacked: the time per network for {n_networks} "
        "networks of this shape at once. ◆ is E's ratio for a whole epoch, see below."
    )


def forms(frame, k):
    """Return columns form, microseconds, text of a gradient over k examples."""
    rows = frame[frame["k"] == k]
    micro = rows["seconds"].to_numpy() * 1e6
    looped = micro[rows["form"] == UNITS][0]
    text = [
        f"{value:,.0f} µs" + (f", {looped / value:,.0f}×" if form != UNITS else "")
        for value, form in zip(micro, rows["form"], strict=True)
    ]
    return pd.DataFrame({"form": rows["form"].to_list(), "microseconds": micro, "text": text})


def speed_ups(frame):
    """Return columns k, form, median: the time of loops over units divided by that of each other form."""
    wide = frame.pivot(index="k", columns="form", values="seconds").dropna(subset=[UNITS])
    ratios = wide[[EXAMPLES, MATRIX, STACKED]].rdiv(wide[UNITS], axis=0)
    return ratios.melt(value_name="median", ignore_index=False).dropna().reset_index()
