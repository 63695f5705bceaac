"""The sidebar: widgets bound to the URL, read as an experiment."""

from dataclasses import replace

import streamlit as st

from data import DATASETS, DataConfig
from lab.links import limits
from lab.links.experiment import DATA_FIELDS, Experiment, Setup, field_text, parse_field
from lab.links.limits import OverLimit
from mlp import OPTIMIZERS, SCHEDULES, TrainConfig
from ui.sidebar import lock, own_points
from ui.sidebar.fields import DEFAULT_SEEDS, DEFAULTS, FIELDS, Typed, draw, widget_value

GROUPS = {
    "Data": ("name", "noise"),
    "Network": ("hidden_layer_sizes", "activation"),
    "Training": ("learning_rate", "l2", "epochs"),
}
MORE_TRAINING = (
    "batch_size",
    "l1",
    "optimizer",
    "momentum",
    "schedule",
    "learning_rate_min",
    "cycle_steps",
    "shuffle",
)
MORE = {
    "Data": ("n_samples", "n_classes", "scaling", "split", "seed"),
    "Network": ("initializer", "init_scale", "use_bias", "loss"),
    "Training": MORE_TRAINING,
    "Seeds": ("init_seed", "shuffle_seed", "dtype"),
}
KEYS = (*FIELDS, "points", "seeds")


def sidebar(dataset_names):
    """Draw the controls; returns the Setup and the sentences about what could not be used.

    A value that is not allowed leaves its field at the default, and the rest as they are.
    """
    held = {}
    with st.sidebar:
        for title, names in GROUPS.items():
            group(title, names, held, dataset_names)
            if title == "Data":
                too_long = points_box(held)
        with more(MORE, held, seeds=DEFAULT_SEEDS):
            n_seeds = seeds()
    experiment, problems = assemble(held)
    experiment, too_large = within_limits(experiment, n_seeds)
    return Setup(experiment, n_seeds), too_long + ignored(held) + problems + too_large


def group(title, names, held, dataset_names=None, defaults=DEFAULTS):
    """Draw the widgets of a group of fields; what they hold goes into `held`."""
    if not all(lock.hides(name) for name in names):
        st.markdown(f"**{title}**")
    for name in names:
        options = dataset_names if name == "name" else None
        held[name] = draw(name, options, disabled=_idle(name, held), default=defaults[name])


def more(groups, held, defaults=DEFAULTS, **own):
    """Draw further groups of fields; returns their place, for the page's `own` controls, {key: default}."""
    fields = {name: widget_value(name, defaults[name]) for names in groups.values() for name in names}
    place = lock.expander("More", fields | own)
    with place:
        for title, names in groups.items():
            group(title, names, held, None, defaults)
    return place


def points_box(held):
    """The box for points where the dataset asks for it; returns the sentences about it."""
    if held["name"] != "own_points":
        return []
    held["points"], problems = own_points.paste_box()
    return problems


def seeds():
    """Draw the number of random starts."""
    return lock.control(
        st.slider,
        "Random starts",
        1,
        10,
        DEFAULT_SEEDS,
        key="seeds",
        default=DEFAULT_SEEDS,
        allowed=range(1, 11),
        help="Trained as one stack.",
    )


def assemble(held, defaults=DEFAULTS):
    """(Experiment, sentences) from what the widgets hold, field by field."""
    values, problems = {}, []
    for name, value in held.items():
        try:
            typed = name in FIELDS and isinstance(FIELDS[name][1], Typed)
            values[name] = parse_field(name, value or field_text(defaults[name])) if typed else value
        except ValueError as problem:
            values[name] = defaults[name]
            problems.append(f"{problem} The default is used instead.")
    parts = []
    for kind in (DataConfig, TrainConfig):
        mine = {name: v for name, v in values.items() if (name in DATA_FIELDS) == (kind is DataConfig)}
        config, refused = _as_far_as_allowed(kind, mine, defaults)
        parts.append(config)
        problems += refused
    return Experiment(*parts), problems


def _as_far_as_allowed(kind, values, defaults):
    """(config, sentences): with all the values but those that a refusal names, one after the other."""
    values, problems = dict(values), []
    while True:
        try:
            return kind(**values), problems
        except ValueError as problem:
            named = str(problem).split()[0]
            culprit = named if named in values else "schedule"  # whose demand the default does not meet
            if culprit not in values:
                return kind(), [*problems, str(problem)]
            refused = values.pop(culprit)
            if culprit in defaults and refused != defaults[culprit]:
                values[culprit] = defaults[culprit]
            sentence = f"{problem} The default is used instead."
            problems += [sentence] * (sentence not in problems)


def ignored(held):
    """Sentences about what the link asked for and its widget could not show."""
    sentences = []
    for name, asked in st.session_state.get("_asked", {}).items():
        if name not in FIELDS or name not in held:
            continue
        typed = isinstance(FIELDS[name][1], Typed)
        try:
            same = asked.strip() == held[name] or widget_value(name, parse_field(name, asked)) == held[name]
        except ValueError as problem:
            if not typed:  # what is typed is told when it is read
                sentences.append(f"{problem} The page shows {field_text(held[name])} instead.")
            continue
        if not same:
            sentences.append(lock.cannot_use(name, asked, field_text(held[name])))
    return sentences


def within_limits(experiment, n_networks, page="decision_boundary", default_sizes=(16,)):
    """Return (experiment, sentences), with a default network or batch in place of one that is too large.

    `n_networks` train together; `default_sizes` are the hidden layers of the page's default network.
    """
    data, train, problems = experiment.data, experiment.train, []
    try:
        limits.check_layers(data, train, n_networks, limits.MAX_PARAMETERS[page])
    except OverLimit as problem:
        problems.append(f"{problem} The default is used instead.")
        penalties = {k: 0.0 for k in ("l1", "l2") if isinstance(getattr(train, k), tuple)}
        train = replace(train, hidden_layer_sizes=default_sizes, **penalties)
    try:
        limits.check_activations(data, train, n_networks)
    except OverLimit as problem:
        problems.append(f"{problem} 32 is used instead.")
        train = replace(train, batch_size=32)
    return Experiment(data, train), problems


def _idle(name, held):
    """Whether the field has no effect with the others as they are."""
    dataset = DATASETS.get(held.get("name"))
    if name in ("noise", "n_samples"):
        return bool(dataset and dataset.most_samples)
    if name == "n_classes":
        return not (dataset and dataset.class_range)
    for field, registry in (("optimizer", OPTIMIZERS), ("schedule", SCHEDULES)):
        if any(name in entry.uses for entry in registry.values()):
            chosen = registry.get(held.get(field))
            return not (chosen and name in chosen.uses)
    return False
