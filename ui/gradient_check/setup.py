"""The page's sidebar (data, network, what is checked and how), read as a Plan."""

import streamlit as st

from lab.gradient_check.plan import Plan, parse_step
from lab.links.experiment import parse_field
from lab.links.fields import FIELDS
from lab.links.pages import FIRST_TEN, PAGES
from lab.links.reading import quoted
from mlp import TrainConfig
from mlp.checks.numerical import SCHEMES
from mlp.config import DTYPES
from ui.sidebar import controls, lock

DEFAULTS, VIEW, *_ = PAGES["gradient_check"]
GROUPS = {"Data": ("name",), "Network": ("hidden_layer_sizes", "activation", "loss", "l1", "l2")}
MORE = {
    "Data": ("noise", "n_samples", "n_classes", "scaling", "split", "stratified", "seed"),
    "Network": ("initializer", "init_scale", "use_bias", "init_seed"),
    "Training before the check": (
        "learning_rate",
        *(name for name in controls.MORE_TRAINING if name not in GROUPS["Network"]),
        "shuffle_seed",
    ),
}
STEPS = ("0.1", "0.01", "0.001", "0.0001", "1e-5", "1e-6", "1e-7", "1e-8", "1e-10", "1e-12", "1e-20", "1/24")
MOST_EXAMPLES = 512
MOST_GROUPS = 40
IN_SIDEBAR = ("examples", "scheme", "h", "precision", "which")
KEYS = (*(name for name in FIELDS if name != "dtype"), "points")


def sidebar():
    """Draw the controls; return the Plan and the sentences about what could not be used."""
    widget_values, problems = {}, []
    with st.sidebar:
        for title, names in GROUPS.items():
            controls.group(title, names, widget_values)
        controls.group("Trained before", ("epochs",), widget_values)
        if not all(lock.hides(key) for key in IN_SIDEBAR):
            st.markdown("**Check**")
        how = _how(widget_values, problems)
        controls.more(MORE, widget_values)
    experiment, refused = controls.assemble(widget_values, DEFAULTS)
    experiment, too_large = controls.within_limits(experiment, 1, "gradient_check")
    plan = Plan(experiment, **how)
    if plan.group not in groups_of(experiment.train):
        problems.append(
            f"which is {quoted(plan.group)}, but this network has none of these; all parameters are checked "
            "instead."
        )
        plan = plan._replace(group=VIEW["which"])
    sentences = problems + controls.ignored(widget_values) + refused + too_large
    return plan, list(dict.fromkeys(sentences))


def step_text(step):
    """Return a step as text for the page: 1e-5 for 1e-05, and 1/24 for one over a whole number."""
    mantissa, _, exponent = f"{step:.3g}".partition("e")
    if exponent:
        return f"{mantissa}e{int(exponent)}"
    n = round(1 / step)
    return f"1/{n}" if 1 / n == step != float(mantissa) else mantissa


def _how(widget_values, problems):
    """Draw the group Check; return the fields of the Plan except its experiment."""
    examples = lock.control(
        st.number_input,
        "Examples K",
        1,
        MOST_EXAMPLES,
        key="examples",
        help="The loss is the mean over the first K training examples.",
    )
    explained = "forward: (L(θ+h) − L(θ))/h; central: (L(θ+h) − L(θ−h))/2h; complex: Im L(θ+ih)/h."
    scheme = lock.control(st.segmented_control, "Scheme", SCHEMES, key="scheme", help=explained)
    text = lock.control(
        st.selectbox,
        "Step h",
        STEPS,
        key="h",
        accept_new_options=True,
        help="How far each parameter is moved. Choose a step or type one; fractions such as 1/24 work too.",
    )
    explained = "The number format that both gradients are computed in."
    precision = lock.control(st.segmented_control, "Precision", DTYPES[::-1], key="precision", help=explained)
    groups = _groups(widget_values)
    group = lock.control(
        st.selectbox,
        "Parameters",
        groups,
        key="which",
        help="If there are more than a few thousand, a sample of each matrix and bias is checked.",
    )
    try:
        step = parse_step(text or VIEW["h"])
    except ValueError as problem:
        problems.append(f"{problem} {VIEW['h']} is used instead.")
        step = parse_step(VIEW["h"])
    how = {"examples": int(examples), "scheme": scheme, "step": step, "precision": precision}
    return how | {"group": group}


def groups_of(config):
    """Return a network's groups of parameters: all, one kind, one layer, or ten weights of layer 2."""
    layers = [f"layer {number}" for number in range(1, config.n_layers + 1)]
    first_ten = [FIRST_TEN] * (config.n_layers > 1)
    return ["all", "weights", *(["biases"] if config.use_bias else []), *layers, *first_ten]


def _groups(widget_values):
    """Return the groups to choose from; those of the default network if the hidden layers cannot be read."""
    try:
        sizes = parse_field("hidden_layer_sizes", widget_values["hidden_layer_sizes"])
        config = TrainConfig(hidden_layer_sizes=sizes)
    except ValueError:
        config = TrainConfig(hidden_layer_sizes=DEFAULTS["hidden_layer_sizes"])
    return groups_of(config)[:MOST_GROUPS]
