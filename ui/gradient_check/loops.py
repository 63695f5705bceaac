"""Loop against matrix: the same gradient in three ways, compared digit by digit and timed."""

import inspect
import time

import numpy as np
import pandas as pd
import streamlit as st

from mlp import loops, loss_and_gradients, network
from mlp.checks.numerical import absolute_error
from mlp.loop_timing import EXAMPLES, MATRIX, STACKED, UNITS, time_forms
from ui.charts import gradient_check as charts
from ui.frame.show import show
from ui.gradient_check.entries import labels
from ui.gradient_check.subject import key, worked
from ui.training.runs import cache

STATE = st.session_state
SIZES = (1, 10)
SHOWN = 8  # entries of the first matrix
MOST_LOOPED = 20_000  # parameters whose loops are run unasked
MOST_TIMED = 100_000  # parameters that a single gradient by loops takes less than half a second for
CALLS_PER_LOOP = 2.5  # of a gradient by loops, per parameter and example, in NumPy calls
AT = 32  # examples of the bars
QUOTED = {"looped": 147.65, "matrices": 12.96, "batch": 20}
SOURCE = "Published coursework E for IFT 6390, Université de Montréal"


def section(asked, subject):
    """The sources side by side, the digits, and the button that times them."""
    equal(asked, subject)
    sources = st.expander("The three sources, side by side", on_change="rerun")
    if sources.open:
        _sources(sources)
    if subject.n_parameters <= MOST_TIMED:
        timed(asked, subject)
    else:
        st.caption(_quote())


def equal(asked, subject):
    """The gradients of one example and of ten in all three ways, to all digits shown."""
    if subject.n_parameters > MOST_LOOPED:
        st.info(
            f"Loops over {subject.n_parameters:,} parameters take too long for one page; choose a smaller "
            "network.",
            icon=":material/timer_off:",
        )
        return

    def steps():
        found = {}
        for k in SIZES:
            found[k] = compared(subject, k)
            yield sum(found) / sum(SIZES)
        return found

    seconds = sum(SIZES) * seconds_an_example(subject, cache().speed)
    name = "loops", key(asked, subject), subject.config
    found = worked(name, steps, seconds, "Looping over units", "Looping over units")
    if found is None:
        return
    for column, k in zip(st.columns(len(SIZES), gap="medium"), SIZES, strict=True):
        frame, largest, size = found[k]
        with column:
            st.markdown(f"**K = {k}**")
            st.dataframe(frame, hide_index=True)
            good = largest <= 1e-12 * size
            mark = ":green[:material/check_circle:]" if good else ":red[:material/error:]"
            st.caption(
                f"{mark} Over all {subject.n_parameters:,} derivatives the largest difference is "
                f"{largest:.1e}, the largest derivative {size:.3g}: "
                + ("the order of the additions, nothing else." if good else "that is more than rounding.")
            )


def seconds_an_example(subject, speed):
    """Estimated seconds of one example's gradient in all three ways."""
    return CALLS_PER_LOOP * subject.n_parameters * speed.call


def compared(subject, k):
    """(the first entries as a table, the largest difference of all, the largest derivative)."""
    X, y = subject.X[:k], subject.y[:k]
    ways = {
        UNITS: loops.by_unit(subject.params, X, y, subject.config)[1],
        EXAMPLES: loops.by_example(subject.params, X, y, subject.config)[1],
        MATRIX: loss_and_gradients(subject.params, X, y, subject.config)[1],
    }
    flat = {name: network.flatten(gradients) for name, gradients in ways.items()}
    first = min(SHOWN, subject.params[0].W.size)
    frame = pd.DataFrame({"derivative": labels(subject, np.arange(first))})
    for name, values in flat.items():
        frame[name] = [f"{value:.12f}" for value in values[:first]]
    largest = max(float(absolute_error(flat[MATRIX], values).max()) for values in flat.values())
    return frame, largest, float(np.abs(flat[MATRIX]).max())


def timed(asked, subject):
    """A button that measures, and what it measured."""
    name = (key(asked, subject), subject.config)
    if st.button("Time them now", key="_time_loops", icon=":material/timer:", help="About two seconds"):
        bar, found = st.progress(0.0, "Timing …"), []
        for timing in time_forms(subject.params, subject.X, subject.y, subject.config):
            found += [timing] if timing else []
            share = np.log2(found[-1].k + 1) / 10 if found else 0.0
            bar.progress(min(1.0, share), "Timing …")  # here Streamlit may stop or restart the script
        bar.empty()
        STATE["_timed_loops"] = (name, found, time.strftime("%H:%M:%S UTC", time.gmtime()))
    held = STATE.get("_timed_loops")
    if held is None or held[0] != name:
        st.caption(_quote())
        return
    _, found, clock = held
    frame = pd.DataFrame(found)
    k = min(AT, frame.groupby("form")["k"].max().min())
    left, right = st.columns(2, gap="medium")
    with left:
        bars = forms(frame, k)
        title = f"One gradient of one network, {k} examples"
        finding = "; ".join(f"{row.form} {row.text}" for row in bars.itertuples())
        show(charts.forms(bars, title), title, finding)
    with right:
        rates = speed_ups(frame)
        title = "How many times faster, the more examples at once?"
        last = rates[rates["form"] == MATRIX].iloc[-1]
        ratio = QUOTED["looped"] / QUOTED["matrices"]
        quoted = pd.DataFrame({"k": [QUOTED["batch"]], "median": [ratio], "text": [f"E: {ratio:.1f}×"]})
        show(
            charts.speed_up(rates, quoted, title),
            title,
            f"matrix at K = {last['k']}: {last['median']:.0f} times",
        )
    n_networks = int(frame.loc[frame["form"] == STACKED, "n_networks"].iloc[0])
    st.caption(
        f"Measured on this server at {clock}; the shortest of several repetitions where they are short; "
        f"float64. Both axes of times are logarithmic. Stacked: {n_networks} networks of this shape at "
        "once, the time of one of them."
    )
    st.caption(_quote())


def forms(frame, k):
    """Columns form, microseconds, text: at k examples."""
    rows = frame[frame["k"] == k]
    micro = rows["seconds"] * 1e6
    looped = float(rows.loc[rows["form"] == UNITS, "seconds"].iloc[0])
    text = [
        f"{value:,.0f} µs" + (f", {looped / value * 1e6:,.0f}×" if form != UNITS else "")
        for value, form in zip(micro, rows["form"], strict=True)
    ]
    return pd.DataFrame({"form": rows["form"].to_list(), "microseconds": micro.to_numpy(), "text": text})


def speed_ups(frame):
    """Columns k, form, median: the time of loops over units over that of each other form."""
    wide = frame.pivot(index="k", columns="form", values="seconds").dropna(subset=[UNITS])
    parts = [
        pd.DataFrame({"k": wide.index, "form": form, "median": (wide[UNITS] / wide[form]).to_numpy()})
        for form in (EXAMPLES, MATRIX, STACKED)
    ]
    return pd.concat(parts, ignore_index=True).dropna()


def _quote():
    ratio = QUOTED["looped"] / QUOTED["matrices"]
    return (
        f"{SOURCE}: one epoch of Fashion-MNIST, 784-64-10, batches of {QUOTED['batch']}, took "
        f"{QUOTED['looped']} s by a loop over examples and {QUOTED['matrices']} s by matrices, "
        f"{ratio:.1f}×. Its loop called each backward pass four times an example; called once, it would "
        "have been up to four times faster."
    )


def _sources(place):
    """Units, examples, matrix: as they run."""
    columns = place.columns(3)
    for column, (name, source) in zip(
        columns,
        {
            UNITS: inspect.getsource(loops.by_unit),
            EXAMPLES: inspect.getsource(loops.by_example),
            MATRIX: inspect.getsource(network.loss_and_gradients)
            + "\n\n"
            + inspect.getsource(network.backpropagate),
        }.items(),
        strict=True,
    ):
        column.markdown(f"**{name}**")
        column.code(source)
