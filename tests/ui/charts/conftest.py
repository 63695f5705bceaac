"""What holds of every chart that is drawn in these tests."""

import pytest
from altair.utils import schemapi


@pytest.fixture(autouse=True)
def no_channel_is_looked_up(monkeypatch):
    """Channels are written out: of `x2="right:Q"` Altair hashes its whole schema, some 30 ms for each."""

    def refuse(*_, **__):
        raise AssertionError("A channel is a shorthand: write alt.X2(...), alt.Text(...), alt.Tooltip(...).")

    monkeypatch.setattr(schemapi._FromDict, "__init__", refuse)
