"""Decision boundaries: where a network draws the line, epoch by epoch."""

import functools

import streamlit as st

from lab.links.pages import MODES
from lab.questions import learn
from mlp import losses, network
from ui.decision_boundary import boundary, compare, embedded, numbers, opened
from ui.embed import element
from ui.figures import frames
from ui.frame import saved_weights, shell
from ui.frame.visit import visit
from ui.sidebar import controls, lock, own_data
from ui.training import progress

shell.begin("decision_boundary", (*controls.KEYS, *boundary.KEYS, "epoch"))
element.alone(embedded.draw)
shell.title(
    "Where does a network draw the line?",
    "Every colour is the prediction of a network that was trained on this server, from random weights.",
)
visit().varied = compare.varied()
setup, problems = shell.read(controls.sidebar)
with st.container(horizontal=True):
    mode = lock.control(
        st.segmented_control, "Mode", MODES["decision_boundary"], key="mode", label_visibility="collapsed"
    )
    splits = boundary.choose_splits()
    shell.presets(learn.DECISION_BOUNDARY)
    actions = st.container(horizontal=True)
for problem in problems:
    shell.show_sentence(st.warning, problem, ":material/report:")
if "test" not in splits:
    st.caption(
        ":material/visibility_off: The test set is hidden: its accuracy, its curves, its examples on the "
        "maps and the confusion matrix. The exported records still contain its figures."
    )

trained = []
try:
    if mode == "Compare":
        field, values = compare.choose()
        view = boundary.choose_view(setup.n_seeds)
        variants = compare.variants(setup, field, values)
        compare.show_unused(variants, field)
        trained = compare.panels(variants, view, field, splits)
    else:
        bar_place = own_data.bar_place(setup)
        (run,) = progress.trained([setup], bar_place=bar_place)
        if run.n_epochs >= 0:
            trained = [(run, setup.experiment.train.epochs)]
            ghost = boundary.ghost(shell.before(setup), run)
            explore = st.fragment(boundary.explore)
            explore(run, setup, ghost, splits)
except ValueError as problem:
    if setup.experiment.data.name == "own_points" and mode != "Compare":
        st.fragment(boundary.start)(setup, str(problem))
    else:
        shell.show_sentence(st.error, str(problem), ":material/report:")

saved_weights.section(setup, functools.partial(opened.draw, splits=splits))

st.subheader("What are you looking at?")
st.markdown(
    f"The network takes {numbers.inputs_in_words(setup)} and gives each class "
    f"{numbers.output_in_words(setup.experiment.train.loss)}. At every point of the plane the map shows the "
    "class with the largest output; a stronger colour means a larger output; along the grey line two classes "
    "are tied. The examples it learned from are **circles**; it never learns from the **triangles** "
    "(validation) and **squares** (test)."
    f"{numbers.strength_in_words(setup.experiment.train.loss)}"
)
why = st.expander("Why is it not simply a straight line?", on_change="rerun")
if why.open:
    why.markdown(
        "Without hidden units the logits are linear in $x$, so two classes are tied where a linear function "
        "is 0: a line. Each hidden unit bends the plane along a line of its own; each further layer bends "
        "the bent plane again. The output layer draws a straight line in the last bent plane. Bent back, in "
        "the plane of the examples, that line is a curve."
    )
    why.latex(r"a^{(0)} = x, \qquad z^{(l)} = a^{(l-1)} W^{(l)} + b^{(l)}, \qquad a^{(l)} = f(z^{(l)})")
    why.latex(boundary.output_latex(setup.experiment.train.loss))
    why.latex(r"\text{classes } i \text{ and } j \text{ are tied where } z^{(L)}_i = z^{(L)}_j \ge z^{(L)}_k")
starts = st.expander("Why several random starts?", on_change="rerun")
if starts.open:
    starts.markdown(
        "One training is one draw from a distribution. Networks that differ only in their first "
        "weights and the order of their examples show how much of a result is luck: the bands around the "
        "curves reach from the worst of them to the best. They train together, as one stack of matrices."
    )
shell.code(network.propagate, losses.softmax)

with actions:
    shell.actions(setup, frames.tables(trained))
shell.end()
