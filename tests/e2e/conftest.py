"""A real server and a real browser."""

import contextlib
import os
import shutil
from urllib.parse import urlsplit

import pytest
from browsing import forget, serving

# Debian builds both from one source; the first, which draws no window, takes less processor time.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
# To optimize what a page runs for a moment takes longer than to run it; a larger young space is emptied less.
FLAGS = ("--disable-gpu", "--no-sandbox", "--js-flags=--no-maglev,--no-turbofan,--min-semi-space-size=32")
SIZE = {"width": 1400, "height": 1000}
PATIENCE = 180_000  # milliseconds for what takes one second where the machine is idle


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
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tab(browser):
    """One tab for all tests of a process: the app's scripts, compiled, take half as long to start again."""
    with contextlib.closing(browser.new_context(viewport=SIZE, reduced_motion="reduce")) as context:
        context.set_default_timeout(PATIENCE)
        tab = context.new_page()
        tab.asked_elsewhere = []
        tab.on("request", lambda request: _is_ours(request.url) or tab.asked_elsewhere.append(request.url))
        yield tab


def _is_ours(url):
    return urlsplit(url).scheme in ("data", "blob", "about") or urlsplit(url).hostname == "127.0.0.1"


@pytest.fixture
def page(tab):
    tab.asked_elsewhere.clear()
    yield tab
    forget(tab)
    assert tab.asked_elsewhere == []  # no page makes a visitor's browser ask another host for anything
    tab.set_viewport_size(SIZE)
    tab.emulate_media(color_scheme="light")
