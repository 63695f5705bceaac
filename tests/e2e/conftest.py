"""A real server and a real browser."""

import contextlib
import os
import shutil

import pytest
from lab import serving

CHROMIUM = shutil.which("chromium")


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
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    with contextlib.closing(browser.new_page(viewport={"width": 1400, "height": 1000})) as page:
        page.set_default_timeout(30_000)
        yield page
