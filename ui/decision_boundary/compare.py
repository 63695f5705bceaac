"""Compare: the same experiment with two to six values of one field, side by side."""

import numpy as np
import pandas as pd
import streamlit as st

from lab import baseline
from lab.divergence import diverged, surviving, when
from lab.links import compared, limits, unused
from lab.links.fields import example_values
from lab.links.pages import PAGES
from lab.measures import measures
from lab.words import to_tenths
from ui.charts import curves as charts
from ui.decision_boundary import feature_plane
from ui.figures import films, frames, plane_map
from ui.frame.show import show
from ui.frame.tables import show_rows
from ui.sidebar import lock
from ui.timeline import component
from ui.training import progress
from ui.training.cache import cached_view

IN_A_ROW = 3  # panels
ABOVE = "above the most common class"
SHAPES = {"train": "circles: train", "validation": "triangles: validation", "test": "squares: test"}
MARKS = "On every map, the colour of the plane is the predicted class, the colour of a mark its true class; "
EXPLAINED = (
    "Medians and ranges are those after the last epoch, of the networks that did not diverge. *Above the "
    "most common class*: whether the median validation accuracy (training, without a validation set) exceeds "
    "the share in brackets."
)


def varied():
    """Return the names of the fields that Compare varies; () while the page shows one experiment.

    Call before the widgets are drawn: until then, their values may be in the link alone.
    """
    view = PAGES["decision_boundary"].view

    def asked(key):
        linked = lock.text(key) or st.query_params.get(key)
        return st.session_state.get(key) or linked or view[key]

    return compared.names(asked("compare")) if asked("mode") == "Compare" else ()


def choose():
    """Draw the choice of field and values; return both."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        field = lock.control(
            st.selectbox,
            "Compare",
            compared.COMPARABLE,
            key="compare",
            on_change=_suggest,
            width=260,
        )
        values = lock.control(
            st.text_input,
            "Values, separated by /",
            key="values",
            max_chars=200,
            help="Two to six: 3 / 20 / 128, or relu / tanh; for several layers: 8,8 / 16,16, or 0;1 / 0.5.",
        )
    return field, values


def _suggest():
    """Callback: fill in example values of the field just chosen."""
    st.session_state["values"] = example_values(st.session_state["compare"], 3)


def variants(setup, field, text):
    """Return [(value as text, Setup), …], one per panel; raise ValueError with a one-sentence message."""
    panels = []
    for value, experiment in compared.experiments(setup.experiment, field, text).items():
        panel = setup._replace(experiment=experiment)
        limits.check_networks("decision_boundary", experiment.data, panel.configs())
        panels.append((value, panel))
    return panels


def show_unused(chosen, field):
    """Say if the field has no effect on any variant."""
    experiments = [setup.experiment for _, setup in chosen]
    names = compared.names(field)
    if all(unused.has_no_effect(name, one.data, one.train) for name in names for one in experiments):
        st.info(f"{field} has no effect here: every panel shows {unused.same_networks(field)}.")


def panels(chosen, view, field, splits):
    """Train every variant and `draw` the panels.

    Return [(run, its number of epochs), …]; [] if the trainings wait for a click.
    """
    trained = progress.trained([setup for _, setup in chosen])
    if any(run.n_epochs < 0 for run in trained):
        return []
    asked = [setup.experiment.train.epochs for _, setup in chosen]
    st.fragment(draw)([text for text, _ in chosen], trained, asked, view, field, splits)
    return list(zip(trained, asked, strict=True))


def draw(values, trained, asked, view, field, splits):
    """Draw a map of each run at the epoch on show, all with the same axes and colours; a table; the curves.

    `trained` are the runs, `asked` their numbers of epochs. Examples and figures are those of `splits` alone.

    The curves are of the validation loss or, if no run has a validation set, of the training loss.
    """
    planes = feature_plane.choose(trained)
    lasts = [min(n_epochs, run.n_epochs) for n_epochs, run in zip(asked, trained, strict=True)]
    st.caption(MARKS + ", ".join(SHAPES[split] for split in splits) + ".")
    number_place, timeline_place = st.columns([1, 5], gap="small")  # on a phone, one above the other
    with number_place:
        number = component.epoch_number(max(lasts))
    kept = films.kept_of(trained, lasts)
    at = max((epoch for epoch in kept if epoch <= number), default=kept[0])
    film = films.of_panels(trained, lasts, at, view, planes, values)

    def draw_map(i, epochs):
        run, last = trained[i], trained[i].with_parameters(lasts[i]).number
        shown = run.with_parameters(min(at, last)).number
        how = {"epochs": epochs, "until": last, "at": at, "panel": i, "splits": splits}
        plane_map.map_of(run, shown, view, planes[i], part=f"map_{i}", **how)

    # a row of columns for every three panels, so that on a phone they stand in the order of their values
    columns = [
        column for _ in range(0, len(values), IN_A_ROW) for column in st.columns(IN_A_ROW, gap="small")
    ]
    alike = len({plane_map.n_points(run.dataset) for run in trained}) == 1
    split = "validation" if any(len(run.dataset.y_valid) for run in trained) else "train"
    curves, rows, ends, places = [], [], [], []
    for i, (text, run, n_epochs) in enumerate(zip(values, trained, lasts, strict=True)):
        with columns[i]:
            st.markdown(f"**{field} = {text}**")
            places.append(component.part(f"map_{i}").empty())
            with places[-1].container():
                draw_map(i, film.epochs_made)
            if not alike:
                plane_map.show_number_drawn(run.dataset, frames.MOST_POINTS_IN_PANEL)
            for sentence in frames.left_out(run, n_epochs):
                st.caption(sentence)
        frame = cached_view(frames.curves, run, n_epochs)
        losses = frame[(frame["quantity"] == "loss") & (frame["split"] == split)]
        curves.append(losses.assign(value=text))
        rows.append({field: text} | _row(run, n_epochs, splits))
        ends.append(_end(text, losses, run.at(n_epochs).records))
    if alike:
        plane_map.show_number_drawn(trained[0].dataset, frames.MOST_POINTS_IN_PANEL)
    show_rows(rows)
    baselines = {
        baseline.sentence(run.dataset, splits=[frames.SPLITS[name] for name in splits]) for run in trained
    }
    st.caption(" ".join([EXPLAINED, *(baselines if len(baselines) == 1 else ())]))
    frame = pd.concat(curves)
    if len(frame):
        name = {"validation": "Validation", "train": "Training"}[split]
        n = len(trained[0].configs)
        of = "of one network each" if n == 1 else f"median and spread of {n} networks"
        finding = f"{name} loss by epoch, {of}"
        losses = measures(run.configs[0].loss for run in trained)
        chart = charts.compared(frame, finding, epoch=at, losses=losses)
        with component.part("compared"):
            show(chart, f"One line per value of {field}", f"{finding}: {'; '.join(filter(None, ends))}")
    with timeline_place:
        plays = bool(film.epochs) and film.may_be_made()
    if plays:
        with timeline_place, progress.spinner(film.seconds, "Drawing the other epochs …"):
            film.made()
        for i, place in enumerate(places if not film.epochs_made else ()):
            with place.container():
                draw_map(i, film.epochs)
        with timeline_place:
            component.timeline(film.epochs, at, film.said(), film.left_out)


def _end(value, losses, records):
    """Return in words the networks' last loss, or that they diverged; "" without a curve."""
    if not surviving(records):
        return f"{value}: {diverged(records)}"
    lost = f", {diverged(records)}" if diverged(records) else ""
    if losses.empty:
        return ""
    last = f"{losses['median'].iloc[-1]:.3g}"
    return (
        f"{value} ends at {last}{lost}" if losses["epoch"].any() else f"{value}: {last} before training{lost}"
    )


def _row(run, n_epochs, splits):
    """Return a row of the table: the median and range of the final accuracy on each split, and the cost.

    They are over the networks that did not diverge.
    """
    records = run.at(n_epochs).records
    row, left, dataset = {}, surviving(records), run.dataset
    short = "valid" if len(dataset.y_valid) else "train"
    y, judged = getattr(dataset, f"y_{short}"), [getattr(record, f"{short}_accuracy") for record in left]
    above = baseline.exceeds(np.median(judged), y) if left else None
    above = {True: "yes", False: "no", None: "–"}[above]
    for split in splits:
        values = np.array([getattr(r, f"{frames.SPLITS[split]}_accuracy") for r in left])
        values = values[np.isfinite(values)]
        row[f"{split} accuracy"] = (
            f"{to_tenths(np.median(values))} ({to_tenths(values.min())} – {to_tenths(values.max())})"
            if len(values)
            else "–"
        )
    n_features, n_classes = dataset.X_train.shape[1], len(dataset.class_names)
    lost = [record for record in records if record.diverged]
    return row | {
        ABOVE: f"{above} ({to_tenths(baseline.share(y))})",
        "diverged": f"{len(lost)} of {len(records)}" + (f" {when(lost)}" if lost else ""),
        "parameters": f"{run.configs[0].n_parameters(n_features, n_classes):,}",
        "seconds": f"{run.at(n_epochs).seconds:.2f}",
    }
