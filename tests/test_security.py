"""SECURITY.md: every promise names tests that exist, and the settings it relies on are set."""

import pathlib
import re
import tomllib

import pytest

from data import MOST_FILE_BYTES

ROOT = pathlib.Path(__file__).resolve().parents[1]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PROMISES = re.findall(r"^- (.*?)(?=^- |^## |\Z)", TEXT.split("## What is not")[0], re.S | re.M)
SETTINGS = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("promise", PROMISES, ids=lambda text: re.search(r"\*\*(.*?)\*\*", text)[1][:40])
def test_every_promise_names_the_tests_that_hold_it(promise):
    named = re.findall(r"`(tests/[\w/.]+)`", promise)
    assert named
    for path in named:
        assert "\ndef test_" in (ROOT / path).read_text(encoding="utf-8") or path.endswith("conftest.py")


def test_the_settings_that_the_promises_rely_on_are_set():
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["client"]["showErrorDetails"] == "none"
    assert SETTINGS["server"]["maxUploadSize"] << 20 == MOST_FILE_BYTES
    assert SETTINGS["server"].get("enableXsrfProtection", True) is True
