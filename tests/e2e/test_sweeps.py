"""The sweeps page in a real browser: click a trial open, train in the pool, stop, and share a server."""

import contextlib
import re

import pytest
from browsing import SMALL, eventually, forget, said, settled, text
from playwright.sync_api import expect

PATH = "/sweeps"
LONGER = "n_samples=1500&epochs=200&seeds=1&axis2=–&axis1=hidden_layer_sizes"
LONGER += "&values1=4 / 8 / 12 / 16 / 128x4"  # the last alone takes seconds: there is time to stop it


def click(page, mark):
    """Click the middle of a mark, as a mouse does."""
    found = page.locator(mark).first
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def points(page):
    """What each trial's mark says, those on show several times but once."""
    marks = page.locator("path[aria-label*='trial: ']")
    return set(marks.evaluate_all("marks => marks.map(one => one.getAttribute('aria-label'))"))


def done(page, n):
    expect(page.get_by_text(re.compile(f"^{n} trainings in [0-9]+ jobs?, all done"))).to_be_visible()
    settled(page)


@pytest.mark.slow
def test_clicks_open_trials_and_the_shared_link_shows_another_visitor_the_same(page, address):
    page.goto(f"{address}{PATH}?{SMALL}&view=Map")
    done(page, 48)
    assert "24 trials × 2 seeds" in text(page)
    one, several = (
        r"best median [0-9.]+% at learning_rate [0-9.]+, l2 ",
        "trials tie at the best median, [0-9.]+%",
    )
    assert re.search(f"{one}|{several}", said(page)[0])
    assert "the shares of all 3 effects sum to 1.000" in text(page)
    click(page, "path[aria-label*='trial: 17']")
    expect(page.get_by_text("Trial 17: learning_rate 1, l2 0")).to_be_visible()
    settled(page)
    click(page, "path[aria-label*='learning_rate: 0.1; l2: 0.01']")
    expect(page.get_by_text("Trial 12: learning_rate 0.1, l2 0.01")).to_be_visible()
    expect(page.get_by_role("button", name="Open the test set for trial 12")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Open the test set for trial 12").click()
    expect(page.get_by_text("The test set has been opened once, for this trial.")).to_be_visible()
    settled(page)
    slider = page.get_by_role("slider", name="Epoch on show")
    slider.press("Home")
    slider.press("ArrowRight")
    expect(page).to_have_url(re.compile("epoch=1"))
    settled(page)
    page.reload()
    done(page, 48)
    expect(slider).to_have_attribute("aria-valuetext", "epoch 1")
    click(page, "path[aria-label*='learning_rate: 0.1; l2: 0.01']")
    expect(page.get_by_text("The test set has been opened once, for this trial.")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Share").click()
    link = page.locator("[data-testid=stCode]").inner_text().strip()
    page.keyboard.press("Escape")
    told, marks = said(page), points(page)
    assert len(marks) >= 24
    forget(page)
    page.goto(link)
    done(page, 48)
    expect(page.get_by_text("The test set has been opened for another network.")).to_be_visible()
    expect(slider).to_have_attribute("aria-valuetext", "epoch 1")
    assert eventually(page, points, lambda now: now == marks) == marks
    assert said(page)[:3] == told[:3]


@pytest.mark.slow
def test_a_sweep_of_images_runs_in_the_pool_of_processes_and_completes(page, address):
    images = "name=mnist&scaling=unit&split=500/200/200&hidden_layer_sizes=100,50&batch_size=50"
    page.goto(f"{address}{PATH}?{images}&epochs=2&seeds=2&values1=0.1 / 0.01&axis2=–")
    done(page, 4)
    assert "4 trainings in 4 jobs" in text(page)
    assert re.search("best median [1-9][0-9.]+% at learning_rate 0.1", said(page)[0])


@pytest.mark.slow
def test_what_is_stopped_is_kept_and_goes_on_while_another_visitor_gets_a_map(page, address):
    page.goto(f"{address}{PATH}?{LONGER}")
    start = page.get_by_role("button", name="Start the sweep")
    stop = page.get_by_role("button", name="Stop", exact=True)
    expect(start.or_(stop)).to_be_visible()
    if start.is_visible():
        start.click()
    expect(page.get_by_text(re.compile("^[1-4] of 5 done"))).to_be_visible()
    stop.click()
    told = re.compile(r"^Stopped\. [1-4] of 5 done, [1-4] to go\. The results so far are kept\.")
    expect(page.get_by_text(told)).to_be_visible()
    expect(page.get_by_text("All trials")).to_be_visible()
    settled(page)
    assert re.search("Validation accuracy: .*[1-9][0-9.]+%", said(page)[0])
    page.get_by_role("button", name="Go on").click()
    expect(stop.or_(page.get_by_text("5 trainings in 5 jobs, all done"))).to_be_visible()
    with contextlib.closing(page.context.new_page()) as other:  # a visit of its own, for each tab is one
        other.goto(f"{address}/decision_boundary?{SMALL}")
        expect(other.get_by_text("2 networks reach")).to_be_visible()
    done(page, 5)
    assert page.get_by_text("This app has encountered an error").count() == 0
