"""The config fields as controls: label, kind of widget, range and help of each."""

from collections.abc import Collection
from typing import NamedTuple

from data import DATASETS, SCALINGS, DataConfig
from lab.links.reading import BOTH_PENALTIES, DATA_FIELDS, Unusable, field_text
from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES, TrainConfig
from mlp.config import DTYPES


class Choice(NamedTuple):
    """A choice of one of the names in a registry."""

    options: Collection[str]  # the registry itself, to which entries may be added


class Typed(NamedTuple):
    """A text box that also offers some example texts."""

    options: tuple[str, ...]


class Log(NamedTuple):
    """A slider over numbers that span decades; a number from a link is inserted among them."""

    options: tuple[float, ...]


class Range(NamedTuple):
    """A linear slider."""

    least: float
    most: float
    step: float


class Whole(NamedTuple):
    """A box for a whole number."""

    least: int
    most: int


class Flag(NamedTuple):
    """A switch, on or off."""


def explained(name):
    """Return the help text of a field."""
    text = FIELDS[name][2]
    return text() if callable(text) else text


def _described(registry, wording):
    return "; ".join(f"{name}: {wording(entry)}" for name, entry in registry.items())


def _that_use(registry, field):
    """Return the names of the entries that use a config field, as a list in a sentence."""
    *names, last = [name for name, entry in registry.items() if field in entry.uses]
    return f"{', '.join(names)} and {last}" if names else last


def _cycles():
    users = _that_use(SCHEDULES, "cycle_steps")
    return f"Of the {users} schedule{'s' * (' ' in users)}."


def _classes():
    sets = [entry for entry in DATASETS.values() if entry.class_range]
    each = [f"{entry.classes} ({entry.class_range[0]} to {entry.class_range[1]})" for entry in sets]
    text = ", or ".join(each)
    return f"{text[0].upper()}{text[1:]}."


SEED = Whole(0, 2**32 - 1)
DECADES = (*(round(m * 10.0**e, 10) for e in range(-4, 1) for m in (1, 2, 3, 5, 7)), 10.0)
PENALTIES = ("0", "1e-05", "0.0001", "0.0003", "0.001", "0.003", "0.01", "0.03", "0.1")

FIELDS = {  # field: (label, kind, help); help that depends on a registry is a function, called when shown
    "name": ("Dataset", Choice(DATASETS), lambda: _described(DATASETS, str.lower)),
    "noise": (
        "Noise",
        Range(0.0, 1.0, 0.01),
        "Standard deviation added to both coordinates; in spirals 0.4 of it, in blobs 0.1 more.",
    ),
    "n_samples": ("Points", Whole(20, 20_000), "In all: training, validation and test."),
    "n_classes": ("Classes", Range(2, 6, 1), _classes),
    "scaling": ("Scaling", Choice(SCALINGS), lambda: _described(SCALINGS, str)),
    "split": (
        "Split",
        Typed(("70/15/15", "60/20/20", "50/25/25", "20/40/40", "48000/12000/10000", "5000/1000/1000")),
        "Per cent for training, validation and test; or counts that do not sum to 100.",
    ),
    "stratified": (
        "Stratified split",
        Flag(),
        "Each part gets its share of every class. It has no effect on images in their official order.",
    ),
    "seed": ("Data seed", SEED, "Draws the points and shuffles them before the split."),
    "hidden_layer_sizes": (
        "Hidden layers",
        Typed(("none", "1", "2", "3", "8", "16", "20", "128", "4,4", "8,8", "16,16", "8,8,8", "16,16,16")),
        "Units of each hidden layer, separated by commas; 64x10 is ten layers of 64, none is no layer.",
    ),
    "activation": ("Activation", Choice(ACTIVATIONS), "f in a = f(z), after every hidden layer."),
    "use_bias": ("Biases", Flag(), "Whether z = a W + b has its b."),
    "initializer": (
        "Initializer",
        Choice(INITIALIZERS),
        "The distribution that the first weights are drawn from.",
    ),
    "init_scale": (
        "Initial scale",
        Log((0.0, 0.001, 0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)),
        "Multiplies the first weights.",
    ),
    "loss": ("Loss", Choice(LOSSES), "What is minimised, on the training set."),
    "optimizer": ("Optimizer", Choice(OPTIMIZERS), "How a gradient becomes a step."),
    "learning_rate": (
        "Learning rate η",
        Log(DECADES),
        "How far a step goes down the gradient. 0.1@0;0.01@30 is 0.1 at first, and 0.01 from epoch 30 on.",
    ),
    "momentum": ("Momentum μ", Range(0.0, 0.999, 0.001), lambda: f"For {_that_use(OPTIMIZERS, 'momentum')}."),
    "schedule": ("Schedule", Choice(SCHEDULES), "How the learning rate changes in training."),
    "learning_rate_min": (
        "Least learning rate",
        Log((0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1)),
        lambda: f"Where the schedules {_that_use(SCHEDULES, 'learning_rate_min')} end or begin.",
    ),
    "cycle_steps": ("Half-cycle, steps", Whole(1, 1_000_000), _cycles),
    "l1": (
        "L1 penalty",
        Typed(PENALTIES),
        "λ₁ in λ₁ Σ|W|: one number, or one per layer separated by semicolons, 0;0.001.",
    ),
    "l2": (
        "L2 penalty",
        Typed(PENALTIES),
        "λ₂ in λ₂ ΣW²: one number, or one per layer separated by semicolons, 0;0.001.",
    ),
    "batch_size": (
        "Batch size",
        Log((0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512)),
        "Examples per step; 0 is the whole training set.",
    ),
    "epochs": (
        "Epochs",
        Log((1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000)),
        "Passes over the training set.",
    ),
    "shuffle": ("Shuffle each epoch", Flag(), "If off, the examples come in the same order every epoch."),
    "init_seed": ("Weight seed", SEED, "Seed of the first run; the others take the next seeds."),
    "shuffle_seed": ("Shuffle seed", SEED, "Seed of the first run; the others take the next seeds."),
    "dtype": ("Number format", Choice(DTYPES), "Training usually uses float32, here as elsewhere."),
}

EXAMPLES = {  # for Compare and sweeps: values that are instructive to compare
    "activation": "relu / tanh / sigmoid",
    "initializer": "zeros / normal / glorot_uniform",
    "optimizer": "sgd / momentum / adam",
    "init_scale": "0.01 / 1 / 3",
    "l1": "0.0001 / 0.001 / 0.01",
    "l2": "0.0001 / 0.001 / 0.01",
    BOTH_PENALTIES: "0.0001 / 0.001 / 0.003",
    "hidden_layer_sizes": "3 / 20 / 128",
    "epochs": "2 / 10 / 30",
    "learning_rate": "0.01 / 0.1 / 1",
    "batch_size": "1 / 16 / 256",
    "noise": "0.05 / 0.2 / 0.4",
    "n_samples": "60 / 300 / 3000",
    "n_classes": "2 / 3 / 5",
    "momentum": "0 / 0.9 / 0.99",
    "cycle_steps": "100 / 500 / 2000",
}
DEFAULT_SEEDS = 5
DEFAULTS = {
    name: getattr(config, name)
    for config in (DataConfig(), TrainConfig())
    for name in FIELDS
    if hasattr(config, name)
}


def example_values(field, n_options, examples=EXAMPLES):
    """Return values of a field as text: those in `examples`, else the first `n_options` of its widget."""
    kind = FIELDS[field][1] if field in FIELDS else None
    if isinstance(kind, Flag):
        options = ["true", "false"]
    elif isinstance(kind, Whole):
        options = ["0", "1", "2"]
    else:
        options = [field_text(option) for option in getattr(kind, "options", ())][:n_options]
    return examples.get(field) or " / ".join(options)


def check_range(name, value, subject=""):
    """Raise Unusable if a number is outside the range of the field's widget.

    The sentence begins with `subject`, or with the name and "is".
    """
    if allowed := range_missed(name, value):
        raise Unusable(name, value, allowed, f"{subject or f'{name} is'} {field_text(value)}")


def range_missed(name, value):
    """Return in words the range of the field's widget if a number is outside it, else ""."""
    kind = FIELDS[name][1]
    if not isinstance(kind, (Range, Whole)) or kind.least <= value <= kind.most:
        return ""
    numbers = "whole numbers" if isinstance(kind.least, int) else "numbers"
    return f"{numbers} from {field_text(kind.least)} to {field_text(kind.most)}"


def allowed_instead(name, value, options=None):
    """Return in words what a field may be if it may not be `value`; "" if it may.

    `options` are the page's own choices, if it does not offer all.
    """
    kind = FIELDS[name][1]
    if allowed := range_missed(name, value):
        return allowed
    if isinstance(kind, Choice):
        return "" if value in (options or kind.options) else ", ".join(options or kind.options)
    try:
        (DataConfig if name in DATA_FIELDS else TrainConfig)(**{name: value})
    except ValueError as problem:
        return problem.allowed
    return ""


def widget_value(name, value):
    """Return the field's widget value for a config's `value`: text, unless it is a single value."""
    return field_text(value) if isinstance(FIELDS[name][1], Typed) or isinstance(value, tuple) else value
