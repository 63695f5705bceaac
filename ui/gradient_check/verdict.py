"""The result of a check: the verdict and what does not count, in words; the map of errors; the table."""

import numpy as np
import pandas as pd
import streamlit as st

from lab.gradient_check.in_words import all_zero, largest_compared
from lab.words import at_most, counted, scientific, share_of
from mlp.checks.judgement import CAUSES, HAPPY, UNCOMFORTABLE, WRONG
from ui.charts import gradient_check as charts
from ui.frame.show import show
from ui.frame.tables import show_rows
from ui.gradient_check.details import details
from ui.gradient_check.setup import step_text
from ui.gradient_check.subject import check_key
from ui.training.cache import cache

SOURCE = "[CS231n, Gradient checks](https://cs231n.github.io/neural-networks-3/#gradcheck)"
MARKS = dict.fromkeys(("rounding", "truncation", "unresolved", "too long"), "·")
MARKS |= {"kink": "×", "unexplained": "!", "not a number": "!"}
FIGURES = ("analytic", "numeric", "error", "relative_error")
HEADINGS = {"name": "parameter", "error": "absolute error", "relative_error": "relative error"}
MOST_COLUMNS, MOST_CELLS = 72, 2600
BANDS = {  # relative errors that are above the first and below the second, by kind of verdict
    "wrong": (WRONG, np.inf),
    "uncomfortable": (UNCOMFORTABLE, WRONG),
    "unexplained": (0, UNCOMFORTABLE),
}
BINS = np.logspace(-17, 1, 37)
LOOKS = {  # for each kind of verdict: the element that shows it, and its icon
    "not finite": (st.error, ":material/error:"),
    "wrong": (st.error, ":material/error:"),
    "uncomfortable": (st.warning, ":material/warning:"),
    "unexplained": (st.warning, ":material/rule:"),
    "nothing": (st.warning, ":material/visibility_off:"),
    "blind": (st.warning, ":material/visibility_off:"),
    "usual": (st.success, ":material/check_circle:"),
    "happy": (st.success, ":material/check_circle:"),
}


def sentence(plan, result):
    """Return (st.success or similar, icon, sentence): what the check shows."""
    check, judgement = result
    kind, resolution = judgement.kind, judgement.resolution
    relative, n = float(check.relative_error[judgement.worst]), len(check.index) - count(judgement, "kink")
    of_all = counted(n, "derivative")  # relative errors that can be compared
    least, most = BANDS.get(kind, (0, HAPPY))
    texts = (scientific(relative, digits) for digits in range(2, 18))
    error = next((text for text in texts if least < float(text) < most), scientific(relative))
    largest = f"The largest unexplained relative error of {of_all} is {error}"
    agree = "agrees" if n == 1 else "agree"
    words = {
        "not finite": "**Not numbers.** Some derivatives of this network are not finite: it has diverged, "
        "the step is too small for the number format, or the numbers are too large for it.",
        "wrong": f"**Probably wrong.** {largest}, above 1e-2.",
        "uncomfortable": f"**This should make you feel uncomfortable.** {largest}, between 1e-4 and 1e-2.",
        "unexplained": f"**A small error, but a real one.** {largest}: less than 1e-4, but neither a kink, "
        "nor rounding, nor the length of the step explains it.",
        "nothing": f"**Nothing to compare.** {all_zero(check.analytic, 'All derivatives checked')}.",
        "usual": f"**No error found. Errors below {resolution:.0e} would go unnoticed.** {of_all} {agree} as "
        "far as this scheme, step and precision can tell: a difference of less than "
        f"{resolution:.0e} of {largest_compared(judgement)} is lost in truncation and rounding.",
        "happy": f"**Be happy.** The largest relative error of {of_all} is {error}, below 1e-7.",
    }
    if kind == "blind":
        text = _blind(plan, check, judgement)
    elif kind == "happy" and relative > HAPPY:
        agreeing = check.relative_error[judgement.cause == CAUSES.index("agrees")]
        text = (
            f"**Be happy.** {len(agreeing):,} of {of_all} {'agrees' if len(agreeing) == 1 else 'agree'} "
            f"within {at_most(agreeing.max(initial=0.0), 2)}, below 1e-7; the others differ by less than the "
            "check's own uncertainty."
        )
    else:
        text = words[kind]
    return *LOOKS[kind], text


def show_verdict(plan, result):
    """Show the verdict, then the derivatives that do not count."""
    look, icon, words = sentence(plan, result)
    sentences = details(plan, result)
    with st.container():  # so that the map and the table keep their places
        look(words, icon=icon)
        if sentences:
            st.markdown("\n".join(f"- {line}" for line in sentences))
        st.markdown(f":small[Judged by the bands of {SOURCE} (1e-7, 1e-4, 1e-2).]")


def map_title(plan, subject, result):
    """Return in words what was checked, and how."""
    n, total = len(result.check.index), subject.n_parameters
    derivatives = f"all {n:,}" if n == total else f"{n:,} of {total:,}"
    when = f" after {counted(subject.epoch, 'epoch')}" if subject.epoch else ""
    return (
        f"Relative errors of {derivatives} derivatives{when}: {plan.scheme}, h = {step_text(plan.step)}, "
        f"{plan.precision}, {counted(len(subject.y), 'example')}"
    )


def count(judgement, cause):
    """Return the number of derivatives with this cause."""
    return int((judgement.cause == CAUSES.index(cause)).sum())


def _blind(plan, check, judgement):
    """Return in words why this check cannot tell, and which check can."""
    h, resolution, n = step_text(plan.step), judgement.resolution, len(check.index)
    if judgement.only_kinks:
        crossing = "The only parameter crosses" if n == 1 else f"All {n:,} parameters cross"
        return (
            f"**This check cannot tell.** {crossing} a kink within h = {h}. Choose a smaller step. If a z is "
            "exactly at the kink, as with weights of 0, no step is small enough."
        )
    hides, share = judgement.hides, share_of(resolution, largest_compared(judgement))
    cure = "Choose a smaller step." if hides == "truncation" else _against_rounding(plan, judgement.largest)
    return (
        f"**This check cannot tell.** Nothing contradicts the gradient, but at h = {h} in {plan.precision} "
        f"{hides} would hide any error of up to {share}. {cure}"
    )


def _against_rounding(plan, largest):
    """Return in words which check leaves less rounding, or that none does."""
    if plan.scheme != "complex":
        float64 = " or" if plan.precision == "float64" else ", float64, or"
        return f"Choose a larger step{float64} the complex step."
    if plan.precision != "float64":
        return "Choose float64."
    return f"No other step or format here sees more: the largest derivative is {largest:.0e}."


def derivatives(subject, result):
    """Return one row per derivative, in the order of the check."""
    check, judgement = result
    columns = {"name": subject.labels(check.index)}
    columns |= {name: getattr(check, name).astype(float) for name in FIGURES}
    return pd.DataFrame(columns | {"cause": [CAUSES[cause] for cause in judgement.cause]})


def table(subject, result):
    """Return one row per derivative, worst first."""
    frame = derivatives(subject, result).rename(columns=HEADINGS)
    frame.insert(len(frame.columns) - 1, "crosses a kink", result.check.crosses_kink)
    return frame.sort_values("relative error", ascending=False, kind="stable", na_position="first")


def show_table(plan, subject, result):
    """Show the table and return it; its columns can be sorted."""
    frame = cache().view(("table", check_key(plan, subject)), lambda: table(subject, result))
    exact = st.column_config.NumberColumn(format="%.8e")
    rough = st.column_config.NumberColumn(format="%.1e")
    columns = {"analytic": exact, "numeric": exact, "absolute error": rough, "relative error": rough}
    show_rows(frame, height=300, column_config=columns)
    return frame


def draw_map(plan, subject, result):
    """Draw the map of the errors; for a large network, their distribution in each tensor."""
    name, title = check_key(plan, subject), map_title(plan, subject, result)
    columns = sum(W.shape[1] for W, _ in subject.params) + len(subject.params)
    errors = result.check.relative_error[np.isfinite(result.check.relative_error)]
    finding = "No relative error is a number"
    if errors.size:
        least, most = (f"{error:.0e}" if error else "0" for error in (errors.min(), errors.max()))
        finding = (
            f"Relative errors from {least} to {most}" if least != most else f"Every relative error is {least}"
        )
    if columns > MOST_COLUMNS or subject.n_parameters > MOST_CELLS:
        frame = cache().view(("histogram", *name), lambda: histogram(subject, result))
        chart = charts.error_histogram(frame, title)
    else:
        cells, blocks = cache().view(("tiles", *name), lambda: tiles(subject, result))
        chart = charts.error_map(cells, blocks, title)
    show(chart, "Relative error of each derivative", f"{title}. {finding}")


def tiles(subject, result):
    """Return (cells, blocks) of the map: one block per layer, from left to right."""
    check = result.check
    parts, blocks, offset, start = [], [], 0.0, 0
    for layer, (W, b) in enumerate(subject.params, start=1):
        place = np.flatnonzero((check.index >= start) & (check.index < start + W.size + b.size))
        rows, columns = np.divmod(check.index[place] - start, W.shape[1])
        top = rows + np.where(rows == W.shape[0], 0.3, 0.0)  # the biases stand a little apart
        start += W.size + b.size
        if not place.size:
            continue
        parts.append(pd.DataFrame({"left": offset + columns, "top": top}))
        name = next(tensor.name for tensor in subject.tensors if tensor.layer == layer)
        blocks.append({"left": offset, "top": 0.0, "text": f"{name}, {W.shape[0]} × {W.shape[1]}"})
        offset += max(W.shape[1], 3) + 1.0
    cells = pd.concat(parts, ignore_index=True).join(derivatives(subject, result))
    cells["right"], cells["bottom"] = cells["left"] + 1, cells["top"] + 1
    zero = cells["relative_error"] == 0
    cells["shade"] = cells["relative_error"].where(np.isfinite(cells["relative_error"]) & ~zero)
    cells["mark"] = cells["cause"].map(lambda cause: MARKS.get(cause, "")).where(~zero, "0")
    return cells, pd.DataFrame(blocks)


def histogram(subject, result):
    """Return columns tensor, left, right, count, share: relative errors by tensor and half decade."""
    check, parts = result.check, []
    for tensor in subject.tensors:
        mask = tensor.members(check.index)
        if not mask.any():
            continue
        errors = check.relative_error[mask]
        counts = np.histogram(np.clip(errors[np.isfinite(errors)], BINS[0], BINS[-1]), BINS)[0]
        columns = {"left": BINS[:-1], "right": BINS[1:], "count": counts}
        columns |= {"share": counts / counts.max(initial=1)}
        name = f"{tensor.name}: {mask.sum():,} of {tensor.size:,}"
        parts.append(pd.DataFrame({"tensor": name} | columns))
    frame = pd.concat(parts, ignore_index=True)
    return frame[frame["count"] > 0]
