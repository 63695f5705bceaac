"""Showing a chart so that the next one in its place flows on from it."""

from typing import NamedTuple

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st

from ui.training.priority import give_way, in_turn, pause

MOST_KEPT = 800  # charts, of some ten kB each
AHEAD = 0.1  # seconds that the first chart of a page is ahead of the rest, when a control is moved


class Sent(NamedTuple):
    """What the browser is sent of a chart: title, specification, and {name: table} of its frames."""

    title: str
    spec: dict
    tables: dict


def playing():
    """Whether the epochs are running by themselves."""
    return bool(st.session_state.get("_playing"))


def show(drawing, kind, finding, *, key=None, on_select="ignore"):
    """Draw a `Drawing` under its title; its text alternative says its kind and its finding.

    Its frames are named by their order, not by their content as `st.altair_chart` would name them,
    and its title stands outside of it. So a chart that differs from the one before in nothing but
    data has the same specification, and the browser updates its marks instead of building it anew;
    while epochs play, the text alternative keeps to the kind, as another one would rebuild it too.
    """
    give_way()
    sent = _sent(drawing.digest, drawing)
    # Streamlit's own theme applies; hundreds of marks stay silent, the text alternative speaks for them,
    # unless they can be chosen
    config = {"mark": {"aria": on_select != "ignore"}}
    words = kind if playing() else f"{kind}{'' if kind.endswith(('.', '?', '!')) else '.'} {finding}."
    if sent.title:
        st.markdown(f"**{sent.title}**")
    spec = {**sent.spec, "config": config, "datasets": dict(sent.tables)}
    st.vega_lite_chart(spec=spec, width="stretch", key=key, on_select=on_select, alt=words)
    if st.session_state.pop("_first_chart_due", False):
        pause(AHEAD)


def first_chart_first(wanted):
    """Whether the browser is to draw the next chart that is shown before it is sent the rest of the page.

    All together it would draw a part of each at a time, and be done with all of them at the end.
    """
    st.session_state["_first_chart_due"] = wanted


@st.cache_resource(max_entries=MOST_KEPT, show_spinner=False)
def _sent(digest, _drawing):
    """The drawing as the browser gets it. Most of a page's time is spent here, so visitors share it."""
    with in_turn():
        chart, frames = _drawing.chart(), {}
        give_way()
        _name(chart, frames)
        spec = chart.to_dict(validate=False)  # the tests validate every chart
        give_way()
        tables = {name: pa.Table.from_pandas(frame, nthreads=1) for name, frame in frames.values()}
    return Sent(spec.pop("title", ""), spec, tables)


def _name(chart, frames):
    """Replace every frame of the chart by a name, in place; `frames` is {id: (name, frame)}."""
    if isinstance(chart.data, pd.DataFrame):
        name, _ = frames.setdefault(id(chart.data), (f"frame_{len(frames)}", chart.data))
        chart.data = alt.NamedData(name)
    for layer in getattr(chart, "layer", ()):
        _name(layer, frames)
