"""Charts that follow the timeline: which rows the browser is told to show, and by which parameters."""

import re

import pandas as pd
import pytest
from start_charts import specification

from ui.charts import curves, following

EPOCHS = [0, 1, 2, 2, 3]


def shown(frame, at_epoch):
    """Return the epochs on show where the timeline has sent this text: Vega's expressions, done in Python."""
    hold = {"at_epoch": at_epoch}
    for param in following.EXPRESSIONS:
        test, then, otherwise = re.fullmatch(r"(.*) \? (.*) : (.*)", param.param.expr).groups()
        hold[param.name] = float((then if hold[test] else otherwise).replace("+at_epoch", str(at_epoch)))
    left, right = following.SHOWN.strip("()").split(" || ")
    assert (left, right) == ("datum.epoch == shown", "datum.now > hidden")
    rows = (frame["epoch"] == hold["shown"]) | (frame["now"] > hold["hidden"])
    return frame["epoch"][rows].tolist()


@pytest.mark.parametrize(
    ("at_epoch", "epochs"), [(None, [2, 2]), ("", [2, 2]), ("0", [0]), ("2", [2, 2]), ("3", [3]), ("4", [])]
)
def test_the_timelines_epoch_is_on_show_and_without_a_timeline_the_servers(at_epoch, epochs):
    assert shown(following.marked(pd.DataFrame({"epoch": EPOCHS}), 2, 4), at_epoch) == epochs


@pytest.mark.parametrize("at_epoch", [None, "0", "7", "50"])
def test_rows_of_the_only_epoch_that_was_sent_are_on_show_whatever_the_timeline_says(at_epoch):
    for frame in (pd.DataFrame({"x": [1.0, 2.0]}), pd.DataFrame({"epoch": [7, 7]})):
        assert shown(following.marked(frame, 7), at_epoch) == [7, 7]


def test_a_chart_listens_to_the_body_of_the_page_and_its_rule_stands_at_the_epoch_on_show():
    loss = {"epoch": [0, 1, 2], "quantity": "loss", "split": "train", "median": [3.0, 2.0, 1.0]}
    frame = pd.DataFrame(loss).assign(low=[3.0, 2.0, 1.0], high=[3.0, 2.0, 1.0])
    assert "params" not in specification(curves.curves(frame, "loss", "A title"))
    spec = specification(curves.curves(frame, "loss", "A title", epoch=1))
    bound = {param["name"]: param["bind"] for param in spec["params"] if "bind" in param}
    assert bound == {"at_epoch": {"element": "body", "event": "epoch"}}
    (rule,) = (layer for layer in spec["layer"] if layer["mark"]["type"] == "rule")
    assert rule["transform"] == [{"as": "epoch", "calculate": "at_epoch ? +at_epoch : datum.epoch"}]
