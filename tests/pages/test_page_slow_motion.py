"""One step in slow motion, on the decision-boundary page."""

import re

import pytest
from visiting import FAST, FAST_DATA, FAST_TRAIN, go, hold, ok, press, said, sentences, text, visit

from data import load_dataset
from lab import slow_motion
from mlp import TrainConfig


@pytest.mark.slow
def test_a_step_is_shown_in_slow_motion_once_its_box_is_open():
    app = visit(**FAST | {"seeds": "1"})
    assert not any("Step 1 sees" in one for one in said(app))
    app.session_state["_slow"] = True
    ok(go(app))
    config = TrainConfig(**FAST_TRAIN)
    first, second, *_ = slow_motion.first_steps(config, load_dataset(FAST_DATA))
    assert f"counted from 0: {', '.join(map(str, first.batch[:32]))}" in text(app)
    ok(hold(app, _slow_step=2))
    assert f"counted from 0: {', '.join(map(str, second.batch[:32]))}" in text(app)
    assert any(one.startswith("The batch on the plane") for one in said(app))
    ok(hold(app, _slow_phase="forward"))
    assert any("Layer 1: pre-activation and activation, mean over the batch" in one for one in said(app))
    ok(hold(app, _slow_phase="backward"))
    ok(hold(app, _slow_of="its first example"))
    assert any("Layer 2: δ, the first example of the batch" in one for one in said(app))
    ok(hold(app, _slow_phase="update"))
    assert slow_motion.what_the_loss_did(second.loss_before, second.loss_after) in text(app)


@pytest.mark.slow
@pytest.mark.parametrize("use_bias", ["true", "false"])
def test_the_bias_is_told_of_where_there_is_one(use_bias):
    app = visit(**FAST | {"seeds": "1", "epochs": "1", "use_bias": use_bias})
    app.session_state["_slow"], app.session_state["_slow_phase"] = True, "forward"
    app.session_state["_unit"] = "unit 1 of layer 1"
    ok(go(app))
    has_bias = use_bias == "true"
    assert ("its weighted inputs and its bias, which gives" in text(app)) == has_bias
    assert ("its weighted inputs, which gives" in text(app)) != has_bias
    assert ("each source times its weight, plus the bias. The" in text(app)) == has_bias
    assert ("each source times its weight. The gradient" in text(app)) != has_bias
    ok(hold(app, _slow_phase="backward"))
    titles = [one for one in said(app) if "Layer 1: δ, sum over the batch" in one]
    assert ["which is also the gradient of the bias" in one for one in titles] == [has_bias]


def test_of_a_wide_and_deep_network_a_part_is_shown_and_the_page_says_so():
    app = visit(**FAST | {"seeds": "1", "epochs": "1", "hidden_layer_sizes": "20,3,3,3"})
    app.session_state["_slow"] = True
    go(app)
    ok(hold(app, _slow_phase="update"))
    assert "Only the first 4 of 5 layers are shown." in text(app)
    assert "only the first 16 are shown" in text(app)


def test_a_step_that_needs_much_memory_waits_for_a_click_and_is_then_shown():
    large = {
        "n_samples": "20000",
        "batch_size": "0",
        "hidden_layer_sizes": "100",
        "epochs": "1",
        "seeds": "1",
    }
    app = ok(visit(**large))
    app.session_state["_slow"] = True
    go(app)
    (sentence,) = sentences(app)
    assert re.match(r"This step takes about 1 s and [0-9]{2,3} MB of this server's memory\.", sentence)
    assert not any("Step 1 sees" in one for one in said(app))
    press(app, "Start")
    assert any("Step 1 sees 14,000 of 14,000 training examples" in one for one in said(app))
