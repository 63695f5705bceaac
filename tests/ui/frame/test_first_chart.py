"""A page's first chart is sent before the rest; on arrival the rest waits for the browser."""

from types import SimpleNamespace

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import RerunException, StopException

from ui.frame import first_chart
from ui.frame.visit import Visit

MOZILLA = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}


def message(root, number):
    """A message about the element of this number on the page (root 0) or in the sidebar (root 1)."""
    delta = ForwardMsg()
    delta.metadata.delta_path.extend([root, number])
    delta.delta.new_element.text.body = f"{root}.{number}"
    return delta


def block(path, horizontal=False):
    """A message about a container at this path."""
    delta = ForwardMsg()
    delta.metadata.delta_path.extend(path)
    flex = delta.delta.add_block.flex_container
    flex.direction = flex.HORIZONTAL if horizontal else flex.VERTICAL
    return delta


class Context:
    """A script context that notes what is sent, and requests that can be asked to run again."""

    def __init__(self):
        self.sent, self.asked = [], []
        self.script_requests = Requests(self)

    def enqueue(self, message):
        is_block = message.delta.HasField("add_block")
        self.sent.append("block" if is_block else message.delta.new_element.text.body)


class Requests:
    def __init__(self, context):
        self.context = context

    def request_rerun(self, data):
        self.context.asked.append(data)
        return True

    def request_stop(self):
        self.context.asked.append("stop")


@pytest.fixture
def page(monkeypatch):
    """A page that has begun: its context, its tab, the headers of its visitor, and a clock."""
    page = SimpleNamespace(context=Context(), tab=Visit(), headers=dict(MOZILLA), now=0.0, pauses=[])
    monkeypatch.setattr(first_chart, "visit", lambda: page.tab)
    monkeypatch.setattr(first_chart, "get_script_run_ctx", lambda: page.context)
    monkeypatch.setattr(first_chart.st, "context", SimpleNamespace(headers=page.headers))
    monkeypatch.setattr(first_chart, "time", SimpleNamespace(perf_counter=lambda: page.now))
    monkeypatch.setattr(first_chart, "_watch", lambda: None)

    def pause(seconds, sleep=None):
        page.pauses.append((seconds, list(page.context.sent)))
        page.during(sleep)

    page.during = lambda sleep: None
    monkeypatch.setattr(first_chart.priority, "pause", pause)
    monkeypatch.setattr(first_chart.st, "fragment", lambda draw: draw)
    return page


def draw(page, *places):
    for number, root in enumerate(places):
        page.context.enqueue(message(root, number))


def test_the_sidebar_is_sent_after_the_first_chart_in_its_order(page):
    first_chart.begin(arrived=True)
    draw(page, 1, 0, 1, 0)
    assert page.context.sent == ["0.1", "0.3"]
    first_chart.sent()
    assert page.pauses == [(first_chart.LONGEST_WAIT, ["0.1", "0.3"])], "the chart and what is above it"
    assert page.context.sent == ["0.1", "0.3", "1.0", "1.2"]
    draw(page, 1, 0)
    assert page.context.sent[4:] == ["1.0", "0.1"], "then all is sent as it is drawn"


def test_only_the_first_chart_is_ahead(page):
    first_chart.begin(arrived=True)
    first_chart.sent()
    first_chart.sent()
    assert len(page.pauses) == 1


def test_a_chart_that_is_drawn_during_work_waits_for_nobody(page):
    first_chart.begin(arrived=True)
    draw(page, 1, 0)
    first_chart.skip()
    assert page.context.sent == ["0.1", "1.0"]
    first_chart.sent()
    assert page.pauses == []


def run(page, *, arrived=False, first=3, horizontal=False):
    """A run: the sidebar, a container with a first chart of this number in it, and one more element."""
    page.context.sent.clear()
    page.pauses.clear()
    first_chart.begin(arrived)
    draw(page, 1, 1)
    page.context.enqueue(block([0, 2], horizontal))
    chart = message(0, first)
    chart.metadata.delta_path[:] = [0, 2, first]
    page.context.enqueue(chart)
    first_chart.sent()
    draw(page, 0)


IN_ORDER = ["1.0", "1.1", "block", "0.3"]


def test_when_a_control_moves_the_first_chart_goes_ahead_if_it_is_where_it_was(page, monkeypatch):
    monkeypatch.setattr(first_chart, "AHEAD", 0.25)
    run(page, arrived=True)
    for _ in range(2):
        run(page)
        assert page.pauses == [(0.25, ["0.3"])], "the browser draws it before it gets the rest"
        assert page.context.sent == ["0.3", "1.0", "1.1", "block", "0.0"]


@pytest.mark.parametrize("other", [{"first": 4}, {"horizontal": True}])
def test_a_chart_in_another_place_waits_for_the_containers_that_it_needs(page, monkeypatch, other):
    monkeypatch.setattr(first_chart, "AHEAD", 0.25)
    run(page, arrived=True)
    run(page, **other)
    before = [*IN_ORDER[:3], f"0.{other.get('first', 3)}"]
    assert page.pauses == [(0.25, before)], "then the browser draws it before the rest"
    assert page.context.sent == [*before, "0.0"]
    run(page, **other)
    assert page.context.sent[0] == before[3], "now it is where it was"


def test_nothing_goes_ahead_after_a_run_without_a_chart_or_while_a_report_is_recorded(page):
    run(page, arrived=True)
    first_chart.begin(arrived=False)
    draw(page, 0)
    first_chart.release()
    run(page)
    assert page.context.sent[:4] == IN_ORDER
    page.tab.recorded = {}
    run(page)
    assert page.context.sent[:4] == IN_ORDER
    page.tab.recorded = None
    page.headers.clear()
    run(page)
    assert page.context.sent[:4] == IN_ORDER, "for a program that is no browser"


def test_nothing_goes_ahead_after_a_fragment_with_the_chart_ran_alone(page):
    drawn = []
    part = first_chart.fragment(drawn.append)
    first_chart.begin(arrived=True)
    part("within the page")
    page.context.enqueue(message(0, 3))
    first_chart.sent()
    assert page.tab.first_place is not None
    part("alone")
    assert drawn == ["within the page", "alone"]
    assert page.tab.first_place is None


@pytest.mark.parametrize(("seconds", "spins"), [(first_chart.QUICK, False), (0.0, True)])
def test_a_chart_that_was_computed_for_a_while_or_under_a_spinner_keeps_the_order(page, seconds, spins):
    run(page, arrived=True)
    page.context.sent.clear()
    first_chart.begin(arrived=False)
    draw(page, 1, 1)
    page.context.enqueue(block([0, 2]))
    if spins:
        spinner = ForwardMsg()
        spinner.metadata.delta_path.extend([0, 2, 3])
        spinner.delta.new_transient.SetInParent()
        page.context.enqueue(spinner)
    page.now += seconds
    chart = message(0, 3)
    chart.metadata.delta_path[:] = [0, 2, 3]
    page.context.enqueue(chart)
    first_chart.sent()
    assert page.context.sent == [*IN_ORDER[:3], *[""] * spins, IN_ORDER[3]]


def test_a_chart_that_takes_long_holds_nothing_back_and_its_place_is_known_afterwards(page, monkeypatch):
    monkeypatch.setattr(first_chart, "AHEAD", 0.25)
    first_chart.begin(arrived=False)
    draw(page, 1)
    assert page.context.sent == []
    page.now = first_chart.LONGEST_HELD + 0.01
    page.context.enqueue(block([0, 2]))
    assert page.context.sent == ["1.0", "block"]
    chart = message(0, 3)
    chart.metadata.delta_path[:] = [0, 2, 3]
    page.context.enqueue(chart)
    first_chart.sent()
    assert page.pauses == [(0.25, ["1.0", "block", "0.3"])]
    run(page)
    assert page.context.sent[0] == "0.3"


def test_messages_that_are_about_no_element_are_never_held_back(page):
    first_chart.begin(arrived=False)
    page.context.enqueue(ForwardMsg())
    assert page.context.sent == [""]


def test_each_arrival_has_a_name_of_its_own(page):
    names = []
    for arrived in (True, False, True):
        first_chart.begin(arrived)
        names.append(page.tab.arrival)
    assert names[0] == names[1] != names[2]


def test_the_wait_ends_with_the_browsers_message_which_is_passed_on(page):
    heard = []

    def browser(wait):
        assert not wait(0.0), "nothing was sent yet"
        assert page.context.script_requests.request_rerun("drawn") is True
        heard.append(wait(0.0))

    page.during = browser
    first_chart.begin(arrived=True)
    first_chart.sent()
    assert heard == [True]
    assert page.context.asked == ["drawn"]
    page.context.script_requests.request_rerun("later")
    assert page.context.asked == ["drawn", "later"]


def test_the_wait_ends_with_a_request_to_stop(page):
    heard = []

    def stopped(wait):
        page.context.script_requests.request_stop()
        heard.append(wait(0.0))

    page.during = stopped
    first_chart.begin(arrived=True)
    first_chart.sent()
    assert heard == [True]
    assert page.context.asked == ["stop"], "which is passed on"
    assert not {"request_stop", "request_rerun"} & vars(page.context.script_requests).keys()


@pytest.mark.parametrize("headers", [{}, {"User-Agent": "Python/3.11 websockets/15.0"}])
def test_who_has_no_browser_is_not_waited_for(page, headers):
    page.headers.clear()
    page.headers.update(headers)
    first_chart.begin(arrived=True)
    draw(page, 1, 0)
    first_chart.sent()
    assert page.pauses == []
    assert page.context.sent == ["0.1", "1.0"]


def test_the_sidebar_does_not_wait_for_a_chart_that_takes_long(page):
    first_chart.begin(arrived=True)
    draw(page, 1, 1)
    page.now = first_chart.LONGEST_HELD
    draw(page, 0)
    assert page.context.sent == ["0.0"]
    page.now += 0.01
    draw(page, 0)
    assert page.context.sent == ["0.0", "1.0", "1.1", "0.0"], "before the next element of the page"
    draw(page, 1)
    assert page.context.sent[4:] == ["1.0"]


def test_a_page_without_a_chart_sends_its_sidebar_at_its_end(page):
    first_chart.begin(arrived=True)
    draw(page, 1, 0)
    first_chart.release()
    assert page.context.sent == ["0.1", "1.0"]
    first_chart.release()
    assert page.context.sent == ["0.1", "1.0"], "once"


@pytest.mark.parametrize(("end", "sent"), [(ZeroDivisionError, 2), (StopException, 2), (RerunException, 0)])
def test_what_is_held_back_is_sent_however_a_run_ends_unless_another_follows(page, end, sent):
    def run_and_end():
        with first_chart.whole():
            first_chart.begin(arrived=False)
            draw(page, 1, 0)
            raise end(None) if end is RerunException else end

    with pytest.raises(end):
        run_and_end()
    assert page.context.sent == ["1.0", "0.1"][:sent]


def test_what_an_interrupted_run_held_back_is_not_sent_by_the_next(page):
    first_chart.begin(arrived=True)
    draw(page, 1)
    del page.context.enqueue  # as `ui.report.recorder.begin` does
    first_chart.begin(arrived=False)
    draw(page, 0)
    first_chart.release()
    assert page.context.sent == ["0.0"]
