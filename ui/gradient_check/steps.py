"""The error against the step: truncation on one side, rounding on the other."""

import numpy as np
import pandas as pd
import streamlit as st

from lab.links.pages import A_GRID, B_GRID, DECADES
from mlp.checks.gradient_check import gradient_check
from mlp.checks.judgement import has_kinks
from mlp.checks.step_sweep import best_step
from ui.charts import gradient_check as charts
from ui.charts.lines import Axis
from ui.frame.show import show
from ui.gradient_check.setup import choice, step_text
from ui.gradient_check.subject import check_key, viewed
from ui.gradient_check.sweep import PLANTED, sample, slope, swept, table

AXES = ("h", "N = 1/h")
NEAR_THE_EDGE = 0.9  # of the chart's width: the name of a rule stands on its left from there on
PLACES = {  # of the lines' names: near which step, and how far above or below the line
    ("forward", "float64"): (1e-12, 8),
    ("central", "float64"): (1e-12, 1 / 8),
    ("forward", "float32"): (1e-4, 12),
    ("central", "float32"): (1e-6, 1 / 20),
}


def section(asked, subject):
    """The sweep, its chart, and what it says."""
    with st.container(horizontal=True):
        grid = choice("Steps", (DECADES, A_GRID, B_GRID), "grid")
        against = choice("Axis", AXES, "against")
    found = swept(asked, subject, grid)
    if found is None:
        return
    everywhere = grid == DECADES

    def drawn():
        frame = table(found, grid, against)
        if frame.empty:
            return (frame,)
        marks = _marks(asked, frame, against, everywhere)
        return frame, _labels(frame, everywhere), marks, _regimes(frame, against), "; ".join(_best(frame))

    frame, *parts = viewed(("steps", check_key(asked, subject), grid, against), drawn)
    if frame.empty:
        st.warning(
            "No step gives a finite error: this network's loss is not a number.", icon=":material/error:"
        )
        return
    n = len(sample(asked, subject))
    whom = f"all {n:,}" if n == subject.n_parameters else f"a sample of {n:,} of {subject.n_parameters:,}"
    title = f"How small a step? The error of {whom} derivatives against {against}"
    labels, marks, regimes, finding = parts
    x_title = "step h" if against == "h" else "N = 1/h"
    show(charts.steps(frame, labels, marks, regimes, x_title, title), title, finding)
    if everywhere:
        _tell_all(asked, subject, frame)
    else:
        _tell_window(asked, frame, grid)


def _labels(frame, everywhere):
    """Each line's name: at its place among all of them, else beside a third of its points."""
    rows = []
    for (scheme, precision), line in frame.groupby(["scheme", "precision"], sort=False):
        line = line.sort_values("h")
        if everywhere:
            h, factor = PLACES.get((scheme, precision), (1e-13, 6))
            row = line.iloc[np.abs(np.log(line["h"].to_numpy() / h)).argmin()]
            name, height = f"{scheme}, {precision}", row["error"] * factor
        else:
            row, name, height = line.iloc[len(line) // 3], scheme, line["error"].iloc[0]
        rows.append({"at": row["at"], "label_at": height, "text": name, "scheme": scheme})
    labels = pd.DataFrame(rows)
    if not everywhere:
        axis = Axis(float(frame["error"].min()) / 3, float(frame["error"].max()), log=True, gap=0.08)
        labels = labels.sort_values("label_at")
        labels["label_at"] = axis.spaced(labels["label_at"].to_numpy(float))
    return labels


def _marks(asked, frame, against, everywhere):
    """Vertical rules: the step on show, and the best steps in theory; their names in three rows."""
    marks = [(asked.step, "h on show")]
    if everywhere:
        for dtype, short in (("float64", "64"), ("float32", "32")):
            marks += [
                (best_step("forward", dtype), f"√u {short}"),
                (best_step("central", dtype), f"∛u {short}"),
            ]
    low, high = frame["h"].min(), frame["h"].max()
    marks = sorted((h, text) for h, text in marks if low * 0.99 <= h <= high * 1.01)
    top = float(frame["error"].max())
    rows = []
    for n, (h, text) in enumerate(marks):
        share = np.log(h / low) / np.log(high / low)
        right = (share if against == "h" else 1 - share) > NEAR_THE_EDGE
        height = top * 9.0 ** (3 - n % 3) if everywhere else 2 * top
        at, align = (h if against == "h" else 1 / h), "right" if right else "left"
        rows.append({"at": at, "text": text, "height": height, "align": align})
    return pd.DataFrame(rows, columns=["at", "text", "height", "align"])


def _regimes(frame, against):
    """What limits the error on either side of the chart."""
    ends = [
        (frame["h"].min(), "rounding" if frame["h"].min() < 1e-3 else ""),
        (frame["h"].max(), "truncation"),
    ]
    rows = []
    for h, text in ends:
        left = (h == frame["h"].min()) == (against == "h")
        arrow = f"← {text}" if left else f"{text} →"
        at = h if against == "h" else 1 / h
        align = "left" if left else "right"
        rows.append(
            {"at": at, "text": arrow if text else "", "align": align, "height": frame["error"].min() / 40}
        )
    return pd.DataFrame(rows)


def _best(frame):
    """Each line's least error and its step."""
    return [
        f"{scheme} in {precision}: least error {line['error'].min():.0e} at h = "
        f"{step_text(line.loc[line['error'].idxmin(), 'h'])}"
        for (scheme, precision), line in frame.groupby(["scheme", "precision"], sort=False)
    ]


def _line(frame, scheme, precision):
    return frame[(frame["scheme"] == scheme) & (frame["precision"] == precision)].sort_values("h")


def _tell_all(asked, subject, frame):
    """Slopes of the truncation regimes and the best steps, from the lines on show."""
    words, index = [], sample(asked, subject)
    crossed = 0
    if has_kinks(subject.config) and not subject.large:
        what = subject.params, subject.X, subject.y, subject.config
        crossed = viewed(
            ("crossed", check_key(asked, subject)),
            lambda: int(gradient_check(*what, indices=index, step=1e-2).crosses_kink.sum()),
        )
    for scheme, power, root in (("forward", 1, "√u"), ("central", 2, "∛u")):
        line = _line(frame, scheme, "float64")
        best = line.loc[line["error"].idxmin()]
        right = line[(line["h"] >= 30 * best["h"]) & (line["h"] <= 2e-2)]
        if len(right) < 3:
            continue
        found = slope(right["h"], right["error"])
        order = f"truncation of order h{'²' if power == 2 else ''}"
        if abs(found - power) < 0.25:
            told = f"{found:.2f} ({order})"
        elif crossed:
            told = (
                f"{found:.2f}, not the {power} of {order}: {crossed} of the sample cross a kink at h = 0.01"
            )
        else:
            told = f"{found:.2f}, not the {power} of {order}"
        words.append(
            f"**{scheme}**: least error {best['error']:.0e} at h = {step_text(best['h'])} (theory: {root} "
            f"= {best_step(scheme, 'float64'):.0e}); to the right of it the slope is {told}"
        )
    line = _line(frame, "complex", "float64")
    flat = line[line["h"] <= 1e-9]["error"]
    if len(flat):
        words.append(
            f"**complex**: {flat.max():.0e} or less at every step up to 1e-9, since nothing is subtracted"
        )
    st.markdown("In float64, " + "; ".join(words) + ".")
    st.caption(
        "The error plotted is that of the whole vector of derivatives, analytic a against numeric n. A "
        "maximum over single relative errors would show the tiniest derivative alone; the norm weighs "
        "each by its size. Solid: float64; dashed: float32; √u 64 is the best step in theory of forward "
        "differences in float64, ∛u 32 of central ones in float32. Both gradients are computed in the "
        "same format."
    )


def _tell_window(asked, frame, grid):
    """What the steps of a piece of coursework can show of a gradient that is wrong by 0.01 %."""
    dtype = asked.precision
    right, wrong = _line(frame, "central", dtype), _line(frame, charts.PLANTED, dtype)
    if right.empty or wrong.empty:
        return
    place = int(right["error"].to_numpy().argmin())
    best, ours, theirs = right["h"].iloc[place], right["error"].iloc[place], wrong["error"].iloc[place]
    times = f"{theirs / ours:.0f}" if theirs < 1000 * ours else f"{theirs / ours:.0e}"
    known = f"At their best, h = {step_text(best)}, central differences are off by {ours:.1e}"
    planted = f"of the same gradient made {PLANTED:.2%} too large by {theirs:.1e}"
    if theirs < 2 * ours:
        st.markdown(
            f"**These steps cannot tell a right gradient from one that is wrong by {PLANTED:.2%}.** "
            f"{known}, and {planted}: both curves fall, because truncation (and kinks) shrink with the "
            "step whatever the gradient. Only below the truncation does the error of the gradient itself "
            "show, as a floor."
        )
    else:
        st.markdown(
            f"**These steps tell them apart.** {known}; {planted}, {times}× as much: its curve stops "
            "falling where truncation ends and the error of the gradient begins."
        )
    if grid == B_GRID:
        st.caption(
            "Published coursework B for IFT 6135, Université de Montréal, plots N = 1 … 24, central "
            "differences of ten weights of the second layer for one example: nothing but steps of 1/24 "
            "and more."
        )
    else:
        st.caption(
            "Published coursework A for IFT 6135, Université de Montréal, plots N = k·10ⁱ with i from 0 "
            "to 5, for the first ten weights of the second matrix. Here k is 1 to 9."
        )
