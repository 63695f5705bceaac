"""What the tests of pages share."""

import pytest

from ui import runs
from ui.cost import Speed


@pytest.fixture(scope="session", autouse=True)
def typical_machine():
    """Whether a page asks before it trains does not depend on how busy this machine is."""
    runs.cache().speed = Speed(layer=4e-5, run=2e-6, multiply_add=5e-11)
