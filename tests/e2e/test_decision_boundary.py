"""The decision-boundary page in a real browser: links, controls, points, play, small screens."""

import itertools
import re

import pytest
from browsing import (
    CHART,
    IDLE,
    PATH,
    SMALL,
    alike,
    another_map,
    assert_map_is,
    chart_that_finds,
    eventually,
    finding,
    fits,
    map_at_rest,
    map_chart,
    query,
    settled,
    text,
    visit,
)
from playwright.sync_api import expect

from lab.questions.learn import DECISION_BOUNDARY
from ui.charts.network import HISTORY_ROWS

FEW = "n_samples=120&seeds=2&epochs=6"


def test_the_page_opens_with_a_trained_network_and_its_collapsed_explanations_open(page, address):
    visit(page, address + PATH)
    expect(finding(map_chart(page))).to_have_text(re.compile("Network 1 after epoch 50"))
    assert "5 of 5 networks reach 95% validation accuracy" in text(page)
    assert "82 derivatives of this network" in text(page)
    assert query(page) == {}
    page.get_by_text("Why is it not simply a straight line?").click()
    expect(page.locator(".katex").first).to_be_visible()
    assert page.locator(".katex-error").count() == 0
    page.get_by_text("Code: the lines that ran").click()
    expect(page.get_by_text("def propagate")).to_be_visible()


@pytest.mark.slow
def test_what_a_deep_link_shows_survives_a_moved_control_a_reload_navigation_and_the_back_button(
    page, address
):
    visit(
        page, f"{address}{PATH}?{FEW}&noise=0.2&hidden_layer_sizes=3&learning_rate=0.14&init_seed=3&view=mean"
    )
    asked = {"n_samples": "120", "seeds": "2", "epochs": "6", "noise": "0.2", "hidden_layer_sizes": "3"}
    asked |= {"learning_rate": "0.14", "init_seed": "3", "view": "mean"}
    assert query(page) == asked
    before = map_at_rest(page)
    page.get_by_role("slider", name="Noise").press("ArrowRight")
    expect(page).to_have_url(re.compile("noise=0.21"))
    moved = another_map(page, before)
    assert moved != before, "another noise gives another map"
    asked["noise"] = "0.21"

    page.reload()
    settled(page)
    assert query(page) == asked
    assert not alike(moved, before)
    assert_map_is(page, moved)

    for come_back in (
        lambda: page.get_by_role("link", name="Decision boundaries").click(),
        page.go_back,
    ):
        page.get_by_role("link", name="For instructors").click()  # a page without charts
        expect(page.get_by_role("heading", level=1)).to_contain_text("What will your class try")
        page.wait_for_selector(IDLE, state="attached")
        come_back()
        expect(page.get_by_role("heading", level=1)).to_contain_text("draw the line")
        expect(page).to_have_url(re.compile("hidden_layer_sizes=3"))
        settled(page)
        assert query(page) == asked
        assert_map_is(page, moved)


@pytest.mark.slow
def test_what_is_set_under_more_by_hand_or_by_a_question_is_in_the_link_and_goes_with_reset(page, address):
    visit(page, f"{address}{PATH}?{SMALL}")
    seed = page.get_by_role("spinbutton", name="Weight seed")
    more = page.get_by_test_id("stSidebar").get_by_text("More", exact=True)
    assert seed.count() == 0
    before = map_at_rest(page)
    more.click()
    seed.fill("7")
    seed.press("Enter")
    expect(page).to_have_url(re.compile("init_seed=7"))
    moved = another_map(page, before)
    more.click()
    expect(seed).not_to_be_visible()
    settled(page)
    page.reload()
    settled(page)
    assert query(page)["init_seed"] == "7"
    assert_map_is(page, moved)
    page.get_by_role("button", name="Reset").click()
    expect(page).not_to_have_url(re.compile("init_seed"))
    settled(page)
    assert seed.count() == 0
    page.get_by_role("button", name="Questions").click()
    question = page.get_by_role("radiogroup", name=re.compile("What if all weights start at zero?"))
    question.get_by_text("Just show me", exact=True).click()
    expect(page).to_have_url(re.compile("activation=tanh"))
    expect(page).to_have_url(re.compile("initializer=zeros"))
    settled(page)
    page.reload()
    settled(page)
    assert query(page) == {"activation": "tanh", "initializer": "zeros"}


@pytest.mark.slow
def test_points_clicked_taken_back_or_pasted_are_those_that_the_link_carries(page, address):
    visit(page, f"{address}{PATH}?name=own_points&epochs=1&seeds=1&split=100/0/0&points=-2,-2,1")
    places = [(0.4, 0.4), (0.4, 0.4), (0.6, 0.2)]
    _tap(page, *_on_map(page, *places[0]))
    assert [row.rpartition(",")[2] for row in _points(page, 2)] == ["1", "0"], "a tap is a click"
    page.get_by_role("button", name="Undo").click()
    assert _points(page, 1) == ["-2,-2,1"]
    for number, (x, y) in enumerate(places, start=2):
        _click(page, x, y)
        assert len(_points(page, number)) == number, f"the click at {x:.0%} and {y:.0%} of the chart is lost"
    before = _on_map(page, 0.5, 0.5)
    for place in range(8):  # while the page still runs for those before
        page.mouse.click(*_on_map(page, 0.21 + 0.03 * place, 0.3 + 0.1 * (place % 5)))
        page.wait_for_timeout(150)
    clicked = _points(page, 12)
    assert len(clicked) == 12, "a click is lost while the page runs"
    assert len({*clicked}) == 11, "the same place twice, all others once"
    assert _on_map(page, 0.5, 0.5) == before, "the map stays in its place"

    pasted = page.get_by_role("textbox", name="Points: x,y,class")
    pasted.fill(";".join(["0.25,0.25,1"] * 10_000))
    pasted.press("Control+Enter")
    expect(page.get_by_text("longer than 500 points can be")).to_be_visible()
    settled(page)
    assert query(page)["points"].split(";") == clicked, "ten thousand are refused, those from before kept"


def _click(page, x, y):
    """Click on the map at these shares of its width and height."""
    page.mouse.click(*_on_map(page, x, y))


def _on_map(page, x, y):
    """Where these shares of the map's width and height are in the window, scrolled into it."""
    plot = page.locator(".st-key-_own_map svg.marks")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def _tap(page, x, y):
    """Touch the window here, as a finger does."""
    page.context.new_cdp_session(page).send("Input.synthesizeTapGesture", {"x": x, "y": y})


def _points(page, n):
    """The points in the address, which are to be n of them soon."""
    found = eventually(page, lambda page: query(page)["points"].split(";"), lambda seen: len(seen) == n)
    settled(page)
    return found


@pytest.mark.slow
def test_the_timeline_plays_steps_and_scrubs_in_the_browser_and_the_link_has_where_it_rests(page, address):
    requests = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: requests.append(1)))
    visit(page, f"{address}{PATH}?{FEW}&hidden_layer_sizes=4")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    settled(page)
    at_rest, asked = map_at_rest(page), len(requests)
    page.evaluate(
        """() => {
            window.shown = [];
            document.body.addEventListener("epoch", () => window.shown.push(document.body.value));
        }"""
    )
    page.get_by_label("Speed").select_option("fast")
    page.get_by_role("button", name="Again").click()
    page.wait_for_function("shown.at(-1) === '6'")
    shown = [epoch for epoch, _ in itertools.groupby(page.evaluate("shown"))]  # an epoch may be told again
    assert shown == [str(epoch) for epoch in range(7)]
    settled(page)
    assert len(requests) == asked, "the server has no part in it, and the last epoch is where it was"
    assert_map_is(page, at_rest)

    page.get_by_role("button", name="Back").click()
    expect(page).to_have_url(re.compile("epoch=5"))
    expect(finding(map_chart(page))).to_have_text(re.compile("after epoch 5"))
    moved = map_at_rest(page)
    assert not alike(moved, at_rest)
    slider = page.get_by_role("slider", name="Epoch on show")
    slider.press("Home")
    expect(page).to_have_url(re.compile("epoch=0"))
    slider.press(" ")
    expect(page).not_to_have_url(re.compile("epoch="))
    settled(page)
    assert_map_is(page, at_rest)
    number = page.get_by_role("spinbutton", name="Epoch, 0 to 6")
    number.fill("3")
    number.press("Enter")
    expect(slider).to_have_attribute("aria-valuetext", "epoch 3")  # what it told before has been answered

    page.goto(f"{address}{PATH}?{FEW}&hidden_layer_sizes=4&epoch=5")
    settled(page)
    assert slider.get_attribute("aria-valuetext") == "epoch 5"
    assert_map_is(page, moved)


@pytest.mark.slow
def test_without_the_timelines_javascript_the_number_goes_through_the_epochs(page, address):
    scripts = "**/BidiComponent*.js"
    page.route(scripts, lambda route: route.abort())
    visit(page, f"{address}{PATH}?{FEW}&hidden_layer_sizes=4")
    assert page.get_by_role("slider", name="Epoch on show").count() == 0
    number = page.get_by_role("spinbutton", name="Epoch, 0 to 6")
    number.fill("2")
    number.press("Enter")
    expect(finding(map_chart(page))).to_have_text(re.compile("after epoch 2"))
    assert query(page)["epoch"] == "2"
    page.unroute(scripts)


@pytest.mark.slow
def test_on_a_narrow_screen_a_paused_timeline_stays_where_it_is_while_the_page_runs_again(page, address):
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, f"{address}{PATH}?{FEW}&mode=Compare&values=2 / 4")
    slider = page.get_by_role("slider", name="Epoch on show")
    expect(slider).to_have_attribute("aria-valuetext", "epoch 6")
    page.get_by_role("button", name="Back", exact=True).click()
    expect(slider).to_have_attribute("aria-valuetext", "epoch 5")
    expect(page).to_have_url(re.compile("epoch=5"))
    expect(finding(page.locator(f"{CHART}[aria-label^='Map 2']"))).to_have_text(re.compile("after epoch 5"))
    page.get_by_text("Why several random starts?").click()
    expect(page.get_by_text("One training is one draw")).to_be_visible()
    settled(page)
    expect(slider).to_have_attribute("aria-valuetext", "epoch 5")
    assert fits(page)


@pytest.mark.slow
def test_nonsense_in_a_link_gets_a_sentence_each_and_the_page_works(page, address):
    page.goto(f"{address}/_stcore/health")  # of the same origin, and drawn at once
    answered = next(one.key for one in DECISION_BOUNDARY if one.choices)
    page.evaluate(f"sessionStorage.setItem('backprop-lab-answers', '{answered}.0.1')")  # sent when it opens
    visit(
        page, f"{address}{PATH}?{SMALL}&learning_rate=abc&activation=<script>alert(1)</script>&init_seed=inf"
    )
    for sentence in ("learning_rate is 'abc'; allowed: a number", "The link asks for activation"):
        expect(page.get_by_text(sentence).first).to_be_visible()
    assert page.get_by_text("This app has encountered an error").count() == 0
    assert page.locator(CHART).count() >= 1


@pytest.mark.slow
def test_a_long_training_waits_for_a_click_and_can_be_stopped(page, address):
    visit(page, f"{address}{PATH}?n_samples=20000&epochs=200&batch_size=4")
    expect(page.get_by_text("This training takes about")).to_be_visible()
    expect(finding(map_chart(page))).to_have_text(re.compile("after epoch 0"))
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text(re.compile("Epoch [1-9][0-9]* of 200, about .* left"))).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile("Stopped after epoch [1-9]"))).to_be_visible()
    expect(finding(map_chart(page))).to_have_text(re.compile("after epoch [1-9]"))


@pytest.mark.slow
def test_a_unit_clicked_or_tapped_in_the_diagram_is_the_one_that_the_control_has(page, address):
    requests = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: requests.append(1)))
    visit(page, f"{address}{PATH}?{FEW}&hidden_layer_sizes=3")
    box = page.get_by_role("combobox", name="Look closer at a unit")
    closer = chart_that_finds(page, "computes")
    for width, unit in ((1400, 2), (1400, 2), (390, 3)):
        page.set_viewport_size({"width": width, "height": 1000})
        settled(page)
        place = _place_of_unit(page, unit, of=3)
        if width > 390:
            page.mouse.click(*place)
        else:
            box_of_map = map_chart(page).bounding_box()
            assert box_of_map["x"] >= 0, "on a narrow screen the map is whole"
            assert box_of_map["x"] + box_of_map["width"] <= width
            assert box_of_map["width"] > 300
            _tap(page, *place)
        expect(finding(closer)).to_have_text(re.compile(f"What unit {unit} of layer 1 of network 1"))
        expect(page.get_by_text(f"The inputs of unit {unit} of layer 1 after epoch 6")).to_be_visible()
        assert box.input_value() == f"unit {unit} of layer 1"
        assert fits(page)
        settled(page)
        box.fill("unit 1")  # the keyboard chooses, too, and what was clicked on can be clicked on again
        box.press("Enter")
        expect(finding(closer)).to_have_text(re.compile("What unit 1 of layer 1 of network 1"))
        settled(page)
    asked = len(requests)
    page.get_by_role("button", name="Again").click()
    page.mouse.move(*_place_of_unit(page, 2, of=3))
    eventually(page, lambda page: page.evaluate("document.body.value"), lambda epoch: epoch == "6")
    settled(page)
    assert len(requests) == asked, "neither the timeline nor the pointer above the diagram asks the server"


def _place_of_unit(page, unit, of):
    """Where the unit of the only hidden layer is in the window, scrolled into it."""
    canvas = page.locator(f"{CHART}[aria-label^='Diagram'] canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * (unit - 0.5) / (of + HISTORY_ROWS)


@pytest.mark.slow
def test_a_chart_that_is_not_in_sight_is_drawn_when_it_comes_into_sight_or_the_timeline_rests(page, address):
    page.set_viewport_size({"width": 390, "height": 800})
    visit(page, f"{address}{PATH}?{FEW}&mode=Compare&compare=init_seed&values=1 / 2 / 3")
    slider = page.get_by_role("slider", name="Epoch on show")
    expect(slider).to_have_attribute("aria-valuetext", "epoch 6")
    last = page.locator(f"{CHART}[aria-label^='Map 3']")
    picture = "chart => chart.querySelector('canvas').toDataURL()"
    at_rest = last.evaluate(picture)
    assert last.bounding_box()["y"] > 800, "below what is in sight"
    page.evaluate(
        """() => document.body.addEventListener("epoch_map_2", () => {
            window.told = (window.told ?? 0) + 1;
        })"""
    )
    page.get_by_label("Speed").select_option("slow")
    page.get_by_role("button", name="Again").click()
    eventually(page, lambda page: page.evaluate("document.body.value"), lambda epoch: epoch in ("1", "2"))
    assert not page.evaluate("window.told"), "it is left out of the frames"
    page.get_by_role("button", name="Pause").click()
    assert eventually(page, lambda _: last.evaluate(picture), lambda seen: seen != at_rest) != at_rest
    stopped = last.evaluate(picture)
    slider.press("Home")
    assert eventually(page, lambda _: last.evaluate(picture), lambda seen: seen != stopped) != stopped
