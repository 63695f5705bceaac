"""The size of an experiment, known before its data are loaded, and the limits on it.

The sidebar, links of every kind, Compare, the trials of a sweep and the terminal all call these checks
before anything of that size is allocated.
The time a training may take is checked where it starts (`ui.training.confirm`).
"""

import contextlib
from dataclasses import replace

from data import DATASETS, held_images, held_table
from lab.links.reading import OverLimit
from lab.words import counted

MAX_LAYERS = 30
MAX_ACTIVATIONS = 40_000_000  # activations of a minibatch, for all networks that train together
MAX_PARAMETERS = {  # of all networks that train together, by page
    "decision_boundary": 2_000_000,
    "gradient_check": 2_000_000,
    "initialization": 14_000_000,
    "optimization": 10_000,  # of each network: the points of all paths are in memory at once
    "bug_lab": 20_000,
    "sweeps": 4_000_000,  # of a trial's single network
}
MAX_TRIALS = 400
MAX_COMBINATIONS = 10_000  # the first MAX_TRIALS of them are run; a larger sweep is refused


def widths(data):
    """Return (n_features, n_classes) of the dataset that a DataConfig describes.

    Uploaded images that are not in memory count as MNIST's, and such a table as one feature and two classes.
    """
    entry = DATASETS[data.name]
    if data.name == "own_table":
        try:
            table = held_table(data.points)
        except ValueError:
            return 1, 2
        return len(table.feature_names), len(table.class_names)
    if entry.n_features is None:
        try:
            own = held_images(data.points)
        except ValueError:
            return 784, 10
        return own.X.shape[1], own.n_classes
    return entry.n_features, data.n_classes if entry.class_range else entry.n_classes


def check_layers(data, train, n_networks, most_parameters):
    """Raise OverLimit if `n_networks` networks of `train` have too many layers or parameters."""
    n_layers, sizes = len(train.hidden_layer_sizes), widths(data)
    n_parameters = n_networks * train.n_parameters(*sizes)
    if n_layers > MAX_LAYERS or n_parameters > most_parameters:
        raise OverLimit(
            "hidden_layer_sizes",
            train.hidden_layer_sizes,
            f"{MAX_LAYERS} layers and {most_parameters:,} parameters",
            f"hidden_layer_sizes asks for {counted(n_layers, 'hidden layer')} and "
            f"{counted(n_parameters, 'parameter')} in {counted(n_networks, 'network')}",
        )


def narrowed(data, train, sizes, n_networks, most_parameters):
    """Return `train` with hidden layers of these sizes, halved until `n_networks` of them fit.

    Penalties of the single layers become 0. Raise OverLimit if not even layers of one unit fit.
    """
    penalties = {name: 0.0 for name in ("l1", "l2") if isinstance(getattr(train, name), tuple)}
    while True:
        config = replace(train, hidden_layer_sizes=sizes, **penalties)
        try:
            check_layers(data, config, n_networks, most_parameters)
        except OverLimit:
            if max(sizes, default=1) == 1:
                raise
            sizes = tuple(max(1, size // 2) for size in sizes)
        else:
            return config


def check_activations(data, train, n_networks):
    """Raise OverLimit if a minibatch of `n_networks` networks would need too many activations.

    A minibatch needs batch_size · Σ(units of the hidden layers) numbers per network.
    """
    if n_networks * activations(data, train) > MAX_ACTIVATIONS:
        raise OverLimit(
            "batch_size",
            train.batch_size,
            f"{MAX_ACTIVATIONS:,} activations",
            sentence=f"batch_size {train.batch_size} would need more than {MAX_ACTIVATIONS:,} activations "
            "at once with this network.",
        )


def activations(data, train):
    """Return the most activations of hidden units that a minibatch of one network has."""
    return min(train.batch_size or n_examples(data), n_examples(data)) * sum(train.hidden_layer_sizes)


def n_examples(data):
    """Return the most examples that a dataset can have; known before it is loaded.

    A visitor's table and images have as many as their file, if it is in memory.
    """
    entry = DATASETS[data.name]
    with contextlib.suppress(ValueError):
        if data.name == "own_table":
            return len(held_table(data.points).y)
        if entry.n_features is None:
            return len(held_images(data.points).y)
    return entry.most_samples or data.n_samples


def check_networks(page, data, configs):
    """Raise OverLimit if the networks `configs`, trained together on `data`, are too large for a page.

    On the sweeps page each network counts separately: large networks are trained one by one there.
    """
    most = MAX_PARAMETERS.get(page, MAX_PARAMETERS["decision_boundary"])
    n_networks = 1 if page == "sweeps" else len(configs)
    for config in dict.fromkeys(configs):
        check_layers(data, config, n_networks, most)
        check_activations(data, config, n_networks)


def check_combinations(n_combinations):
    """Raise OverLimit if a sweep asks for far more trials than can be run."""
    if n_combinations > MAX_COMBINATIONS:
        raise OverLimit(
            "design",
            n_combinations,
            f"up to {MAX_TRIALS}",
            sentence=f"The sweep asks for {n_combinations:,} trials; allowed: up to {MAX_TRIALS}. "
            "Choose fewer values of each field, or a random design.",
        )
