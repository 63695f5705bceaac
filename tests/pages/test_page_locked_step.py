"""A locked step of the derivation: in a network that does not have it, and with another activation."""

import pytest
from visiting import hold, opened, press, sentences, text

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


def test_the_question_of_a_locked_step_tells_that_an_open_control_differs_until_it_is_reset():
    link = {"step": "hidden_delta", "activation": "relu", "d_h": "5", "lock": "1", "open": "K,d_h"}
    told = "The experiment set here is not the question's own."
    app = opened(PAGE, link)
    assert "The experiment opens with your answer." in text(app)
    assert told not in text(app)
    app = hold(app, d_h=3)
    assert told in text(app)
    app = hold(app, d_h=5)
    assert told not in text(app)
    (pills,) = [one for one in app.get("button_group") if one.key == "_asked_first"]
    app = pills.set_value(0).run()
    assert "For the first example z is" in text(app)
    assert told not in text(app)
    app = hold(app, K=4)
    assert text(app).count(told) == 1
    assert told not in text(press(app, "Reset"))
