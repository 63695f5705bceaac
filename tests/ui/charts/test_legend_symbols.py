"""The symbols of a legend are as strong as the points they explain, though other layers are faint."""

import pandas as pd
import pytest
import test_optimization_charts as optimizers
import test_sweeps_as_seen as swept
from seen import seen

from ui.charts import published_checks


def gradients():
    frame = pd.DataFrame({"at": [1.0, 2.0], "error": [0.5, 0.25]})
    frame["gradient"] = [published_checks.RIGHT, published_checks.PLANTED]
    return published_checks.largest_difference(frame, "h", "", log=True)


CHARTS = {
    "a sweep over two fields": lambda: swept.against("learning_rate", other="activation"),
    "a right and a wrong gradient": gradients,
    "rates of schedules": lambda: optimizers.by_step("rate", rate=[0.1, 0.2, 0.3, 0.4]),
}


@pytest.mark.parametrize("name", CHARTS)
def test_the_symbols_of_a_legend_are_not_as_faint_as_the_faintest_layer(name):
    layers = seen(CHARTS[name]())
    assert min(layer.style.get("opacity", 1) for layer in layers) < 1
    assert max(layer.style.get("opacity", 1) for layer in layers) == 1
    shown = [
        channel["legend"]
        for layer in layers
        for channel in layer.encoding.values()
        if isinstance(channel, dict) and channel.get("legend")
    ]
    assert shown
    assert all(legend["symbolOpacity"] == 1 for legend in shown)
