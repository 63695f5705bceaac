"""The sidebar of the bug lab, read as a Setup, and the experiment's raw data."""

from dataclasses import replace

import numpy as np
import streamlit as st

from data import DATASETS, offered
from lab.bugs import RawData
from lab.links.experiment import Experiment
from lab.links.pages import PAGES
from ui.sidebar import controls
from ui.sidebar.controls import Setup
from ui.training.cache import cache

DEFAULTS, VIEW, _ = PAGES["bug_lab"]
GROUPS = {
    "Data": ("name", "noise"),
    "Network": ("hidden_layer_sizes", "activation"),
    "Training": ("learning_rate", "l2", "epochs"),
}
MORE = {
    "Data": ("n_samples", "n_classes", "seed"),
    "Network": ("initializer",),
    "Training": ("batch_size", "learning_rate_min", "cycle_steps"),
    "Seeds": ("init_seed", "shuffle_seed"),
}
MODES = ("Gallery", "Hunt")
KEYS = (*(name for names in (*GROUPS.values(), *MORE.values()) for name in names), "seeds")
DIGITS_SPLIT = "1000/500/1000"
MAX_EPOCHS, MAX_POINTS = 100, 4000
N_SEEDS = 3


def sidebar():
    """Draw the controls; return (Setup, sentences about values that could not be used)."""
    widget_values, problems = {}, []
    with st.sidebar:
        for title, names in GROUPS.items():
            controls.group(title, names, widget_values, offered("bug_lab"), DEFAULTS)
        controls.more(MORE, widget_values, DEFAULTS)
    experiment, refused = controls.assemble(widget_values | {"schedule": "triangular"}, DEFAULTS)
    data, train = experiment.data, experiment.train
    if isinstance(train.l2, tuple):
        problems.append("The bug lab takes one L2 penalty for all layers; that of the first is used.")
        train = replace(train, l2=train.l2[0])
    for name, most in (("epochs", MAX_EPOCHS),):
        if getattr(train, name) > most:
            problems.append(f"{name} is {getattr(train, name)}; the bug lab trains {most} at most.")
            train = replace(train, **{name: most})
    if data.n_samples > MAX_POINTS:
        problems.append(f"n_samples is {data.n_samples}; the bug lab takes {MAX_POINTS} at most.")
        data = replace(data, n_samples=MAX_POINTS)
    experiment = in_lab(data, train)
    experiment, too_large = controls.within_limits(experiment, 1, "bug_lab", DEFAULTS["hidden_layer_sizes"])
    sentences = problems + controls.ignored(widget_values) + refused + too_large
    return Setup(experiment, N_SEEDS), list(dict.fromkeys(sentences))


def in_lab(data, train):
    """Return the Experiment with what the bug lab's program fixes: scaling, split, loss, optimizer, schedule
    and number format.
    """
    digits = DATASETS[data.name].images
    split = DIGITS_SPLIT if digits else "70/15/15"
    data = replace(data, scaling="unit" if digits else "standard", split=split)
    n_train = 1000 if digits else round(0.7 * data.n_samples)
    batch_size = 0 if train.batch_size > n_train else train.batch_size
    train = replace(
        train,
        schedule="triangular",
        loss="softmax_cross_entropy",
        optimizer="sgd",
        batch_size=batch_size,
        dtype="float64",
    )
    return Experiment(data, train)


def raw_data(experiment):
    """Return the experiment's RawData, unscaled, the training set sorted by class, as files often are."""
    data = replace(experiment.data, scaling="none")
    dataset = cache().dataset(data)
    order = np.argsort(dataset.y_train, kind="stable")
    X_train, X_valid, X_test = (
        np.asarray(X, np.float64) for X in (dataset.X_train, dataset.X_valid, dataset.X_test)
    )
    return RawData(
        X_train[order],
        dataset.y_train[order],
        X_valid,
        dataset.y_valid,
        X_test,
        dataset.y_test,
        len(dataset.class_names),
        experiment.data.scaling,
    )
