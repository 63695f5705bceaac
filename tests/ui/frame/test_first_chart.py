"""A page's first chart is sent before the sidebar and the rest; on arrival the rest waits for the browser."""

import threading
from contextlib import nullcontext
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


class Context:
    """A script context that notes what is sent, and requests that can be asked to run again."""

    def __init__(self):
        self.sent, self.asked = [], []
        self.script_requests = Requests(self)

    def enqueue(self, message):
        self.send(message.delta.new_element.text.body)

    def send(self, text):
        self.sent.append(text)


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
    page = SimpleNamespace(
        context=Context(), tab=Visit(invisible=nullcontext()), headers=dict(MOZILLA), now=0.0, pauses=[]
    )
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


def test_when_a_control_moves_the_sidebar_and_the_rest_follow_without_a_word_from_the_browser(
    page, monkeypatch
):
    monkeypatch.setattr(first_chart, "AHEAD", 0.25)
    first_chart.begin(arrived=False)
    draw(page, 1, 0, 1, 0)
    first_chart.sent()
    assert page.pauses == [(0.25, ["0.1", "0.3"])]
    assert page.context.sent == ["0.1", "0.3", "1.0", "1.2"]


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


def test_what_another_thread_sends_meanwhile_is_neither_lost_nor_between_what_was_held_back(page):
    first_chart.begin(arrived=False)
    draw(page, 1, 1)
    late, send, threads = page.context.enqueue, page.context.send, []

    def slow(text):
        if not threads:  # while the first one is sent
            threads.append(threading.Thread(target=late, args=(message(1, 2),)))
            threads[0].start()
            threads[0].join(0.05)
        send(text)

    page.context.send = slow
    first_chart.release()
    threads[0].join()
    assert page.context.sent == ["1.0", "1.1", "1.2"]
    late(message(1, 3))
    assert page.context.sent[3:] == ["1.3"], "though it began before the release"


def test_a_page_without_a_chart_sends_its_sidebar_at_its_end(page):
    first_chart.begin(arrived=True)
    draw(page, 1, 0)
    first_chart.release()
    assert page.context.sent == ["0.1", "1.0"]
    first_chart.release()
    assert page.context.sent == ["0.1", "1.0"], "once"


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize(("end", "n_sent"), [(ZeroDivisionError, 2), (StopException, 2), (RerunException, 1)])
def test_a_page_that_fails_or_is_stopped_sends_its_sidebar_unless_another_run_follows(
    page, arrived, end, n_sent
):
    def run():
        with first_chart.whole():
            first_chart.begin(arrived)
            draw(page, 1, 0)
            raise end(None) if end is RerunException else end

    with pytest.raises(end):
        run()
    assert page.context.sent == ["0.1", "1.0"][:n_sent]


def test_what_an_interrupted_run_held_back_is_not_sent_by_the_next(page):
    first_chart.begin(arrived=True)
    draw(page, 1)
    del page.context.enqueue  # as `ui.report.recorder.begin` does
    first_chart.begin(arrived=False)
    draw(page, 0)
    first_chart.release()
    assert page.context.sent == ["0.0"]
