"""Bars of how a logit responds to each feature."""

import pandas as pd
import pytest
from start_charts import rows_of, specification

from ui.charts import palette, sensitivity

FRAME = pd.DataFrame({"feature": ["width", "age", "height"], "value": [2.0, -1.0, 0.5]})


@pytest.mark.parametrize("chart", [sensitivity.magnitudes, sensitivity.signed])
def test_the_features_keep_their_order_and_each_has_its_bar(chart):
    spec = specification(chart(FRAME, "A title"))
    assert spec["title"] == "A title"
    assert spec["encoding"]["y"]["sort"] == ["width", "age", "height"]
    assert rows_of(spec, spec) == FRAME.to_dict("records")
    assert "per standard deviation" in spec["encoding"]["x"]["title"]


def test_a_chart_is_as_high_as_it_has_features():
    heights = [
        specification(sensitivity.magnitudes(pd.concat([FRAME] * k), "A title"))["height"] for k in (1, 2, 3)
    ]
    assert heights[1] - heights[0] == heights[2] - heights[1] > 0


def test_only_signed_bars_have_the_colours_of_signs():
    signed, plain = (
        specification(c(FRAME, ""))["encoding"]["color"] for c in (sensitivity.signed, sensitivity.magnitudes)
    )
    assert signed["scale"]["range"] == [palette.NEGATIVE, palette.POSITIVE]
    assert signed["scale"]["domain"] == [0]
    assert plain == {"value": palette.NEUTRAL}
