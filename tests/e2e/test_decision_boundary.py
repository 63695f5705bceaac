"""The decision-boundary page in a real browser: links, controls, points, play, small screens."""

import re

import pytest
from lab import PATH, map_chart, map_pixels, query, settled, text, visit
from playwright.sync_api import expect


def test_the_page_opens_with_a_trained_network_and_nothing_in_its_address(page, address):
    visit(page, address + PATH)
    expect(map_chart(page)).to_have_attribute("aria-label", re.compile("Network 1 after epoch 50"))
    assert "5 of 5 networks reach 95% validation accuracy" in text(page)
    assert "82 derivatives of this network" in text(page)
    assert query(page) == {}


def test_a_deep_link_a_moved_control_and_a_reload_show_the_same_map(page, address):
    visit(page, f"{address}{PATH}?noise=0.2&hidden_layer_sizes=3&learning_rate=0.14&init_seed=3")
    assert query(page) == {
        "noise": "0.2",
        "hidden_layer_sizes": "3",
        "learning_rate": "0.14",
        "init_seed": "3",
    }
    before = map_pixels(page)
    page.get_by_role("slider", name="Noise").press("ArrowRight")
    expect(page).to_have_url(re.compile("noise=0.21"))
    settled(page)
    for _ in range(40):  # the script may have begun only after its address was written
        if map_pixels(page) != before:
            break
        page.wait_for_timeout(250)
    settled(page)
    moved = map_pixels(page)
    assert moved != before, "another noise gives another map"
    page.reload()
    settled(page)
    assert query(page)["noise"] == "0.21"
    assert query(page)["learning_rate"] == "0.14"
    assert map_pixels(page) == moved


def test_a_page_left_is_found_again_by_navigation_and_by_the_back_button(page, address):
    visit(page, f"{address}{PATH}?hidden_layer_sizes=3&learning_rate=0.3&view=mean")
    before = map_pixels(page)
    for come_back in (
        lambda: page.get_by_role("link", name="Decision boundaries").click(),
        page.go_back,
    ):
        page.get_by_role("link", name="Home").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("What happens inside")
        come_back()
        expect(page.get_by_role("heading", level=1)).to_contain_text("draw the line")
        expect(page).to_have_url(re.compile("hidden_layer_sizes=3"))
        settled(page)
        assert query(page) == {"hidden_layer_sizes": "3", "learning_rate": "0.3", "view": "mean"}
        assert map_pixels(page) == before


def test_a_click_on_the_map_adds_a_point_that_the_link_carries(page, address):
    visit(page, f"{address}{PATH}?name=own_points")
    box = map_chart(page).locator("canvas").bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.4 * box["height"])
    expect(page).to_have_url(re.compile("points="))
    settled(page)
    x, y, label = query(page)["points"].split(",")
    assert abs(float(x)) < 1.5
    assert abs(float(y)) < 1.5
    assert label == "0"
    page.get_by_role("button", name="Example").click()
    expect(map_chart(page)).to_have_attribute("aria-label", re.compile("Click to add one"))
    expect(page.get_by_text("networks reach")).to_be_visible()
    settled(page)
    held = query(page)["points"].split(";")
    page.get_by_role("button", name="Undo").click()
    expect(page).not_to_have_url(re.compile(re.escape(held[-1].replace(",", "%2C")) + "$"))
    settled(page)
    assert query(page)["points"].split(";") == held[:-1]


def test_ten_thousand_pasted_points_are_refused_and_those_from_before_kept(page, address):
    before = "-1,-1,0;1,1,1;-1,1,0;1,-1,1"
    visit(page, f"{address}{PATH}?name=own_points&points={before}")
    box = page.get_by_role("textbox", name="Points: x,y,class")
    box.fill(";".join(["0.25,0.25,1"] * 10_000))
    box.press("Control+Enter")
    expect(page.get_by_text("more than 500 points can be")).to_be_visible()
    settled(page)
    assert query(page)["points"] == before
    page.reload()
    expect(page.get_by_text("networks reach")).to_be_visible()


def test_play_runs_through_the_epochs_and_leaves_the_last_one_on_show(page, address):
    visit(page, f"{address}{PATH}?epochs=20")
    page.get_by_role("button", name="Again").click()
    expect(page.get_by_text(re.compile("Network 1 after epoch [1-9]$"))).to_be_visible()
    canvas = map_chart(page).locator("canvas").element_handle()
    expect(page.get_by_text(re.compile("Network 1 after epoch 1[0-9]$"))).to_be_visible(timeout=30_000)
    assert canvas.evaluate("canvas => canvas.isConnected"), "the chart flows on, it is not built anew"
    expect(map_chart(page)).to_have_attribute("aria-label", re.compile("after epoch 20"), timeout=40_000)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.get_by_role("button", name="−1").click()
    expect(map_chart(page)).to_have_attribute("aria-label", re.compile("after epoch 19"))
    expect(page).to_have_url(re.compile("epoch=19"))


def test_a_narrow_screen_shows_the_map_whole(browser, address):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    visit(page, address + PATH)
    box = map_chart(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["width"] > 300
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth"), "nothing sticks out"
    page.close()


def test_the_collapsed_explanations_open_with_formulas_and_the_engines_own_source(page, address):
    visit(page, address + PATH)
    page.get_by_text("Why is it not simply a straight line?").click()
    expect(page.locator(".katex").first).to_be_visible()
    assert page.locator(".katex-error").count() == 0
    page.get_by_text("Code: the lines that ran").click()
    expect(page.get_by_text("def propagate")).to_be_visible()


def test_a_question_sets_every_control(page, address):
    visit(page, f"{address}{PATH}?noise=0.5")
    page.get_by_role("button", name="Questions").click()
    page.get_by_role("button", name="3, 20 or 128 hidden units?").click()
    expect(page.get_by_text("hidden_layer_sizes = 128")).to_be_visible()
    settled(page)
    asked = query(page)
    assert "noise" not in asked, "back at its default"
    assert asked["mode"] == "Compare"
    assert asked["schedule"] == "inverse_epoch"
    assert page.locator("[data-testid=stVegaLiteChart]").count() == 4


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("learning_rate=abc", "The link asks for learning_rate = 'abc'"),
        ("activation=<script>alert(1)</script>", "The link asks for activation"),
        ("hidden_layer_sizes=1000000", "allowed: 30 layers and 2,000,000 parameters"),
        ("hidden_layer_sizes=eight", "hidden_layer_sizes is 'eight'"),
        ("learning_rate=1000000000", "diverged"),
        ("epochs=100000000", "this page trains up to 30 min"),
        ("name=own_points&points=nonsense", "points, row 1 is 'nonsense'"),
    ],
)
def test_nonsense_in_a_link_gets_one_sentence_and_the_page_works(page, address, link, sentence):
    visit(page, f"{address}{PATH}?{link}")
    expect(page.get_by_text(sentence).first).to_be_visible()
    assert page.get_by_text("This app has encountered an error").count() == 0
    assert page.locator("[data-testid=stVegaLiteChart]").count() >= 1


def test_a_long_training_waits_for_a_click_and_can_be_stopped(page, address):
    visit(page, f"{address}{PATH}?n_samples=20000&epochs=200&batch_size=4")
    expect(page.get_by_text("This training takes about")).to_be_visible()
    expect(map_chart(page)).to_have_attribute("aria-label", re.compile("after epoch 0"))
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text(re.compile("Epoch [1-9][0-9]* of 200, about .* left"))).to_be_visible(
        timeout=60_000
    )
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile("Stopped after epoch [1-9]"))).to_be_visible()
    settled(page)
    expect(map_chart(page)).to_have_attribute("aria-label", re.compile("after epoch [1-9]"))
