"""The numbers with which links once named the steps of the derivation, and the keys that they mean.

The number of a step depended on the network's depth and loss. The order is the one in use when those links
were written: it never changes, whatever steps the derivation gets.
"""

from lab.links.pages import SIZES
from lab.links.reading import whole

FUNCTIONS = (
    *("sigmoid_tanh", "log_sigmoid", "sigmoid_slope", "tanh_slope", "sign_cases", "absolute_slope"),
    *("rect_slope", "softplus_slope", "leaky_relu_slope", "gelu_slope", "square_sum", "absolute_sum"),
    *("softmax_jacobian", "softmax_shift", "sigmoid_careful", "softplus_careful", "log_sigmoid_careful"),
    *("softmax_careful", "log_sum_exp_careful"),
)
FORWARD, BACKWARD = ("hidden_pre_activation", "hidden_activation"), ("hidden_output", "hidden_delta")
OUTPUT = ("output_pre_activation", "output", "loss", "empirical_risk", "gradient_descent", "output_delta")
OUTPUT += ("output_weights",)
BATCH = ("batch_mean", "batch_delta", "batch_outer", "recursion", "every_layer", "chain_of_layers")
LOSSES = ("softmax_cross_entropy", "sigmoid_cross_entropy", "sigmoid_squared_error")
STALL = ("factor_that_stays", "stall")
INITIALIZATION = ("variance_forward", "second_moment", "variance_backward", "variance_layers")
INITIALIZATION += ("equal_units", "zeros_equal")
OPTIMIZERS = ("momentum_unrolled", "momentum_constant", "adam_moments", "adam_correction", "adam_update")


def keys(depth, loss):
    """Return the keys of the steps in their former order, for a network with `depth` hidden layers."""
    network = [_of(name, layer) for layer in range(1, depth + 1) for name in FORWARD] + [*OUTPUT]
    for layer in range(depth, 0, -1):
        network += [_of(name, layer) for name in (*BACKWARD, "hidden_weights")]
    others = [f"{name}.{part}" for name in LOSSES if name != loss for part in ("output", "loss", "delta")]
    after = (*BATCH, *others, *STALL, *INITIALIZATION, *OPTIMIZERS)
    return (*FUNCTIONS, *network, "inputs", "elastic_net", *after)


def renamed(query):
    """Return the query {name: text} of a link to the derivation with its step's number replaced by the key.

    A number that no step had is left unchanged.
    """
    try:
        number = whole(query["step"])
    except (KeyError, ValueError):
        return query
    _, least, most, default, _ = SIZES["depth"]
    try:
        depth = whole(query.get("depth", ""))
    except ValueError:
        depth = default
    order = keys(depth if least <= depth <= most else default, query.get("loss", LOSSES[0]))
    return query | {"step": order[number - 1]} if 1 <= number <= len(order) else query


def _of(name, layer):
    return name if layer == 1 else f"{name}.{layer}"
