"""On the pages, the axis of a loss names it and its unit; where the drawn losses differ, it does not."""

import json

import pytest
from visiting import FAST, charts, opened

pytestmark = pytest.mark.usefixtures("no_timeline")

NATS, SQUARES = "mean cross-entropy (nats)", "mean squared error (summed over classes)"
COMPARE = {"mode": "Compare", "compare": "loss", "values": "softmax_cross_entropy / sigmoid_squared_error"}
RATES = {"mode": "Compare", "compare": "learning_rate", "values": "0.1 / 0.2"}
SWEEP = {"axis1": "learning_rate", "values1": "0.1 / 1", "axis2": "–"}
MIXED = {"axis1": "loss", "values1": "softmax_cross_entropy / sigmoid_squared_error", "axis2": "–"}


def titles(part):
    """The titles of vertical axes in a specification that are of a loss."""
    if isinstance(part, list):
        return set().union(*map(titles, part))
    if not isinstance(part, dict):
        return set()
    title = part["y"].get("title") if isinstance(part.get("y"), dict) else None
    own = {" ".join(title) if isinstance(title, list) else title} if title else set()
    return {one for one in own.union(*map(titles, part.values())) if one.startswith("mean ")}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "query", "title"),
    [
        ("decision_boundary", {}, NATS),
        ("decision_boundary", {"loss": "sigmoid_squared_error"}, SQUARES),
        ("decision_boundary", RATES, NATS),
        ("decision_boundary", COMPARE, "mean loss"),
        ("sweeps", SWEEP | {"loss": "sigmoid_squared_error"}, SQUARES),
        ("sweeps", MIXED, "mean loss"),
    ],
)
def test_the_axis_of_a_loss_names_what_all_that_is_drawn_has(page, query, title):
    app = opened(f"pages/{page}.py", FAST | query)
    assert not app.exception
    found = set().union(*(titles(json.loads(chart.proto.spec)) for chart in charts(app)))
    assert title in found
    assert found <= {title, NATS, SQUARES} if page == "sweeps" else found == {title}
