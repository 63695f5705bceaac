"""A locked step of the derivation, in a network that does not have it."""

import pytest
from visiting import hold, opened, sentences

PAGE = "pages/derivation.py"


@pytest.mark.parametrize(
    ("link", "change", "back", "titles"),
    [
        (
            {"step": "hidden_weights.2", "depth": "2", "open": "depth"},
            {"depth": 1},
            {"depth": 2},
            ("The gradient of the hidden weights of layer 2", "The gradient of the hidden weights"),
        ),
        (
            {"step": "sigmoid_cross_entropy.loss", "open": "loss"},
            {"loss": "sigmoid_cross_entropy"},
            {"loss": "softmax_cross_entropy"},
            ("Sigmoid with cross-entropy: the loss of one example", "The loss of one example"),
        ),
    ],
)
def test_a_locked_step_has_its_counterpart_in_a_network_without_it_and_returns(link, change, back, titles):
    app = opened(PAGE, {"lock": "1", "predict": "false"} | link)
    assert app.subheader[0].value == titles[0]
    assert hold(app, **change).subheader[0].value == titles[1]
    assert hold(app, **back).subheader[0].value == titles[0]
    assert sentences(app) == []
