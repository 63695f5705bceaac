"""The sidebar of the optimization page (data, network, training, optimizers to compare), read as a Plan."""

import itertools
from typing import NamedTuple

import streamlit as st

from lab.links import descents
from lab.links.descents import DEFAULTS, MOST_PATHS, VIEW
from lab.links.experiment import Experiment, Setup
from lab.links.fields import FIELDS
from mlp import OPTIMIZERS, TrainConfig
from ui.charts import palette
from ui.sidebar import controls, lock

STATE = st.session_state
GROUPS = {
    "Data": ("name", "noise"),
    "Network": ("hidden_layer_sizes", "activation"),
    "Training": ("learning_rate", "optimizer", "schedule", "batch_size", "epochs"),
}
MORE = {
    "Data": controls.MORE["Data"],
    "Network": controls.MORE["Network"],
    "Training": ("l2", *(name for name in controls.MORE_TRAINING if name not in GROUPS["Training"])),
    "Seeds": controls.MORE["Seeds"],
}
KEYS = (*FIELDS, "points")


class Plan(NamedTuple):
    """The experiment on show, and {label: TrainConfig} of all paths; the experiment's own comes first."""

    experiment: Experiment
    paths: dict[str, TrainConfig]

    @property
    def setup(self):
        """Return the Setup of the experiment's one network, for Share and Export."""
        return Setup(self.experiment, 1)

    def of(self, label):
        """Return the Setup of one path."""
        return Setup(Experiment(self.experiment.data, self.paths[label]), 1)


def sidebar():
    """Draw the controls; return the Plan and the sentences about what could not be used."""
    widget_values, problems = {}, []
    with st.sidebar:
        for title, names in GROUPS.items():
            controls.group(title, names, widget_values)
        asked = _compared(problems)
        controls.more(MORE, widget_values)
    experiment, refused = controls.assemble(widget_values, DEFAULTS)
    experiment, too_large = controls.within_limits(experiment, 1, "optimization")
    try:
        paths = descents.configs(experiment.train, asked)
    except ValueError as problem:
        problems.append(f"{problem} Only the experiment's own path is shown.")
        paths = descents.configs(experiment.train, ())
    sentences = problems + controls.ignored(widget_values) + refused + too_large
    return Plan(experiment, paths), list(dict.fromkeys(sentences))


def _compared(problems):
    """Draw the choice of optimizers to compare; return their Descents, and append sentences to `problems`."""
    linked = st.query_params.get_all("paths")
    texts = lock.control(
        st.multiselect,
        "Compare with",
        list(dict.fromkeys([*OPTIMIZERS, *VIEW["paths"], *(STATE.get("paths") or ())])),
        key="paths",
        accept_new_options=True,
        max_selections=MOST_PATHS,
        help="Other optimizers, from the same first weights and with the same minibatches in the same order. "
        "Type one with a factor, such as adam*0.1, to multiply its learning rate. To see one path alone, "
        "choose only the experiment's own optimizer.",
    )
    if len(linked) > MOST_PATHS:
        problems.append(f"The link asks for {len(linked)} optimizers; allowed: up to {MOST_PATHS}.")
    readable = []
    for text in texts[:MOST_PATHS] or VIEW["paths"]:
        try:
            readable.append(descents.parse_descent(text))
        except ValueError as problem:
            problems.append(str(problem))
    return tuple(dict.fromkeys(readable))


def colours(labels):
    """Return {label: colour}: each optimizer has its own, on every chart of the page.

    A second path of an optimizer takes a colour that no optimizer here has; if there are more paths than
    colours, colours repeat.
    """
    names, chosen, all_of_them = list(OPTIMIZERS), {}, palette.OPTIMIZERS
    own = {one: all_of_them[names.index(one.partition(" × ")[0]) % len(all_of_them)] for one in labels}
    for label in labels:
        if own[label] not in chosen.values():
            chosen[label] = own[label]
    for label in labels:
        left = [colour for colour in all_of_them[::-1] if colour not in chosen.values()]
        chosen.setdefault(label, left[0] if left else own[label])
    return {label: chosen[label] for label in labels}


def shapes_of(config, dataset):
    """Return the shape of every W of a network."""
    sizes = config.layer_sizes(dataset.X_train.shape[1], len(dataset.class_names))
    return tuple(itertools.pairwise(sizes))


def drawable(plan, runs):
    """Return whether every path has at least its first epoch; otherwise a training still waits."""
    return all(run.ended or run.n_epochs >= min(1, plan.experiment.train.epochs) for run in runs)
