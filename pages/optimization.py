"""Optimization: which way an optimizer goes down the loss, and why it may not arrive."""

import streamlit as st

from lab.optimization import bowl, curvature, surface
from lab.questions.learn import OPTIMIZATION
from mlp import optimizers
from ui.frame import shell
from ui.optimization import epochs, plane, schedules, setup, steepness, valley
from ui.training import progress

shell.begin("optimization", (*setup.KEYS, "epoch"))
shell.title(
    "Which way is down?",
    "The *loss surface* is the loss at every choice of a network's weights. Training is a walk down this "
    "surface. The picture shows the paths of several optimizers, which start from the same weights and see "
    "the same minibatches. It is a slice of the surface through the *solution*, the weights at the end of "
    "the experiment's training. The slice extends along two *directions*; each is a way to change all "
    "weights at once.",
)
plan, problems = shell.read(setup.sidebar)
with st.container(horizontal=True):
    shell.presets(OPTIMIZATION)
    actions = st.container(horizontal=True)
for problem in problems:
    shell.show_sentence(st.warning, problem, ":material/report:")

place, view = st.container(horizontal=True, vertical_alignment="bottom"), None
with place:
    how = plane.choose(plan)
try:
    runs = progress.trained([plan.of(label) for label in plan.paths])
    if setup.drawable(plan, runs):
        with place:
            shown = epochs.choose(plan, runs)
        left, right = st.columns([3, 2], gap="large")
        with left:
            view = plane.section(plan, runs, how, shown)
        with right:
            schedules.section(plan, runs[0].dataset, shown)
        st.subheader("How large a step does the loss allow?")
        steepness.section(plan, runs[0], shown)
except ValueError as problem:
    shell.show_sentence(st.error, str(problem), ":material/report:")

st.subheader("Why do so many optimizers have a memory?")
valley.section()

shell.code(surface.losses, curvature.product, bowl.descend, optimizers.momentum)

with actions:
    shell.actions(
        plan.setup,
        lambda: "" if view is None else view.paths.to_csv(index=False),
        label="Paths (.csv)",
        file_name="backprop-lab-paths.csv",
        explained="Every point of every path: where it lies in the plane, and its training loss.",
    )
shell.end()
