"""What holds of every chart that is drawn in these tests."""

import pytest
import sent_charts

from ui.charts.drawing import Drawing


@pytest.fixture(autouse=True)
def charts_are_valid(monkeypatch):
    """Every chart whose specification is looked at is valid."""
    monkeypatch.setattr(Drawing, "to_dict", sent_charts.to_dict, raising=False)
