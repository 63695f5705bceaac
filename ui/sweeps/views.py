"""The charts of a sweep: results by field, curves by value, maps, costs, and which fields matter."""

import numpy as np
import pandas as pd
import streamlit as st

from ui.charts import sweeps as drawn
from ui.frame.show import show
from ui.sweeps import results, shapes
from ui.sweeps.space import GRID
from ui.training.cache import cache, cached_view

STATE = st.session_state
COSTS = ("parameters", "seconds")
MOST_VALUES = 12  # of a field with one line or one chart per value


def overview(plan, run, metric, selected=None, *, live=False):
    """Draw the results against the first field, coloured by the second; `live` while the sweep runs."""
    table = cached_view(results.trials, plan, run, metric)
    frame = table.dropna(subset=["median"]).drop(columns=["curve", "link", "status"])
    if frame.empty or not plan.fields:
        st.info("Nothing has come in yet that could be drawn.")
        return
    field = plan.fields[0]
    other = next((f for f in plan.fields[1:] if 1 < frame[f].nunique() <= MOST_VALUES), None)
    best = frame.iloc[0]
    title = (
        f"{metric.capitalize()}: best {_figure(metric, best['median'])} at {settings_in_words(plan, best)}"
    )
    chart = drawn.against(
        frame, field, metric, title, other=other, joined=plan.design == GRID, selected=selected
    )
    kind = f"A point a trial over {field}, with the range of its seeds"
    if live:  # drawn repeatedly in one run of the page, where a key may be used only once
        show(chart, kind, title)
    else:
        show(chart, kind, title, key="_pick_overview", on_select=_picked("_pick_overview"))


def metric():
    """Draw the choice of the metric that ranks the trials; return its name."""
    return st.segmented_control(
        "Judge by",
        list(results.METRICS),
        default="validation accuracy",
        key="metric",
        bind="query-params",
        required=True,
    )


def usable_metric(plan, metric):
    """Return the metric, or that of the training set, and say so, if there is no validation set."""
    if metric.startswith("training") or _n_valid(plan.base.data):
        return metric
    st.info("There is no validation set in this split: trials are judged by the training set.")
    return metric.replace("validation", "training")


def chosen():
    """Return the number of the trial that was clicked last, or None."""
    return STATE.get("_trial")


def closer(plan, run, table, metric):
    """Draw the chart that the visitor has chosen: curves, small multiples, map, coordinates or cost."""
    if not plan.fields:
        st.info("Nothing varies: choose a field in the sidebar.")
        return
    names = ["Curves", "Small multiples", "Map", "Coordinates", "Cost"]
    view = st.segmented_control(
        "View", names, default="Curves", key="view", bind="query-params", required=True
    )
    match view:
        case "Curves" | "Small multiples":
            field = st.selectbox("By", plan.fields, key="_by", width=240)
            (curves if view == "Curves" else multiples)(plan, run, field)
        case "Map":
            heat(plan, table, metric)
        case "Coordinates":
            parallel(plan, table, metric)
        case "Cost":
            cost(table, metric)


def settings_in_words(plan, row):
    """Return a row's settings as text for a sentence."""
    return ", ".join(f"{field} {row[field]}" for field in plan.fields) or "the base"


def curves(plan, run, field):
    """Draw training and validation loss by epoch, one line per value of a field."""
    columns = st.columns(2, gap="medium")
    for column, (name, title) in zip(
        columns, (("train_loss", "Training loss"), ("valid_loss", "Validation loss")), strict=True
    ):
        frame = cached_view(results.by_value, plan, run, field, name)
        with column:
            if frame.empty:
                st.info(f"{title}: nothing to draw.")
            elif frame["value"].nunique() > MOST_VALUES:
                st.info(f"{title}: {field} has too many values for a line each; see the other views.")
            else:
                finding = f"{title} by {field}: median and quartiles"
                last = frame[frame["epoch"] == frame["epoch"].max()].sort_values("median")
                least = f"; least at the end with {last['value'].iloc[0]}: {last['median'].iloc[0]:.3g}"
                show(drawn.by_value(frame, field, "loss", finding), "A line a value", finding + least)


def multiples(plan, run, field):
    """Draw training and validation loss, one small chart per value of a field."""
    parts = [
        cached_view(results.by_value, plan, run, field, name).assign(split=split)
        for split, name in (("train", "train_loss"), ("validation", "valid_loss"))
    ]
    frame = pd.concat(parts)
    if frame.empty or frame["value"].nunique() > MOST_VALUES:
        st.info(f"{field} has no values, or too many, for a chart each.")
        return
    title = f"Training and validation loss by {field}"
    show(drawn.multiples(frame, field, title), "A small chart a value", title)


def heat(plan, table, metric):
    """Draw the map of any two fields."""
    if len(plan.fields) < 2:
        st.info("A map needs two fields that vary.")
        return
    with st.container(horizontal=True):
        x = st.selectbox("Across", plan.fields, key="_heat_x", width=240)
        others = [field for field in plan.fields if field != x]
        y = st.selectbox("Up", others, key="_heat_y", width=240)
    larger = results.METRICS[metric][1]
    frame = shapes.cells(plan, table, x, y, larger)
    if frame.empty:
        st.info("Nothing has come in yet that could be drawn.")
    elif len(frame) > 400:
        st.info("There are too many pairs of values for a map; the scatter and the coordinates show them.")
    else:
        title = f"{metric.capitalize()} by {x} and {y}: click a cell to open its best trial"
        show(
            drawn.heat(frame, x, y, metric, title),
            "A map of pairs of values",
            title,
            key="_pick_heat",
            on_select=_picked("_pick_heat"),
        )


def parallel(plan, table, metric):
    """Draw every trial as a line across all fields."""
    frame = shapes.axes(plan, table)
    if frame.empty:
        return
    title = f"Every trial across the fields, coloured by {metric}: click a line to open it"
    larger = results.METRICS[metric][1]
    chart = drawn.parallel(frame, metric, larger, title, selected=chosen())
    show(chart, "Parallel coordinates", title, key="_pick_lines", on_select=_picked("_pick_lines"))


def cost(table, metric):
    """Draw the results against their cost, with the Pareto front."""
    by = st.segmented_control("Cost", COSTS, default="parameters", key="_cost", required=True)
    larger = results.METRICS[metric][1]
    frame = table.dropna(subset=["median"]).drop(columns=["curve", "link", "status"])
    if frame.empty:
        return
    frame = frame.assign(front=shapes.pareto(frame, by, larger))
    n = int(frame["front"].sum())
    title = f"{n} of {len(frame)} trials are on the front: nothing is both cheaper and better"
    show(
        drawn.cost(frame, by, metric, title, selected=chosen()),
        f"{metric} against {by}",
        title,
        key="_pick_cost",
        on_select=_picked("_pick_cost"),
    )


def matters(plan, run, metric):
    """Draw the effects of the fields as bars, next to the noise of the seeds."""
    effects, estimator = cached_view(results.what_matters, plan, run, metric)
    if not effects:
        st.info(estimator)
        return
    rows = []
    for effect in effects[:12]:
        significant = effect.p_value < results.ALPHA if np.isfinite(effect.p_value) else False
        words = "" if significant else "cannot be told from noise"
        if not np.isfinite(effect.p_value):
            words = "noise unknown: one seed"
        rows.append(
            {
                "effect": " × ".join(effect.fields),
                "share": effect.share,
                "noise": effect.noise,
                "told": bool(significant),
                "words": words,
            }
        )
    frame = pd.DataFrame(rows)
    first = frame.iloc[0]
    title = f"{first['effect']} explains {first['share']:.0%} of the differences in {metric}"
    show(drawn.effects(frame, title), "A bar an effect, with a tick where noise alone would end", title)
    if estimator == "grid":
        st.caption(
            f"Exact, as the grid is complete: the shares of all {len(effects)} effects sum to "
            f"{sum(effect.share for effect in effects):.3f}. Orange ticks: what the noise of the seeds "
            f"alone would "
            f"give. *Cannot be told from noise*: at the level of {results.ALPHA:.0%}, seeds as blocks."
        )
    else:
        st.caption(
            "Estimated, as there is no complete grid: the share of the variance of the results that lies "
            "between "
            "the means of five bins of each field (correlation ratio); orange ticks: what a shuffled "
            "order would "
            "give on average. The shares need not sum to one."
        )


def _n_valid(data):
    """Return the number of validation examples; the number in the split if the data cannot be loaded."""
    try:
        return len(cache().dataset(data).y_valid)
    except (ValueError, OSError):
        return data.split_sizes()[0][1]


def _figure(metric, value):
    return f"{value:.1%}" if metric.endswith("accuracy") else f"{value:.4g}"


def _picked(key):
    """Return a callback that opens the trial of the mark that was clicked."""

    def callback():
        picked = STATE[key].get("selection", {}).get("pick") or []
        if picked:
            STATE["_trial"] = int(picked[0]["trial"])

    return callback
