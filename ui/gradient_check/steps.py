"""The error by step: truncation on one side, rounding on the other."""

import numpy as np
import pandas as pd
import streamlit as st

from lab.gradient_check.sweeps import SAMPLE, sweep
from lab.links.pages import DECADES, LARGEST, RELATIVE
from lab.published.steps_of_n import COURSEWORK, STEPS
from lab.words import at_most
from mlp.checks.gradient_check import gradient_check
from mlp.checks.judgement import has_kinks
from mlp.checks.numerical import best_step
from ui.charts import gradient_check as charts
from ui.charts.curves import Axis
from ui.frame.show import show
from ui.gradient_check import largest, planted
from ui.gradient_check.setup import step_text
from ui.gradient_check.subject import check_key, key
from ui.sidebar import lock
from ui.training import progress
from ui.training.cache import cache

AXES = ("h", "N = 1/h")
NEAR_THE_EDGE = 0.9  # share of the chart's width beyond which a rule's name is to its left
PLACES = {  # place of the lines' names: near which step, and how far above or below the line
    "forward": (1e-11, 100),  # far enough for a phone, where the line falls steeply
    "central": (1e-12, 1 / 100),
}
READ = (
    "The error is that of the whole vector of derivatives, analytic a and numeric n: ‖a − n‖ / (‖a‖ + "
    "‖n‖). A maximum over relative errors would show only the smallest derivative; the norm weighs each "
    "derivative by its size. Solid lines: float64; dashed lines: float32. √u 64 marks the theoretically "
    "best step of forward differences in float64, ∛u 32 that of central differences in float32. Both "
    "gradients are computed in the same format."
)


def section(plan, subject):
    """Draw the chart of the sweep and say what it shows."""
    with st.container(horizontal=True):
        grid = lock.control(st.segmented_control, "Steps", tuple(STEPS), key="grid", wrap=True)
        against = lock.control(st.segmented_control, "Axis", AXES, key="against")
        error = lock.control(st.segmented_control, "Error", (RELATIVE, LARGEST), key="error")
    if error == LARGEST:
        largest.section(plan, subject, grid, against)
        return
    swept = cached_sweep(plan, subject, grid)
    if swept is None:
        return
    index, (lines, detected) = subject.sample(SAMPLE, plan.group), swept

    def draw():
        frame = table(lines, against)
        if frame.empty:
            return (frame,)
        drawn = frame.assign(error=np.maximum(frame["error"], charts.LEAST))
        marks = _marks(plan, drawn, against, grid)
        return frame, drawn, _labels(drawn, grid), marks, _regimes(drawn, against), "; ".join(_best(frame))

    frame, *parts = cache().view(("steps", check_key(plan, subject), grid, against), draw)
    if frame.empty:
        st.warning(
            "No step gives a finite error, because this network's loss is not a number.",
            icon=":material/error:",
        )
        return
    n, (drawn, labels, marks, regimes, finding) = len(index), parts
    sampled = f"all {n:,}" if n == subject.n_parameters else f"a sample of {n:,} of {subject.n_parameters:,}"
    title = f"How small a step? The error of {sampled} derivatives against {against}"
    x_title = "step h" if against == "h" else against
    show(charts.steps(drawn, labels, marks, regimes, x_title, title), title, finding)
    if grid == DECADES and not frame["error"].any():
        st.markdown(f"{planted.ALL_ZERO} There is no error to compare at any step.")
    elif grid == DECADES:
        say = lambda: _slopes_in_words(subject, frame, index)  # noqa: E731
        st.markdown(cache().view(("slopes", check_key(plan, subject), against), say))
        st.caption(READ)
    else:
        right, wrong = (_line(frame, scheme, plan.precision) for scheme in ("central", charts.PLANTED))
        st.markdown(planted.told_apart(right, wrong, detected))
        st.caption(COURSEWORK[grid])


def cached_sweep(plan, subject, grid):
    """Return the cached result of `sweep`; None if it waits for a click."""
    name = ("steps", key(plan, subject), plan.group, grid, grid != DECADES and plan.precision, "lines")
    n = len(subject.sample(SAMPLE, plan.group))
    seconds = (6 if grid == DECADES else 3) * len(STEPS[grid]) * subject.seconds(n, cache().speed)
    doing = "Sweeping the step"
    return progress.result(name, lambda: sweep(plan, subject, grid), seconds, doing, doing)


def table(lines, against):
    """Return columns at, error, h, scheme, precision of all lines' finite errors."""
    parts = []
    for (scheme, dtype), steps, errors in lines:
        at = steps if against == "h" else 1 / steps
        columns = {"at": at, "error": errors, "h": steps}
        parts.append(pd.DataFrame(columns | {"scheme": scheme, "precision": dtype}))
    frame = pd.concat(parts, ignore_index=True)
    return frame[np.isfinite(frame["error"])]


def slope(h, errors):
    """Return the slope of a straight line fitted to log error by log h."""
    return float(np.polyfit(np.log10(h), np.log10(errors), 1)[0])


def error_text(error):
    """Return an error as text: 0 or one digit."""
    return f"{error:.0e}" if error else "0"


def _labels(frame, grid):
    """Return each scheme's name and place: fixed on the grid of decades, otherwise at a third of the line.

    Of a scheme's lines, only that in float64 is named, as the others are dashed.
    """
    rows = []
    for scheme, lines in frame.groupby("scheme", sort=False):
        line = lines[lines["precision"] == lines["precision"].max()].sort_values("h")
        if grid == DECADES:
            h, factor = PLACES.get(scheme, (1e-13, 6))
            row = line.iloc[np.abs(np.log(line["h"].to_numpy() / h)).argmin()]
            height = row["error"] * factor
        else:
            row, height = line.iloc[len(line) // 3], line["error"].iloc[0]
        rows.append({"at": row["at"], "label_at": height, "text": scheme, "scheme": scheme})
    labels = pd.DataFrame(rows)
    if grid != DECADES:
        axis = Axis(float(frame["error"].min()) / 3, float(frame["error"].max()), log=True, gap=0.08)
        labels = labels.sort_values("label_at")
        labels["label_at"] = axis.spaced(labels["label_at"].to_numpy(float))
    return labels


def _marks(plan, frame, against, grid):
    """Return the vertical rules, with names in three rows: the step in use and the best steps in theory."""
    marks = [(plan.step, "h of the check")]
    if grid == DECADES:
        roots = {"forward": "√u", "central": "∛u"}
        marks += [
            (best_step(scheme, dtype), f"{root} {dtype[-2:]}")
            for dtype in ("float64", "float32")
            for scheme, root in roots.items()
        ]
    low, high, top = frame["h"].min(), frame["h"].max(), float(frame["error"].max())
    rows = []
    for n, (h, text) in enumerate(sorted(mark for mark in marks if low * 0.99 <= mark[0] <= high * 1.01)):
        share = np.log(h / low) / np.log(high / low)
        right = (share if against == "h" else 1 - share) > NEAR_THE_EDGE
        height = top * 9.0 ** (3 - n % 3) if grid == DECADES else 2 * top
        at, align = (h if against == "h" else 1 / h), "right" if right else "left"
        rows.append({"at": at, "text": text, "height": height, "align": align})
    return pd.DataFrame(rows, columns=["at", "text", "height", "align"])


def _regimes(frame, against):
    """Return what limits the error at either end of the chart, and which lines are dashed if several are."""
    low, high = frame["h"].min(), frame["h"].max()
    bottom, rows = frame["error"].min() / 40, []
    words = [(low, "rounding" if low < 1e-3 else "", bottom), (high, "truncation", bottom)]
    if frame["precision"].nunique() > 1:
        words.append((low, "dashed: float32", 1.5 * frame.loc[frame["h"] == low, "error"].max()))
    for h, text, height in words:
        align = "left" if (h == low) == (against == "h") else "right"
        if height == bottom and text:
            text = f"← {text}" if align == "left" else f"{text} →"
        at = h if against == "h" else 1 / h
        rows.append({"at": at, "text": text, "align": align, "height": height})
    return pd.DataFrame(rows)


def _best(frame):
    """Return in words each line's least error and its step."""
    return [
        f"{scheme} in {precision}: least error {error_text(line['error'].min())} at h = "
        f"{step_text(line.loc[line['error'].idxmin(), 'h'])}"
        for (scheme, precision), line in frame.groupby(["scheme", "precision"], sort=False)
    ]


def _line(frame, scheme, precision):
    return frame[(frame["scheme"] == scheme) & (frame["precision"] == precision)].sort_values("h")


def _slopes_in_words(subject, frame, index):
    """Return, for float64, the slopes where truncation dominates, and the best steps."""
    words, n_crossing = [], 0
    if has_kinks(subject.config) and not subject.large:
        n_crossing = int(gradient_check(*subject.inputs, indices=index, step=1e-2).crosses_kink.sum())
    for scheme, power, root in (("forward", 1, "√u"), ("central", 2, "∛u")):
        line = _line(frame, scheme, "float64")
        best = line.loc[line["error"].idxmin()]
        right = line[(line["h"] >= 30 * best["h"]) & (line["h"] <= 2e-2) & (line["error"] > 0)]
        if len(right) < 3:
            continue
        measured, order = slope(right["h"], right["error"]), f"truncation of order h{'²' * (power == 2)}"
        if abs(measured - power) < 0.25:
            compared = f" ({order})"
        else:
            compared = f", not the {power} of {order}"
            if n_crossing:
                cross = "crosses" if n_crossing == 1 else "cross"
                compared += f": {n_crossing} of the sample {cross} a kink at h = 0.01"
        least = f"**{scheme}**: least error {error_text(best['error'])} at h = {step_text(best['h'])}"
        words.append(
            f"{least} (theory: {root} = {best_step(scheme, 'float64'):.0e}); to the right of it the slope is "
            f"{measured:.2f}{compared}"
        )
    line = _line(frame, "complex", "float64")
    flat = line[line["h"] <= 1e-9]["error"]
    if len(flat):
        most = f"{at_most(flat.max())} or less" if flat.any() else "0"
        words.append(f"**complex**: {most} at every step up to 1e-9, since nothing is subtracted")
    return "In float64, " + "; ".join(words) + "."
