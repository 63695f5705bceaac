"""The charts of a sweep: results by field, curves by value, maps, coordinates and costs."""

import pandas as pd
import streamlit as st

from lab.links.sweep_plan import GRID, METRICS
from lab.measures import measures
from lab.sweeps import field_values, leaderboard
from lab.words import counted, listed
from ui.charts import sweeps as charts
from ui.frame.show import show
from ui.frame.visit import visit
from ui.report.only_here import only_here
from ui.sidebar import lock
from ui.sweeps import results
from ui.training.cache import cache, cached_view

KEYS = ("_by", "_heat_x", "_heat_y", "_cost")  # of the widgets that choose what a view shows
COSTS = ("parameters", "seconds")
MOST_VALUES = 12  # most values of a field with one line or one chart per value
MOST_CELLS = 400  # most cells of a map
UNDRAWN = ["curve", "link", "status", "behind", "behind_low", "behind_high", "indistinct"]  # most columns
OPEN_CELL = only_here(": click a cell to open its best trial")
OPEN_LINE = only_here(": click a line to open it")
NOTHING = "There is no result to draw."


def overview(plan, run, metric, *, live=False):
    """Draw the results against the first field, coloured by the second; `live` while the sweep runs."""
    table = cached_view(results.trials, plan, run, metric)
    frame = _finished(table)
    undrawn = leaderboard.without_median(table["status"], table["median"], plan.n_seeds)
    if frame.empty:
        st.info(undrawn or NOTHING)
        return
    settings = settings_in_words(plan, frame.iloc[0])
    title = leaderboard.headline(table["median"].to_numpy(), metric, plan.n_seeds, settings)
    if not plan.fields:
        st.markdown(f"**{title}**")
        return
    field = plan.fields[0]
    others = [name for name in plan.fields[1:] if frame[name].nunique() > 1]
    other = next((name for name in others if frame[name].nunique() <= MOST_VALUES), None)
    apart = [name for name in others if name != other]
    # while the sweep runs, this is drawn repeatedly in one run of the page, and a key may be used only once
    selected, picking = (None, {}) if live else (visit().trial, _picking("_pick_overview"))
    joined = plan.design == GRID
    look = {"joined": joined, "selected": selected, "losses": losses_of(plan)}
    values = {name: field_values.ordered(plan, name) for name in (field, other) if name}
    chart = charts.against(frame, field, metric, title, values, other=other, apart=apart, **look)
    show(chart, f"One point per trial over {field}, with the range of its seeds", title, **picking)
    if joined and apart:
        same = f"Lines with the same value of {other}" if other else "The lines"
        st.caption(f"Each line joins trials that differ only in {field}. {same} differ in {listed(apart)}.")
    if undrawn:
        st.caption(undrawn)


def choose_metric(plan):
    """Draw the choice of the metric that ranks the trials; return its name.

    If no trial has a validation set, say so and return that of the training set instead.
    """
    metric = lock.choose("Judge by", list(METRICS), key="metric")
    several = dict.fromkeys(trial.data for trial in plan.sweep.trials) or {plan.base.data: None}
    if metric.startswith("training") or any(map(_n_valid, several)):
        return metric
    missing = (
        "There is no validation set in this split" if len(several) == 1 else "No trial has a validation set"
    )
    st.info(f"{missing}: trials are judged by the training set.")
    return metric.replace("validation", "training")


def settings_in_words(plan, row):
    """Return a row's settings as part of a sentence."""
    return ", ".join(f"{field} {row[field]}" for field in plan.fields) or "the base"


def chosen_view(plan, run, table, metric):
    """Draw the chart that the visitor chose: curves, small multiples, map, coordinates or cost."""
    if not plan.fields:
        st.info("Nothing varies: choose a field in the sidebar.")
        return
    names = ["Curves", "Small multiples", "Map", "Coordinates", "Cost"]
    view = lock.choose("View", names, key="view")
    match view:
        case "Curves" | "Small multiples":
            field = st.selectbox("By", plan.fields, key="_by", width=240)
            (_curves if view == "Curves" else _multiples)(plan, run, field)
            _say_diverged(run)
        case "Map":
            _heat(plan, table, metric)
        case "Coordinates":
            _parallel(plan, table, metric)
        case "Cost":
            _cost(plan, table, metric)


def _say_diverged(run):
    lasts = [outcome.records[-1] for outcome in run.outcomes.values() if outcome.records]
    n = sum(last.diverged for last in lasts)
    if n:
        drawn = "its curve ends" if n == 1 else "their curves end"
        others = ", and the medians include only the others" if n < len(lasts) else ""
        st.caption(f"{counted(n, 'run')} diverged; {drawn} there{others}.")


def _curves(plan, run, field):
    for column, split in zip(st.columns(2, gap="medium"), ("training", "validation"), strict=True):
        title, frame = f"{split.capitalize()} loss", _losses(plan, run, field, split)
        with column:
            if frame.empty:
                st.info(f"{title}: nothing to draw.")
            elif frame["value"].nunique() > MOST_VALUES:
                st.info(f"{title}: {field} has too many values for a line each; see the other views.")
            else:
                finding = f"{title} by {field}: median and quartiles"
                chart = charts.by_value(frame, finding, losses_of(plan))
                show(chart, "One line per value", finding + lowest(frame, field, run))


def lowest(frame, field, run):
    """Return in words which values end with the lowest median; only runs that reach the end count.

    If all runs of the frame diverged, the values are compared at the last epoch that one of them reached.
    """
    reached, when = frame["epoch"].isin(results.ends(run)), "at the end"
    asked = frame["value"].astype(str)
    if field == "epochs":
        reached &= (asked == frame["epoch"].astype(str)) | asked.str.contains(" to ")  # or a bin of values
    if not reached.any():
        reached, end = True, frame["epoch"].max()
        when = f"after epoch {end}, the last before all diverged,"
    elif field == "epochs":
        end = frame.groupby("value")["epoch"].transform("max")
    else:
        end = frame.loc[reached, "epoch"].max()
    trained = (frame["epoch"] > 0) | ((field == "epochs") & (asked == "0"))  # or no epoch was asked for
    last = frame[reached & trained & (frame["epoch"] == end)]
    if last.empty:
        return ""
    lowest = last["median"].min()
    values = last.loc[last["median"] <= lowest * (1 + leaderboard.TIE), "value"]
    if (n := frame["value"].nunique()) == 1:
        return f"; {lowest:.3g} {when.rstrip(',')}"
    if len(values) == n:
        same = (
            "end at the same median" if when == "at the end" else f"have the same median {when.rstrip(',')}"
        )
        return f"; {'both values' if n == 2 else f'all {n} values'} {same}, {lowest:.3g}"
    return f"; lowest {when} with {listed(list(values))}: {lowest:.3g}"


def _multiples(plan, run, field):
    splits = {"train": "training", "validation": "validation"}
    frames = {split: _losses(plan, run, field, name) for split, name in splits.items()}
    frame = pd.concat(one.assign(split=split) for split, one in frames.items())
    if frame.empty or frame["value"].nunique() > MOST_VALUES:
        st.info(f"{field} has no values, or too many, for a chart each.")
        return
    which = "Training and validation" if (frame["split"] == "validation").any() else "Training"
    title = f"{which} loss by {field}"
    by_split = (
        (f"{name.capitalize()} loss by {field}: median", frames[split]) for split, name in splits.items()
    )
    words = ". ".join(f"{start}{lowest(one, field, run)}" for start, one in by_split if len(one))
    show(charts.multiples(frame, field, title, losses_of(plan)), "One small chart per value", words)


def losses_of(plan, number=0):
    """Return the `measures` of the losses that a plan's trials minimize, or trial `number` alone."""
    experiments = plan.experiments()
    if number:
        experiments = [experiments[row] for row in plan.rows(number - 1)]
    return measures(config.loss for _, config in experiments)


def _losses(plan, run, field, split):
    return cached_view(results.by_value, plan, run, field, METRICS[f"{split} loss"][0])


def _heat(plan, table, metric):
    if len(plan.fields) < 2:
        st.info("A map needs two fields that vary.")
        return
    with st.container(horizontal=True):
        x = st.selectbox("Across", plan.fields, key="_heat_x", width=240)
        others = [field for field in plan.fields if field != x]
        y = st.selectbox("Up", others, key="_heat_y", width=240)
    frame = results.cells(plan, table, x, y)
    if frame.empty:
        st.info(NOTHING)
    elif len(frame) > MOST_CELLS:
        st.info("There are too many pairs of values for a map; the other views show them.")
    else:
        title = f"Median {metric} by {x} and {y}{OPEN_CELL}"
        values = {field: list(dict.fromkeys(results.labelled(plan, field).values())) for field in (x, y)}
        chart = charts.heat(frame, x, y, metric, title, values)
        show(chart, "A map of pairs of values", title, **_picking("_pick_heat"))


def _parallel(plan, table, metric):
    frame = results.coordinates(plan, table)
    if frame.empty:
        return
    which = "Every trial with a result" if table["median"].isna().any() else "Every trial"
    title = f"{which} across the fields, coloured by {metric}{OPEN_LINE}"
    chart = charts.parallel(frame, metric, title, selected=visit().trial)
    show(chart, "Parallel coordinates", title, **_picking("_pick_lines"))


def _cost(plan, table, metric):
    by = st.segmented_control("Cost", COSTS, default="parameters", key="_cost", required=True)
    frame = _finished(table)
    if frame.empty:
        return
    frame = frame.assign(front=results.pareto(frame, by, METRICS[metric][1]))
    n_front = int(frame["front"].sum())
    verb = "is" if n_front == 1 else "are"
    title = (
        f"{n_front} of {counted(len(frame), 'trial')} {verb} on the front: nothing is cheaper and as good, "
        "or as cheap and better"
    )
    chart = charts.cost(frame, by, metric, title, selected=visit().trial, losses=losses_of(plan))
    show(chart, f"{metric} against {by}", title, **_picking("_pick_cost"))


def _finished(table):
    """Return the trials that have a result, without the columns that no chart shows."""
    return table.dropna(subset=["median"]).drop(columns=UNDRAWN)


def _n_valid(data):
    """Return the number of validation examples; the number in the split if the data cannot be loaded."""
    try:
        return len(cache().dataset(data).y_valid)
    except (ValueError, OSError):
        return data.split_sizes()[0][1]


def _picking(key):
    """Return the options of `show` for a chart whose marks open their trial on a click."""

    def callback():
        picked = st.session_state[key].get("selection", {}).get("pick") or []
        if picked:
            visit().choose_trial(int(picked[0]["trial"]))

    return {"key": key, "on_select": callback}
