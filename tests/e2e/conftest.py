"""A real server and a real browser."""

import contextlib
import os
import shutil

import pytest
from lab import forget, serving

CHROMIUM = shutil.which("chromium")
SIZE = {"width": 1400, "height": 1000}
PATIENCE = 60_000  # milliseconds for what takes one second where the machine is idle


@pytest.fixture(scope="session")
def address():
    with serving() as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no chromium")
        pytest.skip("no chromium on this machine")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--disable-gpu", "--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tab(browser):
    """One tab for all tests of a process: the app's scripts, compiled, take half as long to start again."""
    with contextlib.closing(browser.new_page(viewport=SIZE, reduced_motion="reduce")) as tab:
        tab.set_default_timeout(PATIENCE)
        yield tab


@pytest.fixture
def page(tab):
    yield tab
    forget(tab)
    tab.set_viewport_size(SIZE)
