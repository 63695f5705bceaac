"""Every derivative on show: the map of the errors, and the table."""

import numpy as np
import pandas as pd
import streamlit as st

from mlp.checks.judgement import CAUSES
from ui.charts import gradient_check as charts
from ui.frame.show import show
from ui.gradient_check.subject import check_key, viewed

MARKS = dict.fromkeys(("rounding", "truncation", "unresolved"), "·")
MARKS |= {"kink": "×", "unexplained": "!", "not a number": "!"}
MOST_COLUMNS, MOST_CELLS = 72, 2600
BINS = np.logspace(-17, 1, 37)


def table(subject, result):
    """A row a derivative, the worst first."""
    check, found = result
    frame = pd.DataFrame(
        {
            "parameter": labels(subject, check.index),
            "analytic": check.analytic.astype(float),
            "numeric": check.numeric.astype(float),
            "absolute error": check.error.astype(float),
            "relative error": check.relative_error.astype(float),
            "crosses a kink": check.crosses_kink,
            "cause": [CAUSES[cause] for cause in found.cause],
        }
    )
    return frame.sort_values("relative error", ascending=False, kind="stable", na_position="first")


def show_table(frame):
    """The table, whose columns sort."""
    exact = st.column_config.NumberColumn(format="%.8e")
    rough = st.column_config.NumberColumn(format="%.1e")
    columns = {"analytic": exact, "numeric": exact, "absolute error": rough, "relative error": rough}
    st.dataframe(frame, hide_index=True, height=300, column_config=columns)


def draw(asked, subject, result, title):
    """The map of the errors; of large networks how they spread in each tensor."""
    (check, _), name = result, check_key(asked, subject)
    columns = sum(W.shape[1] for W, _ in subject.params) + len(subject.params)
    errors = check.relative_error[np.isfinite(check.relative_error)]
    finding = "No relative error is a number"
    if errors.size:
        finding = f"Relative errors from {_shown(errors.min())} to {_shown(errors.max())}"
    if columns > MOST_COLUMNS or subject.n_parameters > MOST_CELLS:
        show(
            charts.error_histogram(viewed(("histogram", *name), lambda: histogram(subject, result)), title),
            title,
            finding,
        )
        return
    cells, blocks = viewed(("tiles", *name), lambda: tiles(subject, result))
    show(charts.error_map(cells, blocks, title), title, finding)


def tiles(subject, result):
    """(cells, blocks) of the map: a block a layer, from left to right."""
    check, found = result
    place = {int(i): n for n, i in enumerate(check.index)}
    parts, blocks, offset, start = [], [], 0.0, 0
    for layer, (W, b) in enumerate(subject.params, start=1):
        entries = start + np.arange(W.size + b.size)
        rows, columns = np.divmod(np.arange(W.size + b.size), W.shape[1])
        top = rows + np.where(rows == W.shape[0], 0.3, 0.0)  # the biases stand a little apart
        frame = pd.DataFrame({"index": entries, "left": offset + columns, "top": top})
        frame = frame[frame["index"].isin(place)]
        start += W.size + b.size
        if frame.empty:
            continue
        parts.append(frame)
        name = subject.tensors[[t.layer for t in subject.tensors].index(layer)].name
        blocks.append({"left": offset, "top": 0.0, "text": f"{name}, {W.shape[0]} × {W.shape[1]}"})
        offset += max(W.shape[1], 3) + 1.0
    cells = pd.concat(parts, ignore_index=True)
    order = [place[i] for i in cells["index"]]
    values = {"analytic": check.analytic, "numeric": check.numeric, "error": check.error}
    for column, value in (values | {"relative_error": check.relative_error}).items():
        cells[column] = value[order].astype(float)
    cells["right"], cells["bottom"] = cells["left"] + 1, cells["top"] + 1
    cells["name"] = np.array(labels(subject, check.index), object)[order]
    cells["cause"] = [CAUSES[found.cause[i]] for i in order]
    zero = cells["relative_error"] == 0
    cells["shade"] = cells["relative_error"].where(np.isfinite(cells["relative_error"]) & ~zero)
    cells["mark"] = cells["cause"].map(lambda cause: MARKS.get(cause, "")).where(~zero, "0")
    light = cells["shade"] > 1e-6
    cells["ink"] = np.where(cells["shade"].isna(), "#808080", np.where(light, "black", "white"))
    return cells.drop(columns="index"), pd.DataFrame(blocks)


def histogram(subject, result):
    """Columns tensor, left, right, share, count: the relative errors of each tensor by half a decade."""
    check, _ = result
    parts = []
    for tensor in subject.tensors:
        mine = (check.index >= tensor.start) & (check.index < tensor.start + tensor.size)
        errors = check.relative_error[mine]
        if not mine.any():
            continue
        counts = np.histogram(np.clip(errors[np.isfinite(errors)], BINS[0], BINS[-1]), BINS)[0]
        name = f"{tensor.name}: {mine.sum():,} of {tensor.size:,}"
        columns = {
            "left": BINS[:-1],
            "right": BINS[1:],
            "count": counts,
            "share": counts / counts.max(initial=1),
        }
        parts.append(pd.DataFrame({"tensor": name} | columns))
    frame = pd.concat(parts, ignore_index=True)
    return frame[frame["count"] > 0]


def labels(subject, index):
    """The names of the parameters at these ascending indices."""
    found = []
    for tensor in subject.tensors:
        mine = index[(index >= tensor.start) & (index < tensor.start + tensor.size)]
        found += tensor.labels(mine)
    return found


def _shown(value):
    return f"{value:.0e}" if value else "0"
