"""Initialization: why the first weights decide whether a network learns at all."""

import streamlit as st

from lab.published.systems import REPLAYS
from lab.questions.learn import INITIALIZATION
from mlp import initializers, signal
from ui.figures import frames
from ui.frame import saved_weights, shell
from ui.frame.tables import show_rows
from ui.initialization import before, images, panels, published, setup, symmetry, training
from ui.training.cache import cache

shell.begin("initialization", (*setup.KEYS, *images.KEYS, *symmetry.KEYS, *training.KEYS, "epoch"))
shell.title(
    "Which first weights let a deep network learn?",
    "Nothing in the first two charts has been trained: random weights alone decide how much of an example "
    "reaches the last layer, and how much of its error comes back to the first.",
)
ensemble, problems = shell.read(setup.sidebar)
with st.container(horizontal=True):
    shell.presets(INITIALIZATION)
    shell.presets(REPLAYS, label="Published experiments", icon=":material/history_edu:")
    actions = st.container(horizontal=True)
ensemble, unavailable = setup.obtainable(ensemble)
for problem in problems + unavailable:
    shell.show_sentence(st.warning, problem, ":material/report:")

trained = []
try:
    dataset = cache().dataset(ensemble.experiment.data)
    by_start = before.signals(ensemble, dataset)
    if by_start:
        before.charts_by_layer(ensemble, by_start, min(before.SAMPLE, len(dataset.y_train)))
        st.markdown(f"**{before.headline(by_start, 'gradient')}.**")
        show_rows(before.table(by_start))
    start = setup.look(ensemble)
    if by_start:
        before.distributions(ensemble, dataset, start, by_start)

    st.subheader("Which of them will learn?")
    guesses, train = training.predict(ensemble)
    hidden, replay = images.hidden_test(dataset), published.matching(ensemble)
    n_train = len(dataset.y_train)
    place = panels.at_once(replay, ensemble, n_train, trains=train, with_test=not hidden)
    if train:
        run = training.results(ensemble, guesses, start, replay, place, with_test=not hidden)
        trained = [(run, ensemble.experiment.train.epochs)] if run else []
        if run and dataset.image_shape:
            st.subheader("Look inside")
            images.section(ensemble, run, start, dataset, hidden=hidden, replay=replay)

    st.subheader("Why not simply start from zero?")
    symmetry.section(ensemble, dataset)
except ValueError as problem:
    shell.show_sentence(st.error, str(problem), ":material/report:")

saved_weights.section(ensemble, images.opened)

st.subheader("Where do the dashed lines come from?")
st.markdown(
    "One unit adds up many inputs, each times a random weight of mean 0. The mean squares of these products "
    "add up: a layer multiplies the mean square of what passes through it by *fan-in × variance of a "
    "weight × what the activation lets through*. On the way back the same holds for the mean square of the "
    "gradient, with *fan-out*; the gradient itself changes by the square root of that factor. Over many "
    "layers the signal neither vanishes nor explodes only if that factor is about 1."
)
why = st.expander("Why: the variance recursion, and what LeCun, Glorot and He make of it", on_change="rerun")
if why.open:
    for line in before.RECURSION:
        why.latex(line)
    why.markdown(before.LAWS)
shell.code(initializers.glorot_uniform, signal.predict)

with actions:
    shell.actions(ensemble, frames.tables(trained))
shell.end()
