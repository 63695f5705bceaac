"""Work that needs much memory waits for a click on every page, which shows the rest meanwhile."""

import pytest
from visiting import charts, opened, press, sentences

from lab.links import cost
from mlp import training

SMALL = {"n_samples": "60", "epochs": "2", "hidden_layer_sizes": "4", "seeds": "2"}
QUESTION = " MB of this server's memory."


@pytest.fixture
def stacks(monkeypatch):
    """The configs of every stack that is made, where work that needs more than a kilobyte waits."""
    monkeypatch.setattr(cost, "ASK_ABOVE_BYTES", 1000)
    made, stack = [], training.Stack
    monkeypatch.setattr(
        training, "Stack", lambda configs, *sizes: made.append(configs) or stack(configs, *sizes)
    )
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "query", "works", "button", "chart"),
    [
        ("decision_boundary", {}, ["This training takes about 1 s and 0"], "Train", "Map of the plane"),
        ("initialization", {"train": "true"}, ["This training"], "Train", "Training loss by"),
        ("gradient_check", {"epochs": "0"}, ["Checking this network"], "Start", "How small a step?"),
        ("bug_lab", {}, ["Testing this program", "6 trainings, with the bug and"], "Train", "Line chart of"),
    ],
)
def test_it_waits_before_anything_is_allocated(stacks, page, query, works, button, chart):
    app = opened(f"pages/{page}.py", SMALL | query | {"init_seed": "7001"})
    assert not app.exception
    asked = sentences(app)
    assert all(one.startswith(work) for one, work in zip(asked, works, strict=True)), asked
    assert all(one.endswith(QUESTION) for one in asked)
    assert not stacks
    before = charts(app)
    press(app, button)
    assert not app.exception
    assert sentences(app) != asked
    assert any(chart in one.proto.alt for one in charts(app)), [one.proto.alt for one in charts(app)]
    assert not any(chart in one.proto.alt for one in before)
