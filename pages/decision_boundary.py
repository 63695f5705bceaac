"""Decision boundaries: where a network draws the line, epoch by epoch."""

import inspect

import streamlit as st

from mlp import losses, network
from ui import boundary, compare, controls, frames, own_points, presets, runs, scrubber, shell

DATASETS = ("circles", "moons", "spirals", "xor", "blobs", "linear", "own_points")
VIEW = {  # the page's own widgets and what they hold at first
    "mode": "One experiment",
    "view": "1",
    "compare": "hidden_layer_sizes",
    "values": "3 / 20 / 128",
}

shell.begin("decision_boundary")
shell.title(
    "Where does a network draw the line?",
    "Every colour is the prediction of a network trained just now, from random weights, on this server.",
)
setup, problems = controls.sidebar(DATASETS)
with st.container(horizontal=True):
    mode = st.segmented_control(
        "Mode",
        ("One experiment", "Compare"),
        default="One experiment",
        key="mode",
        bind="query-params",
        required=True,
        label_visibility="collapsed",
    )
    shell.presets(presets.BOUNDARY, VIEW)
    actions = st.container(horizontal=True)
for problem in problems:
    st.warning(problem, icon=":material/report:")

trained = []
try:
    if mode == "Compare":
        field, values = compare.choose()
        view = boundary.choose_view(setup.n_seeds)
        trained = compare.panels(compare.variants(setup, field, values), view, field)
    else:
        trained = runs.trained([setup])
        plane = boundary.plane(trained)
        ghost = boundary.ghost(shell.before(setup), trained[0])
        explore = st.fragment(boundary.explore, run_every=scrubber.tick())
        explore(trained[0], setup, plane, ghost)
except ValueError as problem:
    if setup.experiment.data.name == "own_points" and mode != "Compare":
        own_points.start(setup.experiment.data.points, str(problem))
    else:
        st.error(str(problem), icon=":material/report:")

st.subheader("What are you looking at?")
st.markdown(
    "The network takes the two coordinates of a point and gives each class a probability. At every point of "
    "the plane the map shows the class that wins, the stronger the colour the higher its probability; along "
    "the grey line two classes draw. The examples it learned from are **circles**; it never learns from the "
    "**triangles** (validation) and **squares** (test)."
)
with st.expander("Why is it not simply a straight line?"):
    st.markdown(
        "Without hidden units the logits are linear in $x$, so two classes draw where a linear function is "
        "0: a line. Each hidden unit first bends the plane along a line of its own; the output layer then "
        "draws a line in the bent plane, which is a curve in yours."
    )
    st.latex(r"z^{(1)} = x\,W^{(1)} + b^{(1)}, \qquad a^{(1)} = f(z^{(1)})")
    st.latex(r"z^{(2)} = a^{(1)} W^{(2)} + b^{(2)}, \qquad p_k = \frac{e^{z^{(2)}_k}}{\sum_j e^{z^{(2)}_j}}")
    st.latex(r"\text{boundary between classes } i \text{ and } j: \quad z^{(2)}_i = z^{(2)}_j \ge z^{(2)}_k")
with st.expander("Why five random starts?"):
    st.markdown(
        "One training is one draw from a distribution. Networks that differ in nothing but their first "
        "weights and the order of their examples show how much of a result is luck: the bands around the "
        "curves reach from the worst of them to the best. They train together, as one stack of matrices."
    )
with st.expander("Code: the lines that ran"):
    st.code(inspect.getsource(network.propagate) + "\n\n" + inspect.getsource(losses.softmax))

with actions:
    shown = {key: str(st.session_state.get(key, default)) for key, default in VIEW.items()}
    shell.actions(setup, shown, VIEW, lambda: frames.table(trained, setup.experiment.train.epochs))
shell.end("decision_boundary", (*controls.KEYS, *VIEW, "epoch"))
