"""Places of the derivation to start from: the question each answers. Steps are named by their keys."""

from lab.derivation import Problem, derive
from lab.questions.preset import Preset


def _step(key, **problem):
    """The number that the step has for such a problem: further layers have further steps."""
    return [step.key for step in derive(Problem(**problem))].index(key) + 1


def questions():
    """The presets of the page."""
    return (
        Preset(
            "Where does o − onehot(y) come from?",
            {"step": _step("output_delta")},
            "Will the gradient of the loss with respect to the logits be a simple formula?",
        ),
        Preset(
            "What does ReLU let back through?",
            {"step": _step("hidden_delta"), "activation": "relu", "d_h": 5},
            "Which units pass nothing back?",
        ),
        Preset(
            "Why is it a matrix product over the batch?",
            {"step": _step("batch_outer"), "K": 5},
            "How many outer products are added up?",
        ),
        Preset(
            "Three hidden layers: what repeats?",
            {"step": _step("recursion", hidden_layer_sizes=(3, 3, 3)), "depth": 3},
            "How many lines does each further layer need?",
        ),
        Preset(
            "Why does squared error stall on a wrong answer?",
            {"step": _step("stall", loss="sigmoid_squared_error"), "loss": "sigmoid_squared_error"},
            "How much larger is the gradient of the cross-entropy there?",
        ),
        Preset(
            "What does the penalty change, and what not?",
            {"step": _step("elastic_net"), "l1": 0.01, "l2": 0.01},
            "Do the biases' gradients change?",
        ),
        Preset(
            "Why do zeros keep all units equal?",
            {"step": _step("zeros_equal")},
            "After how many steps will two units differ?",
        ),
    )
