"""On request, an epoch of coursework E's network by a loop over examples and by matrices."""

import time

import numpy as np
import streamlit as st

from data import DataConfig, ready
from lab.links.cost import in_words
from lab.published import looped_epoch
from lab.published.looped_epoch import CONFIG, WHOLE
from mlp import init_params, loops, loss_and_gradients
from ui.frame import shell
from ui.frame.visit import visit
from ui.training import progress
from ui.training.cache import cache
from ui.training.confirm import REFUSE_ABOVE

FORMS = (loops.by_example, loss_and_gradients)
KIND = "epoch by loops"
MEASURED = 8  # steps of each form; the shortest time is the estimate, because others may use the cores too


def section():
    """Draw the estimates, a button for part of the epoch and for the whole, and the last result."""
    each = per_example()
    batch = CONFIG.batch_size
    st.markdown(
        f"E's network, 784-64-10 with batches of {batch}, whatever the sidebar says. On this server one "
        f"image takes about {1e6 * each[0]:,.0f} µs by a loop over examples and {1e6 * each[1]:,.0f} µs by "
        f"matrices (the shortest of {MEASURED} steps). **An epoch of {WHOLE:,} images, 70% of all, would "
        f"take about {in_words(WHOLE * each[0])} and {in_words(WHOLE * each[1])}.**"
    )
    with st.container(horizontal=True):
        asked = [n for n in looped_epoch.sizes(each[0]) if _button(n, n * sum(each))]
    if asked:
        visit().stopped.pop(KIND, None)
        visit().looped_epoch = None
        visit().looped_epoch = run(asked[0], each)
    if visit().stopped.get(KIND):
        st.info("Stopped. An unfinished epoch is not shown.", icon=":material/pause_circle:")
    elif visit().looped_epoch:
        outcome, clock = visit().looped_epoch
        st.markdown(looped_epoch.said(outcome))
        st.caption(f"Measured on this server at {clock}, in float64.")
    st.caption(looped_epoch.QUOTE)
    shell.code(loops.train_epoch, label="Code: an epoch, with either form of the gradient")


def _button(n, seconds):
    """Draw the button for n images; return whether it was pressed. If n is too large, say so instead."""
    what = "Train the whole epoch" if n == WHOLE else f"Train {n:,} images of it"
    if seconds > REFUSE_ABOVE:
        st.caption(f"The whole epoch would take more than {in_words(REFUSE_ABOVE)}.")
        return False
    return st.button(f"{what}, about {in_words(seconds)}", key=f"_looped_{n}", icon=":material/timer:")


def per_example():
    """Return the cached result of `seconds_per_example`."""
    return cache().note((KIND, "seconds per example"), seconds_per_example)


def seconds_per_example():
    """Return the seconds per example of a step by a loop and by matrices, each the shortest of MEASURED."""
    rng = np.random.default_rng(0)
    X, y = rng.random((CONFIG.batch_size, 784)), rng.integers(0, 10, CONFIG.batch_size)
    what = init_params(CONFIG, 784, 10), X, y, CONFIG
    return tuple(
        min(progress.at_once(loops.train_epoch(form, *what)).seconds for _ in range(MEASURED)) / len(X)
        for form in FORMS
    )


def run(n, each):
    """Train on the first n training images, with progress and Stop; return (Outcome, time of day).

    Uses Fashion-MNIST if its files are present, else MNIST. `each` has the estimated seconds per image of
    both forms.
    """
    name = "fashion_mnist" if ready("fashion_mnist") else "mnist"
    progress.download(name)
    bar = progress.Progress(KIND, n, n * sum(each))
    split = f"{n}/1/0"  # n images, and one that is not used: 100/0/0 would be 100 per cent
    dataset = cache().dataset(DataConfig(name=name, scaling="unit", split=split))
    params = init_params(CONFIG, dataset.X_train.shape[1], len(dataset.class_names))

    def both():
        epochs, done = [], 0.0
        for form, seconds in zip(FORMS, each, strict=True):
            steps = loops.train_epoch(form, params, dataset.X_train, dataset.y_train, CONFIG)
            epochs.append((yield from progress.part(steps, done / seconds, sum(each) / seconds)))
            done += seconds
        return epochs

    epochs = progress.follow(both(), bar, "Training by a loop and by matrices")
    outcome = looped_epoch.outcome({"mnist": "MNIST"}.get(name, "Fashion-MNIST"), n, *epochs)
    return outcome, time.strftime("%H:%M:%S UTC", time.gmtime())
