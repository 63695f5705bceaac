"""The choice of the map's plane through a table's features, and of the values of the other features."""

import numpy as np
import streamlit as st

from lab import feature_planes
from lab.links import feature_plane
from lab.links.feature_plane import AUTOMATIC, COMPONENTS, FEATURES, PLANES, VIEW, Asked
from lab.links.reading import Unusable
from lab.words import as_plain_text
from ui.figures import plane_map, section_planes
from ui.frame.show import show_sentence
from ui.sidebar import lock
from ui.training.cache import cached_view

KEYS = ("_to_move",)
STATE = st.session_state
MOST_SLIDERS, FIRST_SLIDERS, MOST_TEXT = 8, 2, 5000
STEPS = 100  # steps of a slider from the least to the largest value of its feature


def choose(runs):
    """Draw the controls of the plane if any run has a table; return the Plane of each run.

    Runs with the same features share a plane; runs on points share another. The controls belong to the first
    table.
    """
    points = [run for run in runs if not feature_plane.has_section(run.dataset)]
    plane, shared = plane_map.plane_of_runs(points) if points else None, {}
    tables = [run for run in runs if run not in points]
    for run in tables:
        known = feature_planes.names(run.dataset)
        if known not in shared:
            asked = Asked() if shared else _draw(run.dataset)
            shared[known] = cached_view(_plane_of, run, asked)
    if len(shared) > 1:
        st.caption(
            f"These controls set the plane of {tables[0].dataset.name}. A table with other features is drawn "
            "on the plane of the two features that separate its classes best."
        )
    return [plane if run in points else shared[feature_planes.names(run.dataset)] for run in runs]


def _plane_of(run, asked):
    """Return the Plane for an Asked."""
    return section_planes.plane_of_table(run.dataset, feature_plane.section(run.dataset, asked))


def shown(run):
    """Return the Plane of a run's dataset by the page's controls, without drawing them."""
    dataset = run.dataset
    if not feature_plane.has_section(dataset):
        return plane_map.plane_of_runs([run])
    fixed = lock.fixed()
    values = {
        key: lock.linked_value(key, first) if key in fixed else STATE.get(key) or first
        for key, first in VIEW.items()
    }
    try:
        held = feature_plane.parse_held(values["held"], len(feature_planes.names(dataset)))
    except Unusable:
        held = {}
    return _plane_of(run, Asked(**values | {"held": tuple(held.items())}))


def _draw(dataset):
    """Draw the controls and return the Asked."""
    known = feature_planes.names(dataset)
    _forget_another_table(dataset, known)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        plane = lock.control(
            st.segmented_control,
            "Plane of",
            PLANES,
            key="plane_of",
            help="The map is a plane through the space of the features. Principal components are the "
            "directions in which the training examples vary most, after each feature is divided by its "
            "standard deviation.",
        )
        if plane == COMPONENTS:
            return Asked(COMPONENTS)
        options = [AUTOMATIC, *feature_plane.axis_names(known)]
        explained = (
            f"{AUTOMATIC}: the feature with the largest share of its variance between the class means; two "
            "inputs of the same column of texts only if no other column varies."
        )
        across, up = (
            lock.control(st.selectbox, label, options, key=key, width=200, help=explained)
            for label, key in (("Across", "across"), ("Up", "up"))
        )
    asked = Asked(FEATURES, across, up)
    return asked._replace(held=tuple(_held(dataset, known, asked).items()))


def _forget_another_table(dataset, known):
    """Forget axes and fixed values that were chosen for a table with other features; keep those of a link."""
    whose = dataset.name, known
    if STATE.setdefault("_features_of", whose) != whose:
        STATE["_features_of"] = whose
        STATE["held"] = VIEW["held"]
        STATE.pop("_to_move", None)
    for key in ("across", "up"):
        if STATE.get(key) not in (None, AUTOMATIC, *feature_plane.axis_names(known)):
            STATE[key] = AUTOMATIC


def _held(dataset, known, asked):
    """Draw sliders for the features that are not on the axes; return {number: value} of those moved."""
    shown = feature_plane.axes(dataset, asked.across, asked.up)
    others = [k for k in feature_planes.by_separation(dataset) if k not in shown]
    if not others:
        return {}
    place = st.expander(f"Features held fixed: {len(others)}")
    if lock.hides("held"):
        text = lock.linked_value("held", VIEW["held"])
    else:
        text = STATE.get("held") or st.query_params.get("held", "")
    try:
        held = feature_plane.parse_held(text, len(known))
    except Unusable as problem:
        show_sentence(st.warning, f"{problem} The medians are used instead.", ":material/report:")
        held = {}
    if lock.hides("held"):
        return held
    with place:
        _sliders(dataset, known, others, held)
        lock.control(
            st.text_input,
            "Fixed values in the link",
            key="held",
            max_chars=MOST_TEXT,
            help="The number of a feature, in the order of the table, and its value: 1=5.8;2=3. All others "
            "have their training-set medians.",
        )
    return held


def _sliders(dataset, known, others, held):
    """Draw a slider for each fixed feature, or, if there are many, for those chosen."""
    if len(others) > MOST_SLIDERS:
        first = [k for k in others if k in held] or others[:FIRST_SLIDERS]
        chosen = st.multiselect(
            "Features to move",
            [known[k] for k in others],
            [known[k] for k in first[:MOST_SLIDERS]],
            key="_to_move",
            max_selections=MOST_SLIDERS,
        )
        others = [known.index(name) for name in chosen]
    raw, medians = feature_planes.raw_features(dataset), feature_planes.medians(dataset)
    columns = st.columns(2)
    lows, highs = (feature_planes.rounded(dataset, ends) for ends in (raw.min(axis=0), raw.max(axis=0)))
    for place, k in enumerate(others):
        low, high = lows[k], highs[k]
        value = held.get(k, medians[k])
        low, high = min(low, value), max(high, value)
        if low == high:
            columns[place % 2].text(f"{known[k]} is {low:g} in every training example.")
            continue
        whole = bool((np.abs(raw[:, k] - raw[:, k].round()) < 1e-5 * max(1.0, abs(high))).all())
        step = max(1.0, float(round((high - low) / STEPS))) if whole else float(f"{(high - low) / STEPS:.1g}")
        key = f"_held_{k}"
        if STATE.get(key) != value:
            STATE[key] = value
        columns[place % 2].slider(
            as_plain_text(known[k]),
            low,
            high,
            step=step,
            key=key,
            format="%.6g",
            on_change=_move,
            args=(k, medians[k], len(known)),
        )


def _move(k, median, n_features):
    """Callback: write a slider's value to the text of the link; leave out a feature at its median.

    A text that cannot be used, which the page has replaced by the medians, is dropped.
    """
    value = STATE[f"_held_{k}"]
    try:
        held = feature_plane.parse_held(STATE.get("held") or "", n_features)
    except Unusable:
        held = {}
    held = {one: at for one, at in held.items() if one != k}
    STATE["held"] = feature_plane.held_text(held | ({k: value} if value != median else {}))
