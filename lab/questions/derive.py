"""The questions of the derivation, whose links name a step by its key."""

from lab.questions import derivation_answers as derived
from lab.questions.preset import Preset

DERIVATION = (
    Preset(
        "Where does o − onehot(y) come from?",
        {"step": "output_delta"},
        "o is the softmax of the logits. With respect to what is o − onehot(y) the gradient of the loss?",
        ("The logits", "The outputs", "Both"),
        derived.whose_gradient,
    ),
    Preset(
        "What does ReLU let back through?",
        {"step": "hidden_delta", "activation": "relu", "d_h": 5},
        "Which hidden units pass nothing back?",
        ("Those with z below 0", "Those with ∂L/∂hˢ below 0", "None of them"),
        derived.which_units_block,
    ),
    Preset(
        "Why is it a matrix product over the batch?",
        {"step": "batch_outer", "K": 5},
        "A minibatch of 5 examples, 3 hidden units, 2 classes. How many outer products are added up?",
        ("One", "Two: one per class", "Three: one per hidden unit", "Five: one per example"),
        derived.how_many_products,
    ),
    Preset(
        "Three hidden layers: what repeats?",
        {"step": "recursion", "depth": 3},
        "You have the backward pass for one hidden layer. How many lines does each further layer add?",
        ("None", "A few", "All again"),
        derived.what_a_layer_adds,
    ),
    Preset(
        "Why does squared error stall on a wrong answer?",
        {"step": "stall", "loss": "sigmoid_squared_error"},
        "A logit is 8 where it should be low: how much larger is cross-entropy's gradient than squared "
        "error's?",
        ("Up to 10 times", "10 to 1,000 times", "More than 1,000 times"),
        derived.times_larger,
    ),
    Preset(
        "What does the penalty change, and what not?",
        {"step": "elastic_net", "l1": 0.01, "l2": 0.01},
        "Do the biases' gradients change?",
        ("Yes, all of them", "Only those of the output layer", "No, only the weights' do"),
        derived.whose_gradients_change,
    ),
    Preset(
        "What tells the units of a network of zeros apart?",
        {"step": "zeros_equal"},
        "After how many steps will two hidden units differ?",
        ("After the first step", "After 2 to 200 steps", "Not within 200 steps"),
        derived.when_units_differ,
        "why-do-zeros-keep-all-units-equal",
    ),
)
