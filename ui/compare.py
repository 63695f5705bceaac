"""Compare: the same experiment with 2 to 6 values of one field, side by side."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from . import boundary, charts, controls, frames, runs
from .fields import FIELDS
from .share import DATA_FIELDS, Experiment, parse_field

BOTH_PENALTIES = "l1 and l2"
COMPARABLE = (BOTH_PENALTIES, *(name for name in FIELDS if name != "dtype"))
LEAST, MOST = 2, 6
EXAMPLE = {
    "hidden_layer_sizes": "3 / 20 / 128",
    "epochs": "2 / 10 / 30",
    BOTH_PENALTIES: "0.0001 / 0.001 / 0.003",
}


def choose():
    """Draw the choice of field and values; returns both."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        field = st.selectbox(
            "Compare",
            COMPARABLE,
            index=COMPARABLE.index("hidden_layer_sizes"),
            key="compare",
            bind="query-params",
            width=260,
        )
        values = st.text_input(
            "Values, parted by /",
            EXAMPLE["hidden_layer_sizes"],
            key="values",
            bind="query-params",
            max_chars=200,
            help="Two to six: 3 / 20 / 128, or relu / tanh; the layers of one value by commas: 8,8 / 16,16.",
        )
    return field, values


def variants(setup, field, text):
    """[(value as text, Setup)], one a panel; raises ValueError in one sentence."""
    texts = [part.strip() for part in (text or "").split("/") if part.strip()]
    if field == "split":
        raise ValueError("split cannot be compared here, as its values contain the / that parts them.")
    if not LEAST <= len(texts) <= MOST:
        raise ValueError(f"{len(texts)} values are given; allowed: {LEAST} to {MOST}, parted by /.")
    panels = []
    for part in dict.fromkeys(texts):
        names = ("l1", "l2") if field == BOTH_PENALTIES else (field,)
        experiment = setup.experiment
        for name in names:
            value = parse_field(name, part)
            if name in DATA_FIELDS:
                experiment = Experiment(replace(experiment.data, **{name: value}), experiment.train)
            else:
                experiment = Experiment(experiment.data, replace(experiment.train, **{name: value}))
        experiment, problems = controls.within_limits(experiment, setup.n_seeds)
        if problems:
            raise ValueError(problems[0].replace(" The default is used instead.", ""))
        panels.append((part, setup._replace(experiment=experiment)))
    return panels


def panels(compared, view, field):
    """Train every variant, then draw its map with one set of axes and colours, its curves, its row."""
    trained = runs.trained([setup for _, setup in compared])
    plane = boundary.plane(trained)
    columns = st.columns(3 if len(compared) != 4 else 2, gap="small")
    curves, rows = [], []
    for i, ((text, setup), run) in enumerate(zip(compared, trained, strict=True)):
        n_epochs = min(setup.experiment.train.epochs, run.n_epochs)
        with columns[i % len(columns)]:
            st.markdown(f"**{field} = {text}**")
            boundary.map_of(run, run.drawn(n_epochs), view, plane, panel=i)
        frame = frames.curves(run, n_epochs)
        frame = frame[(frame["quantity"] == "loss") & (frame["split"] == "validation")]
        curves.append(frame.assign(value=text))
        rows.append({field: text} | _row(run, n_epochs))
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    frame = pd.concat(curves)
    if len(frame):
        finding = f"Validation loss by epoch, median and spread of {len(trained[0].configs)} networks"
        chart = charts.compared(frame, finding)
        st.altair_chart(chart, width="stretch", alt=f"{finding}, a line for each value of {field}.")
    return trained


def _row(run, n_epochs):
    """Final accuracy, a median and its spread for each split, and what it cost."""
    records = run.records[n_epochs]
    row = {}
    for split, short in frames.SPLITS.items():
        values = np.array([getattr(r, f"{short}_accuracy") for r in records])
        values = values[np.isfinite(values)]
        row[f"{split} accuracy"] = (
            f"{np.median(values):.1%} ({values.min():.1%} – {values.max():.1%})" if len(values) else "–"
        )
    n_features, n_classes = run.dataset.X_train.shape[1], len(run.dataset.class_names)
    return row | {
        "diverged": f"{sum(r.diverged for r in records)} of {len(records)}",
        "parameters": f"{run.configs[0].n_parameters(n_features, n_classes):,}",
        "seconds": f"{frames.seconds(run, n_epochs):.2f}",
    }
