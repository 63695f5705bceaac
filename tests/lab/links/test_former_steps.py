"""Links that name a step of the derivation by its number: the numbers mean what they meant."""

import itertools

import pytest

from lab.derivation import Problem, derive
from lab.links import former_steps, parameters
from mlp import LOSSES


@pytest.mark.parametrize(
    ("query", "key"),
    [  # as the page opened them when its links had numbers
        ({"step": "1"}, "sigmoid_tanh"),
        ({"step": "20"}, "hidden_pre_activation"),
        ({"step": "27"}, "output_delta"),
        ({"step": "33"}, "elastic_net"),
        ({"step": "34"}, "batch_mean"),
        ({"step": "40"}, "sigmoid_cross_entropy.output"),
        ({"step": "40", "loss": "sigmoid_squared_error"}, "softmax_cross_entropy.output"),
        ({"step": "58"}, "adam_update"),
        ({"step": " 30", "depth": "2"}, "output_weights"),
        ({"step": "47", "depth": "3"}, "recursion"),
        ({"step": "68", "depth": "3"}, "adam_update"),
        ({"step": "58", "depth": "deep"}, "adam_update"),
        ({"step": "0"}, "0"),
        ({"step": "59"}, "59"),
        ({"step": "hidden_delta"}, "hidden_delta"),
        ({"step": ""}, ""),
    ],
)
def test_a_number_means_the_step_that_it_was(query, key):
    assert former_steps.renamed(query) == query | {"step": key}
    texts = {name: [text] for name, text in query.items()}
    assert parameters.current("derivation", texts)["step"] == [key]
    assert parameters.current("gradient_check", texts) == texts


@pytest.mark.slow
def test_every_former_key_is_a_step_of_that_network_and_no_other_step_was_there():
    for depth, loss in itertools.product((1, 2, 3), LOSSES):
        steps = derive(Problem(hidden_layer_sizes=(2,) * depth, loss=loss))
        keys = former_steps.keys(depth, loss)
        assert len(set(keys)) == len(keys)
        assert set(keys) <= {step.key for step in steps}
