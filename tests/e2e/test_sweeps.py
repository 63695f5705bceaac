"""The sweeps page in a real browser: a cold link, clicks that open a trial, the pool, Stop, two visitors."""

import re

from lab import CHART, serving, settled, text
from playwright.sync_api import expect

PATH = "/sweeps"
QUICK = "n_samples=120&epochs=3&seeds=2&hidden_layer_sizes=4"
SLOW = 60_000  # milliseconds that may pass on a busy machine
LONGER = "n_samples=1500&epochs=40&seeds=1&axis2=–&axis1=activation"
LONGER += "&values1=relu / tanh / gelu / sigmoid / softplus"


def said(page):
    """What each chart says to who cannot see it."""
    return page.locator(CHART).evaluate_all("charts => charts.map(one => one.getAttribute('aria-label'))")


def click(page, mark):
    """Click the middle of a mark, as a mouse does."""
    found = page.locator(mark).first
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def done(page, n):
    expect(page.get_by_text(re.compile(f"^{n} trainings in [0-9]+ jobs?, all done"))).to_be_visible(
        timeout=SLOW
    )
    settled(page)


def test_a_cold_link_is_a_servers_first_request_and_every_trial_comes_in(page):
    with serving() as address:
        page.goto(f"{address}{PATH}")
        done(page, 120)
        assert "24 trials × 5 seeds" in text(page)
        assert re.search(r"best [0-9.]+% at learning_rate [0-9.]+, l2 [0-9.]+", said(page)[0])
        assert "the shares of all 3 effects sum to 1.000" in text(page)
        assert page.get_by_text("This app has encountered an error").count() == 0


def test_clicks_open_trials_and_the_shared_link_shows_another_visitor_the_same(page, browser, address):
    page.goto(f"{address}{PATH}?{QUICK}&view=Map")
    done(page, 48)
    click(page, "path[aria-label*='trial: 17']")
    expect(page.get_by_text("Trial 17: learning_rate 1, l2 0.")).to_be_visible(timeout=SLOW)
    settled(page)
    click(page, "path[aria-label*='learning_rate: 0.1; l2: 0.01']")
    expect(page.get_by_text("Trial 12: learning_rate 0.1, l2 0.01.")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("button", name="Open the test set for trial 12")).to_be_visible(timeout=SLOW)
    settled(page)
    page.get_by_role("button", name="Share").click()
    link = page.locator("[data-testid=stCode]").inner_text().strip()
    page.keyboard.press("Escape")
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    other = context.new_page()
    other.goto(link)
    done(other, 48)
    points = "marks => marks.map(one => one.getAttribute('aria-label')).sort()"
    ours, theirs = (one.locator("path[aria-label*='trial: ']").evaluate_all(points) for one in (page, other))
    assert len(ours) >= 24
    assert set(theirs) == set(ours)
    assert said(other)[:3] == said(page)[:3]
    context.close()


def test_a_sweep_of_images_runs_in_the_pool_of_processes_and_completes(page, address):
    images = "name=mnist&scaling=unit&split=500/200/200&hidden_layer_sizes=100,50&batch_size=50"
    page.goto(f"{address}{PATH}?{images}&epochs=2&seeds=2&values1=0.1 / 0.01&axis2=–")
    done(page, 4)
    assert "4 trainings in 4 jobs" in text(page)
    assert re.search("best [1-9][0-9.]+% at learning_rate 0.1", said(page)[0])


def test_what_is_stopped_is_kept_and_goes_on_while_another_visitor_gets_a_map(page, browser, address):
    page.goto(f"{address}{PATH}?{LONGER}")
    start = page.get_by_role("button", name="Start the sweep")
    stop = page.get_by_role("button", name="Stop", exact=True)
    expect(start.or_(stop)).to_be_visible(timeout=SLOW)
    if start.is_visible():
        start.click()
    expect(page.get_by_text(re.compile("^[1-4] of 5 done"))).to_be_visible(timeout=SLOW)
    stop.click()
    expect(page.get_by_text("Stopped. What came in is kept.")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("All trials")).to_be_visible(timeout=SLOW)
    settled(page)
    assert re.search("best [1-9][0-9.]+% at activation", said(page)[0])
    page.get_by_role("button", name="Go on").click()
    expect(stop).to_be_visible(timeout=SLOW)
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    other = context.new_page()
    other.goto(f"{address}/decision_boundary?{QUICK}")
    expect(other.get_by_text("2 networks reach")).to_be_visible(timeout=SLOW)
    context.close()
    done(page, 5)
    assert page.get_by_text("This app has encountered an error").count() == 0
