"""What holds of every chart that is drawn in these tests."""

import pytest
import sent_charts

from ui.charts.drawing import Drawing


@pytest.fixture(autouse=True)
def charts_are_those_of_altair(monkeypatch):
    """Every chart whose specification is looked at is valid, and sent as Altair would send it."""
    monkeypatch.setattr(Drawing, "to_dict", sent_charts.to_dict, raising=False)
