"""When a page whose connection was lost takes input again."""

import base64
import contextlib
import pathlib

import pytest

import ui.frame.reconnected

SOURCE = pathlib.Path(ui.frame.reconnected.__file__).with_suffix(".js").read_bytes()
MODULE = f"data:text/javascript;base64,{base64.b64encode(SOURCE).decode()}"
APP = """<div data-testid=stApp data-test-connection-state=CONNECTED data-test-script-state=notRunning>
    <div data-testid=stAppViewContainer></div></div>"""
START = """async module => {
    window.asked = [];
    const draw = (await import(module)).default;
    window.draw = (visit, lost) => draw({
        data: { visit, lost }, setStateValue: (name, value) => asked.push([name, value]),
    });
    window.tell = (what, state) => document.querySelector("[data-testid=stApp]").setAttribute(what, state);
    draw({ data: { visit: "old", lost: null }, setStateValue: (...state) => asked.push(state) });
}"""
CONNECTION, SCRIPT = "data-test-connection-state", "data-test-script-state"


class Tab:
    """A page of two elements with the component's script, whose clock stands still."""

    def __init__(self, page):
        self.page = page
        page.set_content(APP)
        page.evaluate(START, MODULE)

    def tell(self, what, *states):
        for state in states:
            self.page.evaluate("([what, state]) => tell(what, state)", [what, state])

    def draw(self, visit, lost):
        self.page.evaluate("([visit, lost]) => draw(visit, lost)", [visit, lost])

    def is_inert(self):
        return self.page.evaluate("document.querySelector('[data-testid=stAppViewContainer]').inert")

    def asked(self):
        return self.page.evaluate("asked")


@pytest.fixture
def lost(browser):
    """A tab whose connection was lost and is back; one of its own, because its clock never goes on."""
    with contextlib.closing(browser.new_page()) as page:
        page.clock.install(time=0)
        page.clock.pause_at(1)
        yield _reconnected(Tab(page))


def _reconnected(tab):
    assert (tab.is_inert(), tab.asked()) == (False, [])
    tab.tell(CONNECTION, "PINGING_SERVER")
    assert (tab.is_inert(), tab.asked()) == (False, [])
    tab.tell(CONNECTION, "CONNECTED")
    assert (tab.is_inert(), tab.asked()) == (True, [["lost", "old;1"]])
    return tab


def test_a_page_takes_input_once_it_is_drawn_for_the_request(lost):
    lost.tell(SCRIPT, "running", "notRunning", "running")  # a rerun: the server knows no fragment yet
    assert lost.is_inert()
    lost.draw("new", "an earlier request")
    assert lost.is_inert()
    lost.draw("new", "old;1")
    assert not lost.is_inert()
    lost.tell(SCRIPT, "notRunning")
    lost.page.clock.fast_forward(120_000)
    assert (lost.is_inert(), lost.asked()) == (False, [["lost", "old;1"]])


def test_a_page_that_is_not_drawn_to_its_end_takes_input_five_seconds_later(lost):
    lost.page.clock.fast_forward(10_000)  # the server has not begun
    lost.tell(SCRIPT, "running", "notRunning")
    lost.page.clock.fast_forward(4_900)
    assert lost.is_inert()
    lost.page.clock.fast_forward(200)
    assert (lost.is_inert(), lost.asked()) == (False, [["lost", "old;1"]])


def test_a_page_that_takes_a_minute_takes_input_and_is_requested_once_more_when_it_is_drawn(lost):
    lost.tell(SCRIPT, "running")
    lost.page.clock.fast_forward(59_900)
    assert lost.is_inert()
    lost.page.clock.fast_forward(200)
    assert (lost.is_inert(), lost.asked()) == (False, [["lost", "old;1"]])
    lost.draw("new", "old;1")
    assert (lost.is_inert(), lost.asked()) == (False, [["lost", "old;1"], ["lost", "new;2"]])
    lost.draw("new", "new;2")
    assert lost.asked() == [["lost", "old;1"], ["lost", "new;2"]]


def test_a_connection_that_is_lost_twice_is_answered_for_the_second_time(lost):
    lost.tell(SCRIPT, "running")
    lost.tell(CONNECTION, "PINGING_SERVER", "CONNECTED")
    lost.draw("old", "old;1")
    assert (lost.is_inert(), lost.asked()) == (True, [["lost", "old;1"], ["lost", "old;2"]])
    lost.draw("old", "old;2")
    assert not lost.is_inert()
