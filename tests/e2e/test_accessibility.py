"""For everyone: axe-core on every page in both themes, the keyboard alone, charts in words, paper.

Most pages are opened by a link whose sentences quote it: a visitor's words stay words.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import CHART, IDLE, IN_DARK, PATH, SMALL, eventually, fits, query, said, settled, tab_to, text
from playwright.sync_api import expect

from lab.bugs import DETECTORS

PAGES = {  # page: (a link that is quick to train, its charts)
    "home": ("/", 1),
    "derivation": ("/derivation", 1),
    "derivation, a step": ("/derivation?step=output&predict=false", 1),
    "initialization": (f"/initialization?{SMALL.replace('sizes=4', 'sizes=8,8')}", 3),
    "optimization": (f"/optimization?{SMALL}", 6),
    "decision_boundary": (f"{PATH}?{SMALL}", 4),
    "gradient_check": (f"/gradient_check?{SMALL}", 3),
    "bug_lab, gallery": (f"/bug_lab?{SMALL}", 2),
    "bug_lab, hunt": ("/bug_lab?mode=Hunt", 1),
    "sweeps": (f"/sweeps?{SMALL}&values1=0.1", 2),
    "five students": ("/five_students", 5),
    "instructors": ("/instructors?part=Sheets", 0),
    "class answers": ("/class_answers?key=ABCDEFGHJKLM&of=hunt:7", 0),
}
HOSTILE = "http://e.vil/x www.e.vil me@e.vil -> -- :streamlit:"
TELLS = "[data-testid=stAlert]"
QUOTING = {  # page: parameters whose text a sentence quotes; on each of these an unknown one is named, too
    "decision_boundary": ("lock", "l1", "activation"),
    "bug_lab, gallery": ("lock", "l2", "bug"),
    "optimization": ("lock", "l1", "plane"),
    "sweeps": ("lock", "hidden_layer_sizes", "design"),
    "derivation": ("lock", "l1", "activation"),
    "instructors": (),
    "five students": (),
}
CHOSEN_BY_MARK = {"sweeps"}
IN_BOTH_THEMES = {  # all kinds of text among them
    *("home", "derivation", "derivation, a step", "gradient_check", "bug_lab, gallery", "instructors")
}
MENUS = {"derivation, a step": "Contents"}  # page: a menu to open, with captions and an open expander in it
GRAVE = {"serious", "critical"}
# Streamlit's own navigation, which the app cannot change: the titles of its sections are <div>s among
# the <li>s of a <ul>. Nothing outside of it is excused.
OF_STREAMLIT = {"list": "[data-testid=stSidebarNav]", "listitem": "[data-testid=stSidebarNav]"}


def hostile(name):
    """The link of the page, with words in it that Markdown would turn into links and signs."""
    link = PAGES[name][0]
    asked = "&".join(f"{key}={HOSTILE}" for key in QUOTING[name])
    return f"{link}{'&' if '?' in link else '?'}{asked}&{HOSTILE}=1".replace(" ", "%20")


def told(page):
    """What the alerts of the page say."""
    return page.locator(TELLS).evaluate_all("alerts => alerts.map(one => one.innerText)")


def assert_words_stay_words(page, address, name):
    def quotes(sentences):
        return sum(HOSTILE in sentence for sentence in sentences) == len(QUOTING[name]) + 1

    assert quotes(eventually(page, told, quotes)), told(page)
    links = page.locator("a").evaluate_all("links => links.map(one => one.href)")
    assert not [link for link in links if "e.vil" in link and not link.startswith(address)]
    assert page.locator(f"{TELLS} :is(a, img)").count() == 0


def opened(page, address, name, link=None):
    plain, charts = PAGES[name]
    page.goto(address + (link or plain))
    if charts:
        settled(page)
        assert page.locator(CHART).count() >= charts
    else:
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_selector(IDLE, state="attached")
        page.set_viewport_size({"width": 1400, "height": 2600})  # contrast is measured of what is in sight


def violations(page, options):
    """{(rule, where)} of what is grave and not Streamlit's own."""
    found = Axe().run(page, options=options | {"resultTypes": ["violations"]}).response["violations"]
    return {
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
        if not excused(page, rule["id"], node["target"][0])
    }


def excused(page, rule, target):
    inside = OF_STREAMLIT.get(rule)
    return inside and page.locator(target).first.evaluate("(one, part) => !!one.closest(part)", inside)


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_nothing_grave_stands_in_anybodys_way_and_the_words_of_a_link_stay_words(page, address, name):
    page.emulate_media(color_scheme="light")
    opened(page, address, name, hostile(name) if name in QUOTING else None)
    if name in QUOTING:
        assert_words_stay_words(page, address, name)
    assert violations(page, {}) == set()
    every = said(page)
    for words in every:
        kind, _, finding = re.sub(r"(\d)\.(\d)", r"\1,\2", words).partition(
            ". " if "? " not in words else "? "
        )
        assert kind, words
        assert re.search(r"\d|\b(no|all|none|both|every|each)\b", finding), f"{words!r} states no finding"
    assert len(set(every)) == len(every), "two charts cannot be told from each other"
    if name not in CHOSEN_BY_MARK:
        loud = page.locator(f"{CHART} .role-mark:not([aria-hidden=true])")
        assert loud.count() == 0, "the text alternative speaks for the marks"
    if name not in IN_BOTH_THEMES:
        return
    if name in MENUS:
        page.get_by_role("button", name=MENUS[name]).click()
        expect(page.get_by_test_id("stPopoverBody").locator("details[open]")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(IN_DARK, polling=100)
    assert violations(page, {"runOnly": ["color-contrast"]}) == set()


@pytest.mark.slow
def test_the_keyboard_alone_moves_controls_presses_a_button_and_opens_an_explanation_all_on_paper_too(
    page, address
):
    opened(page, address, "decision_boundary")
    tab_to(page, page.get_by_role("slider", name="Noise"))
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("noise=0.11"))
    settled(page)

    tab_to(page, page.get_by_role("button", name="Questions"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Can it follow a spiral?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Can it follow a spiral?")).to_be_hidden()

    tab_to(page, page.get_by_role("slider", name="Epoch on show"))
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("epoch=2"))
    settled(page)

    tab_to(page, page.locator("summary", has_text="Why is it not simply a straight line?"))
    page.keyboard.press("Enter")
    expect(page.locator(".katex").first).to_be_visible()
    assert query(page)["noise"] == "0.11", "all of it is kept"
    assert_paper_has_all_but_sidebar_and_buttons(page)


@pytest.mark.slow
def test_on_a_phone_the_keyboard_reaches_and_scrolls_what_is_wider_than_the_page(page, address):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/derivation?step=recursion&depth=3&predict=false")
    settled(page)
    wide = page.get_by_role("group", name="Formula, too wide").first
    expect(wide).to_have_attribute("tabindex", "0")
    assert violations(page, {"runOnly": ["scrollable-region-focusable", "aria-prohibited-attr"]}) == set()
    wide.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")
    page.keyboard.press("End")  # which arrives after what the first key may have asked the server for
    settled(page)
    assert "step=recursion" in page.url
    page.set_viewport_size({"width": 2400, "height": 844})
    expect(page.get_by_role("group", name="Formula, too wide")).to_have_count(0)

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/bug_lab?{SMALL}")
    table = page.get_by_role("group", name="Table, too wide")
    expect(table).to_have_attribute("tabindex", "0")
    settled(page)
    last = table.get_by_role("columnheader", name=list(DETECTORS.values())[-1].column)
    assert last.bounding_box()["x"] > 390
    table.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    seen = eventually(page, lambda _: last.bounding_box(), lambda box: box["x"] + box["width"] <= 390)
    assert seen["x"] + seen["width"] <= 390
    assert fits(page)


def assert_paper_has_all_but_sidebar_and_buttons(page):
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch
    settled(page)
    shown = text(page)
    page.emulate_media(media="print")
    try:
        for part in ("stSidebar", "stHeader", "stButton", "stPopover", "stDownloadButton"):
            assert not any(one.is_visible() for one in page.get_by_test_id(part).all()), part
        assert fits(page)
        for box in (chart.bounding_box() for chart in page.locator(CHART).all()):
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 794
            assert box["height"] > 50
        assert page.get_by_role("heading", level=1).is_visible()
        assert len(text(page)) > 0.8 * len(shown), "what is read on the screen is read on paper"
    finally:
        page.emulate_media(media="screen")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_keyboards_place_in_the_navigation_is_outlined(page, address, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/five_students")
    settled(page)
    link = page.get_by_test_id("stSidebarNavLink").filter(has_text="Five students")  # of the page itself
    tab_to(page, link)
    outline, background = link.evaluate(
        """one => [getComputedStyle(one), getComputedStyle(document.querySelector(".stSidebar"))].map(
            (style, n) => n ? style.backgroundColor : `${style.outlineStyle} ${style.outlineColor}`)"""
    )
    assert outline.startswith("solid ")
    assert contrast(outline, background) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_keyboards_place_is_outlined_on_the_page_a_switch_and_a_charts_button(page, address, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}{PATH}?{SMALL}")
    settled(page)
    page.keyboard.press("Tab")  # what has the focus from now on has it from the keyboard
    main, switch = page.locator("main"), page.get_by_role("switch", name="Hide the test set")
    button = page.get_by_role("button", name="Download as PNG").first
    for focused, outlined in ((main, main), (switch, switch.locator("xpath=ancestor::label")), (button,) * 2):
        focused.focus()
        outline, background = outlined.evaluate(
            """one => [getComputedStyle(one), getComputedStyle(document.querySelector(".stApp"))].map(
                (style, n) => n ? style.backgroundColor : `${style.outlineStyle} ${style.outlineColor}`)"""
        )
        assert outline.startswith("solid ")
        assert contrast(outline, background) >= 3
    page.wait_for_function(
        """() => {
            const { x, y, width, height } = document.activeElement.getBoundingClientRect();
            return document.activeElement.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        }"""  # the chart does not cover it
    )


def contrast(one, other):
    """The contrast of two colours "rgb(r, g, b)" by WCAG 2.1."""
    both = []
    for colour in (one, other):
        shares = [int(part) / 255 for part in re.search(r"rgb\((.*)\)", colour)[1].split(",")]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
        both.append(sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))
    return (max(both) + 0.05) / (min(both) + 0.05)
