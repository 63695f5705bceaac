"""An assignment as JSON and as a link: what comes back, and what is refused in one sentence."""

import base64
import json
import zlib
from dataclasses import replace

import pytest

from lab.assignment import KINDS, Assignment, Task, link_text, read_link
from lab.assignment.assignment import MOST_BYTES, MOST_CHARACTERS, MOST_TASKS
from lab.assignment.packing import checksum, packed
from lab.links.reading import Unusable

DELTA = {"step": "output_delta", "asks": "number"}
TASKS = (
    Task("question", {"page": "decision_boundary", "question": "would-two-hidden-units-be-enough"}),
    Task("step", DELTA, points=2.5, tolerance=0.02, shown="reason"),
    Task("chapter", {"chapter": "Minibatch and depth", "asks": "sign", "number": 1}, shown="nothing"),
    Task("hunt", {"hunt": True}, points=3),
    Task("experiment", {"target": 0.95, "most_units": 8}),
    Task("repair", {"repair": True}),
    Task("homework", {"homework": True, "hidden_layer_sizes": [4], "activation": "tanh"}, points=4),
)
WHOLE = Assignment("Week 5 · δ & co", TASKS, key="0123456789abcdef")


def refused(make, *of):
    with pytest.raises(Unusable) as problem:
        make(*of)
    sentence = str(problem.value)
    assert "\n" not in sentence
    assert len(sentence) < 400
    return sentence


def changed(**changes):
    return json.dumps(json.loads(WHOLE.to_json()) | changes)


def with_task(**changes):
    task = {"kind": "step", "subject": DELTA} | changes
    return changed(tasks=[task])


def test_json_and_link_bring_back_the_same_assignment():
    assert Assignment.from_json(WHOLE.to_json()) == WHOLE == read_link(link_text(WHOLE))
    assert WHOLE.points == 1 + 2.5 + 1 + 3 + 1 + 1 + 4


def test_the_digest_changes_with_everything_in_it():
    others = [
        replace(WHOLE, title="Week 6"),
        replace(WHOLE, key="fedcba9876543210"),
        replace(WHOLE, tasks=TASKS[::-1]),
        replace(WHOLE, tasks=(*TASKS[:1], replace(TASKS[1], points=2), *TASKS[2:])),
        replace(WHOLE, tasks=(*TASKS[:1], replace(TASKS[1], tolerance=0.03), *TASKS[2:])),
        replace(WHOLE, tasks=(*TASKS[:1], replace(TASKS[1], shown="nothing"), *TASKS[2:])),
    ]
    assert len({one.digest for one in (WHOLE, *others)}) == 1 + len(others)
    assert replace(WHOLE, title="  Week 5 ·  δ & co ").digest == WHOLE.digest


def test_a_link_of_the_largest_assignment_is_within_its_bound():
    tasks = [Task("chapter", {"chapter": "The network", "number": n, "asks": "number"}) for n in range(10)]
    tasks += [Task("step", DELTA | {"d": 4, "K": n % 8 + 1, "d_h": 4 + n // 8}) for n in range(10)]
    largest = Assignment("x" * 80, tasks, key="0123456789abcdef")
    assert len(tasks) == MOST_TASKS
    assert read_link(link_text(largest)) == largest
    assert len(link_text(largest)) < 1500 < MOST_CHARACTERS


@pytest.mark.parametrize("kind", KINDS)
def test_everything_in_the_catalogue_can_be_assigned(kind):
    offers = KINDS[kind].catalogue()
    assert offers
    assert len({(one.group, one.title) for one in offers}) == len(offers), "each has a title of its own"
    for offer in offers:
        one = Assignment("A", (Task(kind, offer.subject),))
        assert read_link(link_text(one)) == one


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "",
            "The assignment's link is empty; allowed: letters, digits, - and _, a full stop, and a checksum.",
        ),
        ("abc def", "The assignment's link is cut off, or one of its characters is wrong"),
        (link_text(WHOLE)[:-3], "The assignment's link is cut off"),
        (link_text(WHOLE)[5:], "The assignment's link is cut off"),
        (link_text(WHOLE)[:40] + "A" + link_text(WHOLE)[41:], "The assignment's link is cut off"),
        ("naïve", "The assignment's link has the character 'ï'; allowed: letters, digits"),
        ("x" * (MOST_CHARACTERS + 1), "The assignment's link has 6,001 characters; allowed: up to 6,000."),
        (packed([1, 2]), "This is not a Backprop Lab assignment"),
        (packed({"format": "other"}), "This is not a Backprop Lab assignment"),
        (packed([2, "A", "", [["step", DELTA, 1, 0.01, "verdict"]]]), "version is '2'; allowed: 1, that of"),
    ],
)
def test_a_link_that_cannot_be_read_is_refused_in_a_sentence(text, said):
    assert refused(read_link, text).startswith(said)


def test_a_link_is_read_through_the_line_breaks_of_an_e_mail():
    text = link_text(WHOLE)
    assert read_link(f" {text[:30]}\r\n{text[30:]} \n") == WHOLE


def test_a_small_link_that_would_unpack_to_gigabytes_stops_at_the_bound():
    contents = b"[" + b" " * 50_000_000 + b"]"
    payload = base64.urlsafe_b64encode(zlib.compress(contents[:3_000_000], 9)).decode().rstrip("=")
    sentence = refused(read_link, f"{payload}.{checksum(contents)}")
    assert (
        sentence
        == f"The assignment's link contains more than {MOST_BYTES:,} bytes; allowed: up to {MOST_BYTES:,}."
    )


TWO_UNITS = {"page": "decision_boundary", "question": "would-two-hidden-units-be-enough"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "The assignment is not valid JSON, so it cannot be read."),
        ("[" * 20_000, "The assignment is not valid JSON, so it cannot be read."),
        ("7", "This is not a Backprop Lab assignment"),
        ('"' + "x" * MOST_BYTES + '"', "The assignment has 30,002 characters; allowed: up to 30,000."),
        (changed(title=""), "title is ''; allowed: 1 to 80 characters, on one line."),
        (changed(title=7), "title is '7'; allowed: 1 to 80 characters."),
        (changed(title="x" * 81), "title is"),
        (changed(title="a\x00b"), "title is 'a\\x00b'; allowed: 1 to 80 characters that can be shown."),
        (changed(version=2), "version is '2'; allowed: 1, that of this lab."),
        (changed(key="secret"), "key is 'secret'; allowed: the 16 hex digits of a key's digest, or nothing."),
        (changed(extra=1), "assignment has the key 'extra'; allowed: format, version, title, key, tasks."),
        (changed(tasks=[]), "The assignment has 0 tasks; allowed: 1 to 20."),
        (changed(tasks=[{}] * 21), "The assignment has 21 tasks; allowed: 1 to 20."),
        (changed(tasks=3), "The assignment has no list of tasks; allowed: 1 to 20."),
        (changed(tasks=[3]), "task 1 is '3'; allowed: an object with kind, subject"),
        (changed(tasks=[{"kind": "step"}]), "task 1 has no subject; allowed: an object with kind, subject."),
        (with_task(kind="riddle"), "the kind of task 1 is 'riddle'; allowed: question, step, chapter"),
        (with_task(points=0), "points of task 1 is '0'; allowed: numbers above 0 and up to 100."),
        (with_task(points=True), "points of task 1 is 'True'; allowed: numbers above 0 and up to 100."),
        (with_task(points=float("nan")), "The assignment is not valid JSON"),
        (with_task(tolerance=0.6), "tolerance of task 1 is '0.6'; allowed: numbers above 0 and up to 0.5."),
        (with_task(shown="all"), "what is shown of task 1 is 'all'; allowed: nothing, verdict, reason."),
        (with_task(subject=None), "the subject of task 1 is 'None'; allowed: an object with step, asks"),
        (with_task(subject={"step": "output_delta"}), "the subject of task 1 has no asks"),
        (
            with_task(subject=DELTA | {"d": 9}),
            "d of the subject of task 1 is '9'; allowed: whole numbers from 1",
        ),
        (
            with_task(subject=DELTA | {"step": "delta"}),
            "the step of the subject of task 1 is 'delta'; allowed:",
        ),
        (
            with_task(subject=DELTA | {"asks": "vanishes"}),
            "asks of the subject of task 1 is 'vanishes'; allowed",
        ),
        (
            with_task(subject=DELTA | {"loss": "hinge"}),
            "loss of the subject of task 1 is 'hinge'; allowed: softmax_cross_entropy",
        ),
        (
            with_task(subject=DELTA | {"l2": 1e300}),
            "l2 of the subject of task 1 is '1e+300'; allowed: numbers",
        ),
        (
            with_task(kind="question", subject={"page": "home", "question": "x"}),
            "the page of the subject of task 1 is 'home'; allowed: decision_boundary",
        ),
        (
            with_task(kind="question", subject={"page": "sweeps", "question": "x"}),
            "the question of the subject of task 1 is 'x'; allowed: one of the questions of that page",
        ),
        *(
            (
                with_task(kind="question", subject=TWO_UNITS | {"open": opened}),
                f"open of the subject of task 1 is '{shown}'; allowed: a list of names of controls.",
            )
            for opened, shown in ((7, "7"), ("l2", "l2"), ({"l2": 1}, "an object"), (["l2", 7], "a list"))
        ),
        (
            with_task(kind="question", subject=TWO_UNITS | {"open": ["l2", "door"]}),
            "a control left open by the subject of task 1 is 'door'; allowed: one of ",
        ),
        (with_task(kind="hunt", subject={"hunt": 0}), "hunt of the subject of task 1 is '0'; allowed: whole"),
        (
            with_task(kind="hunt", subject={"hunt": False}),
            "hunt of the subject of task 1 is 'False'; allowed:",
        ),
        (
            with_task(kind="experiment", subject={"target": 0.95, "most_units": 1000}),
            "most_units of the subject of task 1 is '1000'; allowed: whole numbers from 1 to 64.",
        ),
        (
            with_task(kind="experiment", subject={"target": 0.95, "most_units": 8, "data": "mnist"}),
            "data of the subject of task 1 is 'mnist'; allowed: circles",
        ),
        (with_task(kind="repair", subject={"repair": 1}), "repair of the subject of task 1 is '1'; allowed:"),
        (
            with_task(kind="homework", subject={"homework": True, "hidden_layer_sizes": [8] * 9}),
            "hidden_layer_sizes of the subject of task 1 is 'a list'; allowed: a list of 1 to 3 numbers.",
        ),
    ],
)
def test_what_cannot_be_assigned_is_refused_by_field_value_and_what_is_allowed(text, said):
    assert refused(Assignment.from_json, text).startswith(said)


def test_the_largest_points_tolerance_and_texts_are_allowed():
    largest = Assignment("A", (Task("step", DELTA, points=100, tolerance=0.5),))
    text = largest.to_json()
    assert Assignment.from_json(text + " " * (MOST_BYTES - len(text))) == largest
    assert read_link(link_text(largest).ljust(MOST_CHARACTERS)) == largest
    assert refused(Assignment.from_json, text + " " * (MOST_BYTES + 1 - len(text))).startswith(
        "The assignment has 30,001 characters; allowed: up to 30,000."
    )


@pytest.mark.parametrize(
    ("task", "version", "said"),
    [
        (Task("step", DELTA, points=101), 1, "points of task 2 is '101'; allowed: numbers above 0 and up to"),
        (Task("step", DELTA, tolerance=0.0), 1, "tolerance of task 2 is '0.0'; allowed: numbers above 0"),
        (Task("step", DELTA, shown="all"), 1, "what is shown of task 2 is 'all'; allowed: nothing, verdict,"),
        (Task("step", DELTA), 2, "version is '2'; allowed: 1, that of this lab."),
    ],
)
def test_a_task_that_cannot_be_used_is_named_by_its_number(task, version, said):
    assert refused(Assignment, "A", (TASKS[0], task), version).startswith(said)


def test_a_task_may_be_there_once_only():
    again = (TASKS[1], Task("step", dict(reversed(DELTA.items())), points=7))
    assert refused(Assignment, "A", again) == "Task 2 is task 1 again; allowed: each task once."
    third = (TASKS[0], *again)
    assert refused(Assignment, "A", third) == "Task 3 is task 2 again; allowed: each task once."
