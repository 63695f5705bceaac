"""One hidden unit in detail: its map at every epoch of the timeline, and its incoming weights as numbers."""

import numpy as np
import pandas as pd
import streamlit as st

from lab.training_figures import gradients
from lab.words import listed, percent
from ui.charts import following, planes
from ui.figures import diagram, frames, inside, maps, plane_map
from ui.frame.show import show
from ui.frame.tables import show_rows
from ui.frame.visit import visit
from ui.timeline import component
from ui.training.cache import cached_film, cached_view
from ui.training.priority import give_way

NONE, PIXELS, SHADES = "–", 60, 48
KEY, STATE = "_unit", st.session_state


def clicks(nodes):
    """Return what `inside.draw` needs so that a unit can be chosen by a click in the diagram."""
    closer = nodes.hidden().get(STATE.get(KEY))
    return {"on_unit": _choose, "closer": closer, "n_clicks": visit().n_units_clicked}


def _choose():
    """Callback: show the unit that was clicked in the diagram in detail."""
    visit().n_units_clicked += 1
    if unit := inside.clicked():
        STATE[KEY] = diagram.name_of_hidden(*unit)


def closer(run, epoch, index, plane, epochs, nodes):
    """Draw the choice of a hidden unit of the diagram, and that unit of network `index` in detail."""
    hidden = nodes.hidden()
    if not hidden:
        return
    if STATE.get(KEY, NONE) not in (NONE, *hidden):  # a unit of the network that was shown before
        STATE[KEY] = NONE
    chosen = st.selectbox("Look closer at a unit", [NONE, *hidden], key=KEY, width=260)
    if chosen == NONE:
        return
    layer, unit = hidden[chosen]
    left, right = st.columns([1, 1], gap="medium")
    n = min(PIXELS, plane_map.pixels(run, view="1"))
    (pictures,) = cached_film(film, run, epochs, index, plane, layer, unit, n)
    with left:
        finding = f"What {chosen} of network {index + 1} computes"
        chart = planes.unit_map(following.marked(pictures, epoch, len(epochs)), plane, finding)
        with component.part("unit"):
            words = cached_view(signs_in_words, run, epoch, index, plane, layer, unit, n)
            show(chart, "Blue is positive, orange negative", f"{finding}: after epoch {epoch:,}, {words}")
    with right:
        st.markdown(f"**The inputs of {chosen} after epoch {epoch:,}**")
        show_rows(cached_view(incoming, run, epoch, index, layer, unit))
        st.caption(
            "The unit's z is the sum of each source times its weight"
            f"{', plus the bias' if run.configs[index].use_bias else ''}. The gradient is that of the loss "
            "and the penalty on the whole training set."
        )


def film(run, epochs, index, plane, layer, unit, n=PIXELS):
    """Return [a data frame of pictures]: a unit's activation over the plane, n pixels across, by epoch."""
    urls = []
    for epoch in epochs:
        positive, opacity = maps.signs(_activation(run, epoch, index, plane, layer, unit, n))
        urls.append(maps.picture(positive, maps.SIGNS, opacity, SHADES))
        give_way()
    return [frames.pictures(epochs, urls)]


def signs_in_words(run, epoch, index, plane, layer, unit, n=PIXELS):
    """Return in words on which share of the plane a unit is positive, negative and 0, at n × n places."""
    a = _activation(run, epoch, index, plane, layer, unit, n)
    shares = {"positive": a > 0, "negative": a < 0, "0": a == 0, "not finite": ~np.isfinite(a)}
    said = [f"{what} on {percent(which.mean())}" for what, which in shares.items() if which.any()]
    return f"it is {listed(said)} of the plane"


def _activation(run, epoch, index, plane, layer, unit, n):
    """Return a unit's activation over the plane, (n, n)."""
    config, params = run.configs[index], run.with_parameters(epoch).records[index].params
    X = maps.inputs(plane, n, config, run.dataset)
    a = maps.forward_in_chunks(params, X, config, lambda passed: passed.activations[layer - 1][:, [unit]])
    return a.reshape(n, n)


def incoming(run, epoch, index, layer, unit):
    """Return columns source, weight, gradient of a hidden unit's inputs and, in the last row, its bias."""
    params, config = run.with_parameters(epoch).records[index].params, run.configs[index]
    X = run.dataset.X_train.astype(config.dtype, copy=False)
    with np.errstate(all="ignore"):
        slopes = gradients(params, X, run.dataset.y_train, config)
    W, b = params[layer - 1]
    dW, db = slopes[layer - 1]
    sources = [
        diagram.name(layer - 1, source, len(params) + 1, run.dataset.feature_names)
        for source in range(len(W))
    ]
    sources.append("bias")
    columns = {"source": sources, "weight": [*W[:, unit], b[unit]], "gradient": [*dW[:, unit], db[unit]]}
    return pd.DataFrame(columns).iloc[: None if config.use_bias else -1]
