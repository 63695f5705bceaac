"""Published coursework E reproduced: a constant inside the log of its loss, and loops against matrices."""

import inspect
import time

import numpy as np
import pandas as pd
import streamlit as st

from data import DataConfig
from mlp import TrainConfig, forward, init_params, loops, loss_and_gradients, network
from mlp.checks.judgement import ROUNDINGS, rounding_floor
from mlp.checks.numerical import absolute_error, difference_quotient, relative_error, relative_norm
from mlp.loops import EXAMPLES, MATRIX, STACKED, UNITS
from mlp.network import flatten, unflatten
from ui.charts import gradient_check as charts
from ui.frame.show import show
from ui.frame.visit import visit
from ui.gradient_check.subject import Subject, key
from ui.training import progress
from ui.training.cache import cache

SOURCE = "Published coursework E for IFT 6390, Université de Montréal"
CONSTANT, STEP = 1e-6, 1e-6
WITHOUT, WITH = "numeric, −log(o)", "numeric, −log(o + 1e-6)"
PUBLISHED = (0.53615986, 0.53615836)  # an entry of W¹, analytic and numeric
PRINTED = 1e-8  # by which two numbers of eight digits may seem apart, or together
CONFIG = TrainConfig(
    hidden_layer_sizes=(2,),
    activation="relu",
    initializer="uniform_fan_out",
    init_seed=7,  # both hidden units active on the first example, and its o near that of the published gap
    dtype="float64",
)
SIZES = (1, 10)  # examples
ENTRIES = 8  # of the first matrix, in the table
MOST_LOOPED = 20_000  # parameters whose loops are run unasked
MOST_TIMED = 100_000  # parameters that a single gradient by loops takes less than half a second for
CALLS_PER_LOOP = 2.5  # NumPy calls of a gradient by loops, per parameter and example
BAR_EXAMPLES = 32
LOOP_SECONDS, MATRIX_SECONDS, BATCH = 147.65, 12.96, 20  # as published
SPEED_UP = LOOP_SECONDS / MATRIX_SECONDS
QUOTE = (
    f"{SOURCE}: one epoch of Fashion-MNIST, 784-64-10, batches of {BATCH}, took {LOOP_SECONDS} s by a loop "
    f"over examples and {MATRIX_SECONDS} s by matrices, {SPEED_UP:.1f}×. Its loop called each backward pass "
    "four times per example; called once, it would have been up to four times faster."
)


def constant():
    """Show the derivatives for one example and for ten, and the gap that the constant explains."""
    gap, apart = relative_error(*PUBLISHED), absolute_error(*PUBLISHED)
    rounding = ROUNDINGS * rounding_floor("central", STEP, "float64", 1.0, PUBLISHED[0])
    st.markdown(
        f"{SOURCE} checks a 2-2-2 network with h = {STEP:g} and prints both gradients. One entry of W¹: "
        f"**{PUBLISHED[0]:.8f}** analytic, **{PUBLISHED[1]:.8f}** numeric. Five digits agree, and the "
        f"relative gap is {gap:.1e}. Of the absolute gap, {apart:.1e}, the rounding of a central difference "
        f"explains at most {rounding:.0e}, and the eight digits printed {PRINTED:.0e}. The gap is real, "
        "small as it is: its loss is −log(o + 1e-6), but what it differentiates is −log(o)."
    )
    for column, k in zip(st.columns(2, gap="medium"), SIZES, strict=True):
        frame, outputs = derivatives(k)
        with column:
            st.markdown(f"**K = {k}**")
            st.dataframe(digits(frame), hide_index=True, height=460)
            st.caption(gaps(frame, outputs))
    probability = CONSTANT / gap - CONSTANT
    st.markdown(
        "Its weights were not published, so what is reproduced is the effect, not these digits. If it "
        "checked one example, the gap also tells what that network's output was: c/(o + c) = "
        f"{gap:.1e} means that it gave the right class a probability of {probability:.3f}. Our weights "
        f"(seed {CONFIG.init_seed}) were chosen to be near that, and to leave both hidden units active."
    )


def derivatives(k):
    """Return (the derivatives of a 2-2-2 network on the first k circles, the right classes' outputs).

    The frame has columns derivative, analytic, and numeric without and with the constant.
    """
    dataset = cache().dataset(DataConfig())
    X, y = dataset.X_train[:k].astype(np.float64), dataset.y_train[:k]
    params = init_params(CONFIG, 2, 2)
    theta, rows = flatten(params), np.arange(len(y))

    def numeric(constant):
        def loss(theta):
            output = forward(unflatten(theta, ((2, 2), (2, 2))), X, CONFIG).output
            return -np.log(output[rows, y] + constant).mean()

        losses = lambda stack: np.array([loss(theta) for theta in stack])  # noqa: E731
        return difference_quotient(losses, theta, np.arange(theta.size), "central", STEP)

    analytic = flatten(loss_and_gradients(params, X, y, CONFIG)[1])
    names = Subject(params, X, y, CONFIG).labels(np.arange(theta.size))
    columns = {"analytic": analytic, WITHOUT: numeric(0.0), WITH: numeric(CONSTANT)}
    return pd.DataFrame({"derivative": names} | columns), forward(params, X, CONFIG).output[rows, y]


def digits(frame):
    """Return the derivatives to eight digits."""
    return frame.map(lambda value: value if isinstance(value, str) else f"{value:.8f}")


def gaps(frame, outputs):
    """Return the relative gaps in words, without and with the constant; of one example also by theory."""
    without, with_constant = (relative_norm(frame["analytic"], frame[name]) for name in (WITHOUT, WITH))
    if len(outputs) == 1:
        theory, o = CONSTANT / (outputs[0] + CONSTANT), outputs[0]
        more = f"; theory says c/(o + c) = {theory:.2e}, with o = {o:.4f} for the right class."
    else:
        least, most = outputs.min(), outputs.max()
        more = f": an average over examples whose right class has o from {least:.3f} to {most:.3f}."
    return (
        f"Relative gap of the whole gradient: {without:.1e} without the constant, {with_constant:.2e} with "
        f"it{more}"
    )


def loops_and_matrices(plan, subject):
    """Show the digits of the gradient in three ways, their sources, and the button that times them."""
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
    st.caption(QUOTE)


def _show_digits(plan, subject):
    if subject.n_parameters > MOST_LOOPED:
        st.info(
            f"Loops over {subject.n_parameters:,} parameters take too long for one page; choose a smaller "
            "network.",
            icon=":material/timer_off:",
        )
        return

    def steps():
        compared = {}
        for k in SIZES:
            compared[k] = compare(subject, k)
            yield sum(compared) / sum(SIZES)
        return compared

    seconds = sum(SIZES) * seconds_per_example(subject, cache().speed)
    name, doing = ("loops", key(plan, subject), subject.config), "Looping over units"
    compared = progress.result(name, steps, seconds, doing, doing)
    if compared is None:
        return
    for column, (k, (frame, gap, largest)) in zip(
        st.columns(len(SIZES), gap="medium"), compared.items(), strict=True
    ):
        good = gap <= 1e-12 * largest
        mark = ":green[:material/check_circle:]" if good else ":red[:material/error:]"
        with column:
            st.markdown(f"**K = {k}**")
            st.dataframe(frame, hide_index=True)
            st.caption(
                f"{mark} Over all {subject.n_parameters:,} derivatives the largest difference is {gap:.1e}, "
                f"the largest derivative {largest:.3g}: "
                + ("the order of the additions, nothing else." if good else "that is more than rounding.")
            )


def seconds_per_example(subject, speed):
    """Return the estimated seconds of one example's gradient in all three ways."""
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
        title = "How much faster are matrices, the more examples at once?"
        last = ratios[ratios["form"] == MATRIX].iloc[-1]
        published = pd.DataFrame({"k": [BATCH], "median": [SPEED_UP], "text": [f"E: {SPEED_UP:.1f}×"]})
        finding = f"matrix at K = {last['k']}: {last['median']:.0f} times"
        show(charts.speed_up(ratios, published, title), title, finding)
    n_networks = int(frame.loc[frame["form"] == STACKED, "n_networks"].iloc[0])
    st.caption(
        f"Measured on this server at {clock}; the shortest of several repetitions where they are short; "
        f"float64. Both axes of times are logarithmic. Stacked: {n_networks} networks of this shape at "
        "once, the time of one of them."
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
