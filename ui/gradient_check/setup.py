"""The page's sidebar: data, network, what is checked and how; read as an Asked."""

import math
from typing import NamedTuple

import streamlit as st

from data import offered
from lab.links.experiment import Experiment, parse_field
from lab.links.fields import FIELDS
from lab.links.pages import PAGES
from lab.links.reading import quoted
from mlp import TrainConfig
from mlp.checks.numerical import SCHEMES
from mlp.config import DTYPES
from ui.sidebar import controls, lock

STATE = st.session_state
DEFAULTS, VIEW, _ = PAGES["gradient_check"]
GROUPS = {"Data": ("name",), "Network": ("hidden_layer_sizes", "activation", "loss", "l1", "l2")}
MORE = {
    "Data": ("noise", "n_samples", "n_classes", "scaling", "split", "seed"),
    "Network": ("initializer", "init_scale", "use_bias", "init_seed"),
    "Training before the check": (
        "learning_rate",
        *(name for name in controls.MORE_TRAINING if name not in GROUPS["Network"]),
        "shuffle_seed",
    ),
}
STEPS = ("0.1", "0.01", "0.001", "0.0001", "1e-5", "1e-6", "1e-7", "1e-8", "1e-10", "1e-12", "1e-20", "1/24")
LEAST_STEP, MOST_STEP = 1e-30, 1.0
MOST_EXAMPLES = 512
MOST_GROUPS = 40
IN_SIDEBAR = ("examples", "scheme", "h", "precision", "which")
KEYS = (*(name for name in FIELDS if name != "dtype"), *VIEW)
ALLOWED_STEPS = "a number from 1e-30 to 1, such as 1e-5, or a fraction such as 1/24"


class Asked(NamedTuple):
    """A network after so much training, and how its derivatives are to be checked."""

    experiment: Experiment
    examples: int
    scheme: str
    step: float
    precision: str
    which: str
    n_seeds: int = 1

    def configs(self):
        """The one TrainConfig."""
        return (self.experiment.train,)


def sidebar():
    """Draw the controls; returns the Asked and the sentences about what could not be used."""
    held, problems = {}, []
    with st.sidebar:
        for title, names in GROUPS.items():
            controls.group(title, names, held, offered("gradient_check"), DEFAULTS)
        controls.group("Trained before", ("epochs",), held, None, DEFAULTS)
        examples, scheme, step, precision, which = _check(held, problems)
        controls.more(MORE, held, DEFAULTS)
    experiment, refused = controls.assemble(held, DEFAULTS)
    experiment, too_large = controls.within_limits(
        experiment, 1, "gradient_check", DEFAULTS["hidden_layer_sizes"]
    )
    if which not in groups_of(experiment.train):
        problems.append(
            f"which is {quoted(which)}, of which this network has none; all parameters are checked instead."
        )
        which = VIEW["which"]
    sentences = problems + controls.ignored(held) + refused + too_large
    asked = Asked(experiment, examples, scheme, step, precision, which)
    return asked, list(dict.fromkeys(sentences))


def parse_step(text):
    """The step of "1e-5" or "1/24"; raises ValueError in one sentence."""
    try:
        above, _, below = text.partition("/")
        step = float(above) / float(below or 1)
    except (ValueError, ZeroDivisionError, OverflowError):
        step = math.nan
    if not LEAST_STEP <= step <= MOST_STEP:
        raise ValueError(f"h is {quoted(text)}; allowed: {ALLOWED_STEPS}.")
    return step


def step_text(step):
    """A step as it is written on the page: 1e-05 is 1e-5, and one over a whole number is 1/24."""
    mantissa, _, exponent = f"{step:.3g}".partition("e")
    if exponent:
        return f"{mantissa}e{int(exponent)}"
    n = round(1 / step)
    return f"1/{n}" if 1 / n == step != float(mantissa) else mantissa


def _check(held, problems):
    """Draw the group Check; returns examples, scheme, step, precision and which parameters."""
    if not all(lock.hides(key) for key in IN_SIDEBAR):
        st.markdown("**Check**")
    examples = lock.control(
        st.number_input,
        "Examples K",
        1,
        MOST_EXAMPLES,
        VIEW["examples"],
        key="examples",
        default=VIEW["examples"],
        allowed=range(1, MOST_EXAMPLES + 1),
        help="The loss is the mean over the first K training examples.",
    )
    scheme = choice(
        "Scheme",
        SCHEMES,
        "scheme",
        "forward: (L(θ+h) − L(θ))/h; central: (L(θ+h) − L(θ−h))/2h; complex: Im L(θ+ih)/h.",
    )
    text = lock.control(
        st.selectbox,
        "Step h",
        STEPS,
        index=STEPS.index(VIEW["h"]),
        key="h",
        default=VIEW["h"],
        accept_new_options=True,
        help="How far each parameter is moved. Choose or type, 1/24 too.",
    )
    precision = choice(
        "Precision", DTYPES[::-1], "precision", "The number format that both gradients are computed in."
    )
    groups = _groups(held)
    which = lock.control(
        st.selectbox,
        "Parameters",
        groups,
        key="which",
        default=VIEW["which"],
        allowed=groups,
        help="Of more than a few thousand, a sample of each matrix and bias is checked.",
    )
    try:
        step = parse_step(text or VIEW["h"])
    except ValueError as problem:
        problems.append(f"{problem} {VIEW['h']} is used instead.")
        step = parse_step(VIEW["h"])
    return int(examples), scheme, step, precision, which


def choice(label, options, key, explained=None):
    """Draw a choice of one of a few, returns it."""
    return lock.control(
        st.segmented_control,
        label,
        options,
        key=key,
        default=VIEW[key],
        allowed=options,
        required=True,
        help=explained,
    )


def groups_of(config):
    """What may be checked of a network: all, one kind, or one layer."""
    layers = [f"layer {number}" for number in range(1, config.n_layers + 1)]
    return ["all", "weights", *(["biases"] if config.use_bias else []), *layers]


def _groups(held):
    """The groups to choose from, as far as the hidden layers can be read."""
    try:
        config = TrainConfig(hidden_layer_sizes=parse_field("hidden_layer_sizes", held["hidden_layer_sizes"]))
    except ValueError:
        config = TrainConfig(hidden_layer_sizes=DEFAULTS["hidden_layer_sizes"])
    return groups_of(config)[:MOST_GROUPS]
