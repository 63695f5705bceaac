"""The inside of a network: its diagram, or, if it is very deep, its units layer by layer."""

import numpy as np
import streamlit as st

from lab.links import cost
from lab.words import counted, listed
from ui.charts import following, network, planes
from ui.figures import bent_plane, diagram, frames, maps, plane_map
from ui.frame.show import show
from ui.report.only_here import only_here
from ui.timeline import component
from ui.training.cache import cached_film, cached_view

EXPLAINED = (
    "Each square is a hidden unit and shows the plane as the unit sees it: blue where its activation is "
    "positive, orange where it is negative. An edge is a weight: a wider edge means a larger magnitude, and "
    "the colours mean the same. Point at an edge for its values and its history."
)
CLOSER = only_here(" Click on a square to look closer at its unit.")
KEYS = ("_edges",)
KEY, SELECTION = "_diagram", network.CHOSEN
# drawing a unit, and a layer's chart, takes as long as this many NumPy calls
CALLS_PER_UNIT, CALLS_PER_LAYER = 1600, 27_000


def draws_diagram(config):
    """Return whether a network is drawn as a diagram: not if it is very deep."""
    return len(config.hidden_layer_sizes) <= diagram.MOST_LAYERS


def seconds(config, n_features, n_classes, speed):
    """Return the estimated seconds to draw a network's units and its bent plane."""
    units = sum(min(width, maps.MOST_UNITS) for width in config.hidden_layer_sizes)
    calls = CALLS_PER_UNIT * units + CALLS_PER_LAYER * len(config.hidden_layer_sizes)
    n_points = bent_plane.MOST_PROJECTED + frames.MOST_POINTS
    return speed.call * calls + cost.forward_seconds(config, n_features, n_classes, n_points, speed)


def draw(run, epoch, index, plane, epochs, **clicks):
    """Draw the inside of network `index` at `epoch`, and at all `epochs` if there is a timeline.

    `clicks` are for a diagram whose units can be clicked: `on_unit`, a callback that asks `clicked` for the
    unit; `closer`, the marked unit (layer, unit) or None; and the number of clicks, `n_clicks`.
    """
    if draws_diagram(run.configs[index]):
        _diagram(run, epoch, index, plane, epochs or (epoch,), **clicks)
    else:
        draw_units(run, epoch, index, plane, epochs)


def nodes(run, epochs, index):
    """Return the `diagram.Shown` nodes of network `index`, chosen at its last epoch on show."""
    return diagram.shown(run.with_parameters(epochs[-1]).records[index].params)


def choose_quantity():
    """Draw the choice of what the edges of the diagram show."""
    return st.segmented_control(
        "Edges show",
        diagram.QUANTITIES,
        default=diagram.QUANTITIES[0],
        required=True,
        key="_edges",
        help="weight: its value. gradient: of the loss and the penalty on the whole training set. update: "
        "the weight's change during the epoch; where a long run lacks the epoch before, the mean change per "
        "epoch since the last one that is kept.",
    )


def clicked():
    """Return (layer, unit) of the clicked unit of the diagram, or None."""
    for one in st.session_state.get(KEY, {}).get("selection", {}).get(SELECTION) or ():
        return one["layer"], one["unit"]
    return None


def _diagram(run, epoch, index, plane, epochs, on_unit=None, closer=None, n_clicks=None):
    units, edges = cached_film(diagram.film, run, epochs, index, plane)
    shown = nodes(run, epochs, index)
    quantity = st.session_state.get("_edges") or diagram.QUANTITIES[0]
    exact = cached_view(diagram.at_epoch, run, epoch, index, shown)
    widths = run.configs[index].hidden_layer_sizes
    hidden = counted(len(widths), "hidden layer")
    finding = f"Network {index + 1}, with {hidden}: {widest(edges, quantity, epochs)}"
    chart = network.network(
        following.marked(units, epoch, len(epochs)),
        diagram.nodes_of(shown, run.dataset.class_names, closer, run.dataset.feature_names),
        edges.assign(**exact),
        quantity,
        diagram.LETTERS,
        epochs,
        epoch,
        finding,
        click=n_clicks if on_unit and widths else None,
    )
    selecting = {"key": KEY, "on_select": on_unit, "selection": SELECTION} if on_unit and widths else {}
    with component.part("diagram"):
        show(chart, "Diagram of the network", finding, **selecting)
    explained = EXPLAINED + CLOSER if on_unit else EXPLAINED
    st.caption(explained if widths else "There is no hidden layer: the boundary is straight.")
    if any(width > diagram.MOST_UNITS for width in (run.dataset.X_train.shape[1], *widths)):
        st.caption(
            f"The diagram shows at most {diagram.MOST_UNITS} inputs, and as many units per layer: "
            f"those with the largest norm of outgoing weights after epoch {epochs[-1]:,}."
        )


def widest(edges, quantity, epochs):
    """Return in words the largest magnitude of a quantity over the edges of a film, at all its `epochs`.

    The width of an edge is its share of this magnitude, whichever epoch is on show.
    """
    when = f"after epoch {epochs[0]:,}" if len(epochs) == 1 else "over all epochs of the timeline"
    article = "an" if quantity == "update" else "a"
    if not diagram.any_nonzero(edges[quantity]):
        return f"{when}, every edge is {article} {quantity} of 0"
    most = edges[f"{quantity}_scale"].iloc[0]
    return f"{when}, the widest edge is {article} {quantity} of magnitude {most:.3g}"


def draw_units(run, epoch, index, plane, epochs):
    """Draw the hidden units of network `index` over the plane, layer by layer, without their weights."""
    widths = run.configs[index].hidden_layer_sizes
    ends = dict.fromkeys((epochs[0], epochs[-1]) if epochs else (epoch,))
    of_ends = [cached_view(plane_map.of_network, maps.unit_maps, run, end, index, plane) for end in ends]
    layers = cached_view(plane_map.of_network, maps.unit_maps, run, epoch, index, plane)
    for layer, width in enumerate(widths):
        ranges = layers[layer][1]
        more = f", the first {len(ranges)} of {width}" if len(ranges) < width else ""
        title = f"Hidden layer {layer + 1}: its units over the plane{more}"
        signs = (
            f"after epoch {end:,}, {signs_in_words(at[layer][1])}"
            for end, at in zip(ends, of_ends, strict=True)
        )
        pictures = frames.pictures([epoch], [layers[layer][0]])
        if epochs:
            pictures = cached_film(units_film, run, epochs, index, plane)[layer]
        pictures = following.marked(pictures, epoch, max(1, len(epochs)))
        chart = planes.unit_maps(pictures, frames.units(ranges), epoch, title)
        show(chart, "Blue is positive, orange negative", f"{title}: {'; '.join(signs)}")


def signs_in_words(ranges):
    """Return in words how many units are positive, negative or 0 on the plane.

    `ranges` is [(smallest activation on the plane, largest), …], one per unit.
    """
    lows, highs = np.transpose(ranges)
    counts = {
        "positive somewhere": highs > 0,
        "negative somewhere": lows < 0,
        "0 everywhere": (lows == 0) & (highs == 0),
        "not finite": ~np.isfinite(lows + highs),
    }
    counts = {what: int(which.sum()) for what, which in counts.items() if which.any()}
    if len(ranges) == 1:
        return f"the unit is {listed(list(counts))}"
    said = [f"{n} {'is' if n == 1 else 'are'} {what}" for what, n in counts.items()]
    return f"of {len(ranges)} units {listed(said)}"


def units_film(run, epochs, index, plane):
    """Return for each hidden layer a data frame of pictures: its units over the plane at these epochs."""
    films = []
    for epoch in epochs:
        layers = plane_map.of_network(maps.unit_maps, run, epoch, index, plane)
        films.append([picture for picture, _ in layers])
    return [frames.pictures(epochs, pictures) for pictures in zip(*films, strict=True)]
