"""Every derivative on show: the map of the errors, and the table."""

import numpy as np
import pandas as pd
import streamlit as st

from mlp.checks.judgement import CAUSES
from ui.charts import gradient_check as charts
from ui.frame.show import show
from ui.gradient_check.subject import check_key
from ui.training.cache import cache

MARKS = dict.fromkeys(("rounding", "truncation", "unresolved"), "·")
MARKS |= {"kink": "×", "unexplained": "!", "not a number": "!"}
FIGURES = ("analytic", "numeric", "error", "relative_error")
HEADINGS = {"name": "parameter", "error": "absolute error", "relative_error": "relative error"}
MOST_COLUMNS, MOST_CELLS = 72, 2600
BINS = np.logspace(-17, 1, 37)


def derivatives(subject, result):
    """Return one row per derivative, in the order of the check."""
    check, judgement = result
    columns = {"name": subject.labels(check.index)}
    columns |= {name: getattr(check, name).astype(float) for name in FIGURES}
    return pd.DataFrame(columns | {"cause": [CAUSES[cause] for cause in judgement.cause]})


def table(subject, result):
    """Return one row per derivative, the worst first."""
    frame = derivatives(subject, result).rename(columns=HEADINGS)
    frame.insert(len(frame.columns) - 1, "crosses a kink", result.check.crosses_kink)
    return frame.sort_values("relative error", ascending=False, kind="stable", na_position="first")


def show_table(plan, subject, result):
    """Show the table, and return it; its columns can be sorted."""
    frame = cache().view(("table", check_key(plan, subject)), lambda: table(subject, result))
    exact = st.column_config.NumberColumn(format="%.8e")
    rough = st.column_config.NumberColumn(format="%.1e")
    columns = {"analytic": exact, "numeric": exact, "absolute error": rough, "relative error": rough}
    st.dataframe(frame, hide_index=True, height=300, column_config=columns)
    return frame


def draw(plan, subject, result, title):
    """Draw the map of the errors; for a large network their distribution in each tensor."""
    name = check_key(plan, subject)
    columns = sum(W.shape[1] for W, _ in subject.params) + len(subject.params)
    errors = result.check.relative_error[np.isfinite(result.check.relative_error)]
    finding = "No relative error is a number"
    if errors.size:
        least, most = (f"{error:.0e}" if error else "0" for error in (errors.min(), errors.max()))
        finding = f"Relative errors from {least} to {most}"
    if columns > MOST_COLUMNS or subject.n_parameters > MOST_CELLS:
        frame = cache().view(("histogram", *name), lambda: histogram(subject, result))
        chart = charts.error_histogram(frame, title)
    else:
        cells, blocks = cache().view(("tiles", *name), lambda: tiles(subject, result))
        chart = charts.error_map(cells, blocks, title)
    show(chart, title, finding)


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
    light = cells["shade"] > 1e-6
    cells["ink"] = np.where(cells["shade"].isna(), "#808080", np.where(light, "black", "white"))
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
