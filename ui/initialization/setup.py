"""The sidebar of the initialization page (data, depth, width, starts), read as an Ensemble; the colours."""

from dataclasses import replace

import numpy as np
import streamlit as st

from data import DataUnavailable
from lab.links.ensemble import DEFAULTS, MOST_STARTS, STARTS, Ensemble, of_starts, parse_start
from lab.links.experiment import Experiment, field_text, parse_field
from lab.links.fields import DEFAULT_SEEDS, FIELDS
from lab.links.limits import MAX_LAYERS
from mlp import INITIALIZERS
from ui.charts import palette
from ui.sidebar import controls, lock, own_images
from ui.training import progress

STATE = st.session_state
GROUPS = {"Data": ("name",), "Network": ("hidden_layer_sizes",), "Training": ("learning_rate", "epochs")}
MORE = {
    "Data": ("noise", "n_samples", "n_classes", "scaling", "split", "stratified", "seed"),
    "Network": ("use_bias", "loss"),
    "Training": ("l2", *controls.MORE_TRAINING),
    "Seeds": ("init_seed", "shuffle_seed"),
}
SCALED = ("normal*0.001", "normal*0.01", "normal*0.1", "constant*0.1")
WIDTHS = (1, 2, 4, 8, 16, 32, 50, 64, 100, 128, 200, 256, 300, 400, 500, 512, 800, 1024)
OWN = ("initializer", "init_scale", "dtype")  # fields without a widget on the page
KEYS = (*(name for name in FIELDS if name not in OWN), "points", "seeds", "_look")


def sidebar():
    """Draw the controls; return (Ensemble, sentences about values that could not be used)."""
    widget_values, problems = {}, []
    with st.sidebar:
        for title, names in GROUPS.items():
            controls.group(title, names, widget_values)
            if title == "Data" and widget_values["name"] == "own_images":
                widget_values["points"] = own_images.upload_box(problems)
            if title == "Network" and not lock.hides("hidden_layer_sizes"):
                _depth_and_width(widget_values["hidden_layer_sizes"])
            if title == "Network":
                widget_values["activation"] = controls.draw("activation")
                starts = _starts(problems)
        with controls.more(MORE, widget_values, seeds=DEFAULT_SEEDS):
            n_seeds = controls.seeds()
    experiment, refused = controls.assemble(widget_values, DEFAULTS)
    experiment, too_large = controls.within_limits(
        of_starts(experiment, n_seeds, starts).experiment, n_seeds * len(starts), "initialization"
    )
    sentences = problems + controls.ignored(widget_values) + refused + too_large
    return Ensemble(experiment, n_seeds, starts), list(dict.fromkeys(sentences))


def obtainable(ensemble):
    """Return (ensemble, sentences); if its data are unavailable, on MNIST, with a sentence that says so."""
    data = ensemble.experiment.data
    try:
        progress.download(data.name)
        if data.name == "own_images" and not data.points:
            raise DataUnavailable("Upload a file of your own in the sidebar.")
    except DataUnavailable as problem:
        data = replace(data, name="mnist", points="")
        experiment = Experiment(data, ensemble.experiment.train)
        return ensemble._replace(experiment=experiment), [f"{problem} MNIST is shown instead."]
    return ensemble, []


def look(ensemble):
    """Draw the choice of the start to examine; return it."""
    labels = {start.label: start for start in ensemble.starts}
    if STATE.get("_look") not in labels:
        STATE.pop("_look", None)
    label = st.segmented_control(
        "Look at", list(labels), default=next(iter(labels)), key="_look", required=True
    )
    return labels.get(label, ensemble.starts[0])


def _starts(problems):
    """Draw the choice of starts; return those that can be read; append sentences to `problems`."""
    linked = st.query_params.get_all("sets")
    texts = lock.control(
        st.multiselect,
        "Initializers",
        list(dict.fromkeys([*INITIALIZERS, *SCALED, *(STATE.get("sets") or ())])),
        key="sets",
        accept_new_options=True,
        max_selections=MOST_STARTS,
        help="They are compared side by side. To scale one, type it with a factor, such as normal*0.05.",
    )
    if len(linked) > MOST_STARTS:
        problems.append(f"The link asks for {len(linked)} initializers; allowed: up to {MOST_STARTS}.")
    starts = []
    for text in texts[:MOST_STARTS]:
        try:
            starts.append(parse_start(text))
        except ValueError as problem:
            problems.append(str(problem))
    return tuple(dict.fromkeys(starts)) or tuple(map(parse_start, STARTS))


def _depth_and_width(text):
    """Draw sliders that write the text of the hidden layers, and follow it."""
    try:
        sizes = parse_field("hidden_layer_sizes", text)
    except ValueError:
        sizes = DEFAULTS["hidden_layer_sizes"]
    STATE["_depth"] = min(max(len(sizes), 1), MAX_LAYERS)
    STATE["_width"] = sizes[0] if sizes else 64
    st.slider("Depth (hidden layers)", 1, MAX_LAYERS, key="_depth", on_change=_shape)
    st.select_slider(
        "Width (units per layer)", sorted({*WIDTHS, STATE["_width"]}), key="_width", on_change=_shape
    )


def _shape():
    """Callback: write the hidden layers that the two sliders ask for."""
    STATE["hidden_layer_sizes"] = field_text((STATE["_width"],) * STATE["_depth"])


def colour_of(initializer):
    """Return the colour of an initializer; with more initializers than colours, the colours repeat."""
    return palette.STARTS[list(INITIALIZERS).index(initializer) % len(palette.STARTS)]


def colours_of(starts):
    """Return {label: colour} of the starts of an ensemble.

    Of several starts with the same initializer, the one scaled least has the initializer's colour; each of
    the others has the palette's colour that differs most from those already taken.
    """
    colours = {}
    first = sorted(starts, key=lambda start: abs(np.log(start.scale)) if start.scale > 0 else np.inf)
    for start in first:
        own = colour_of(start.initializer)
        if own not in colours.values():
            colours[start.label] = own
    for start in starts:
        colours.setdefault(start.label, _free(colours.values()))
    return {start.label: colours[start.label] for start in starts}


def _free(taken):
    """Return the palette's colour that is farthest from its nearest neighbour among those taken."""
    others = [np.array(palette.rgb(colour)) for colour in taken]
    return max(
        palette.STARTS,
        key=lambda colour: min(np.linalg.norm(palette.rgb(colour) - other) for other in others),
    )
