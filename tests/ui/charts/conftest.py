"""What holds of every chart that is drawn in these tests."""

import pytest
from altair.utils import schemapi
from sent_charts import assert_as_altair

from ui.charts.layers import Layers


@pytest.fixture(autouse=True)
def no_channel_is_looked_up(monkeypatch):
    """Channels are written out: of `x2="right:Q"` Altair hashes its whole schema, some 30 ms for each."""

    def refuse(*_, **__):
        raise AssertionError("A channel is a shorthand: write alt.X2(...), alt.Text(...), alt.Tooltip(...).")

    monkeypatch.setattr(schemapi._FromDict, "__init__", refuse)


@pytest.fixture(autouse=True)
def layers_are_put_together_as_by_altair(monkeypatch):
    """Every chart of layers whose specification is looked at is sent as Altair would send it."""
    by_altair = Layers.to_dict

    def compared(chart, **options):
        spec = by_altair(chart, **options)
        assert_as_altair(chart)
        return spec

    monkeypatch.setattr(Layers, "to_dict", compared)
