"""Showing a chart so that the next one in its place flows on from it."""

import altair as alt
import pandas as pd
import streamlit as st

from .scrubber import playing


def show(chart, kind, finding, *, key=None, on_select="ignore"):
    """Draw an `alt.Chart` under its title; its text alternative says its kind and its finding.

    Its frames are named by their order, not by their content as `st.altair_chart` would name them,
    and its title stands outside of it. So a chart that differs from the one before in nothing but
    data has the same specification, and the browser updates its marks instead of building it anew;
    while epochs play, the text alternative keeps to the kind, as another one would rebuild it too.
    """
    frames = {}
    _name(chart, frames)
    spec = chart.to_dict(validate=False)  # the tests validate every chart; here it would slow each frame
    # Streamlit's own theme applies; hundreds of marks stay silent, the text alternative speaks for them,
    # unless they can be chosen
    spec["config"] = {"mark": {"aria": on_select != "ignore"}}
    title = spec.pop("title", None)
    spec["datasets"] = dict(frames.values())
    words = kind if playing() else f"{kind}{'' if kind.endswith(('.', '?', '!')) else '.'} {finding}."
    if title:
        st.markdown(f"**{title}**")
    st.vega_lite_chart(spec=spec, width="stretch", key=key, on_select=on_select, alt=words)


def _name(chart, frames):
    """Replace every frame of the chart by a name, in place; `frames` is {id: (name, frame)}."""
    if isinstance(chart.data, pd.DataFrame):
        name, _ = frames.setdefault(id(chart.data), (f"frame_{len(frames)}", chart.data))
        chart.data = alt.NamedData(name)
    for layer in getattr(chart, "layer", ()):
        _name(layer, frames)
