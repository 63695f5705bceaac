"""The kinds of tasks: numbers of each student's own, and marks, each by an independent route."""

import io
import itertools
import re
from types import SimpleNamespace
from urllib.parse import quote

import numpy as np
import pytest

from data import load_dataset
from lab.assignment import KINDS, Mark, Task
from lab.assignment.kinds import derivations, experiments, homework, hunts, questions
from lab.assignment.kinds.kind import Asked, chosen, read_number, shortened
from lab.assignment.kinds.questions import QUESTIONS
from lab.bugs import BUGS
from lab.bugs.hunt import hunt
from lab.derivation import CHAPTERS, Problem, derive
from lab.diagnosis.mistakes import MISTAKES
from lab.questions import verify
from mlp import TrainConfig, train_many

ANN, BOB = 123456, 654321
DELTA = Task("step", {"step": "output_delta", "asks": "number"})
GOAL = Task("experiment", {"target": 0.95, "most_units": 8})
HOME = Task("homework", {"homework": True, "hidden_layer_sizes": [5, 4], "activation": "tanh", "l2": 0.01})
REPAIR, HUNT = Task("repair", {"repair": True}), Task("hunt", {"hunt": True})
TWO_UNITS = Task("question", {"page": "decision_boundary", "question": "would-two-hidden-units-be-enough"})


def tasks_of(kind, n=4):
    """Every so many a task of the catalogue, at most about n."""
    offers = KINDS[kind].catalogue()
    return [Task(kind, one.subject) for one in offers[:: max(1, len(offers) // n)]]


SOLVED = [task for kind in ("step", "chapter", "hunt", "repair", "homework") for task in tasks_of(kind)]


@pytest.mark.slow
@pytest.mark.parametrize("task", SOLVED, ids=lambda task: f"{task.kind} {list(task.subject.values())}")
@pytest.mark.parametrize("seed", [0, ANN])
def test_the_solution_earns_everything_and_no_known_mistake_does(task, seed):
    kind = KINDS[task.kind]
    solution, asked = kind.solve(task, seed), kind.ask(task, seed)
    assert kind.needs(task, seed, solution.answer) == ()
    assert kind.mark(task, seed, solution.answer, {}).share == 1
    for wrong in solution.wrong:
        mark = kind.mark(task, seed, wrong.answer, {})
        assert mark.share < 1, wrong
        assert mark.reason
    assert all(len(one.answer) <= kind.longest for one in (solution, *solution.wrong))
    if asked.choices:
        assert len(set(asked.choices)) == len(asked.choices)


@pytest.mark.parametrize("task", [*SOLVED, GOAL, TWO_UNITS], ids=lambda task: task.kind)
@pytest.mark.parametrize("answer", ["", "x", "9999", "-7.7", "1;2", "\u0663", "nan", "1e999", "0" * 400])
def test_an_answer_that_is_none_earns_nothing_and_is_told_so(task, answer):
    kind = KINDS[task.kind]
    trained = dict.fromkeys(kind.needs(task, ANN, answer))
    mark = kind.mark(task, ANN, answer, trained)
    assert (mark.share, mark.wrong) == (0, "")
    assert mark.reason
    assert "\n" not in mark.reason


@pytest.mark.parametrize("kind", ["step", "chapter", "hunt", "repair", "homework", "experiment"])
def test_two_students_get_numbers_of_their_own(kind):
    for task in tasks_of(kind, 2):
        asked = [KINDS[kind].ask(task, seed) for seed in (ANN, BOB)]
        assert asked[0] == KINDS[kind].ask(task, ANN) or kind == "homework", "always the same for one student"
        if task.subject != {"hunt": 7} and task.subject.get("asks") != "rule":
            query = [(one.prompt, one.given, one.query, one.code, one.file and one.file()) for one in asked]
            assert query[0] != query[1]


def test_a_number_of_the_derivation_is_that_of_the_students_network():
    """∂L/∂o of softmax and cross-entropy is p - onehot(y), here written out."""
    for seed in (ANN, BOB):
        own = Problem(activation="tanh", seed=seed)
        (W1, b1), (W2, b2) = own.params
        o = np.tanh(own.X[:1] @ W1 + b1) @ W2 + b2
        p = np.exp(o[0]) / np.exp(o[0]).sum()
        delta = p - np.eye(own.m)[own.y[0]]
        prompt = KINDS["step"].ask(DELTA, seed).prompt
        place = int(re.search(r"o\^a_\{(\d)\}.*within 1%", prompt)[1])
        right = delta[place - 1]
        for given, share in ((right, 1), (right * 1.009, 1), (right * 1.011, 0), (-right, 0)):
            assert KINDS["step"].mark(DELTA, seed, f"{given:.8f}", {}).share == share


def test_a_wrong_number_is_explained_by_the_rule_that_leads_to_it():
    found = KINDS["step"].solve(DELTA, ANN)
    flipped = next(one for one in found.wrong if one.key == "target_minus_output")
    assert float(flipped.answer) == pytest.approx(-float(found.answer))
    mark = KINDS["step"].mark(DELTA, ANN, flipped.answer, {})
    assert mark.wrong == "target_minus_output"
    assert flipped.why in mark.reason


@pytest.mark.slow
@pytest.mark.parametrize("task", [DELTA, HUNT, REPAIR], ids=lambda task: task.kind)
def test_a_wrong_answer_is_told_why_it_is_wrong_and_not_what_is_right(task):
    kind = KINDS[task.kind]
    for seed in (ANN, BOB):
        solution = kind.solve(task, seed)
        in_words = solution.in_words.strip("$").rpartition(": ")[2]
        for wrong in solution.wrong:
            mark = kind.mark(task, seed, wrong.answer, {})
            assert mark.reason
            assert in_words not in mark.reason
            assert mark.reason != solution.reason


def test_several_tasks_of_a_chapter_ask_different_questions():
    subject = {"chapter": "The network", "asks": "number"}
    asked = {KINDS["chapter"].ask(Task("chapter", subject | {"number": n}), ANN).prompt for n in range(6)}
    assert len(asked) == 6


def test_a_decimal_comma_is_refused_with_the_number_as_it_should_be():
    with pytest.raises(ValueError, match=r"The answer is '0,25'; allowed: a decimal point, as in 0\.25\."):
        read_number("0,25")
    assert KINDS["step"].mark(DELTA, ANN, "0,25", {}).reason == (
        "One answer is not a number such as -0.25 or 1.5e-3."
    )


@pytest.mark.parametrize(
    "name", ["hidden_layer_sizes", "activation", "learning_rate", "x", "fingerprint", "seed"]
)
def test_no_students_words_get_into_a_reason(name):
    """A reason is Markdown, and an instructor reads it."""
    words = "![x](http://y.z/pixel)"
    for task, answer in ((GOAL, f"{name}={quote(words)}"), (GOAL, words), (DELTA, words), (HOME, words)):
        reason = KINDS[task.kind].mark(task, ANN, answer, {}).reason
        assert reason
        assert "http" not in reason
        assert "x](" not in reason


def test_the_hunt_of_a_student_hides_the_bug_that_is_right():
    number = hunts.number_of(HUNT, ANN)
    assert 1 <= number <= 9999
    asked = KINDS["hunt"].ask(HUNT, ANN)
    assert asked.query["hunt"] == str(number)
    answer = hunt(number).answer
    titles = {key: bug.title for key, bug in BUGS.items()} | {"none": "There is no bug"}
    for place, choice in enumerate(asked.choices):
        mark = KINDS["hunt"].mark(HUNT, ANN, str(place), {})
        assert mark.share == (choice == titles[answer])
        assert titles[mark.wrong or answer] == choice
        assert KINDS["hunt"].mark(HUNT, ANN, f"{place:03}", {}) == mark


def test_the_entries_of_a_homework_are_numerical_derivatives_of_its_file():
    """The loss of the file's network, written out and differentiated numerically."""
    asked = KINDS["homework"].ask(HOME, ANN)
    with np.load(io.BytesIO(asked.file()), allow_pickle=False) as file:
        start = {name: file[name] for name in file.files}

    def loss(arrays):
        a = arrays["X"]
        for layer in (1, 2):
            a = np.tanh(a @ arrays[f"W{layer}"] + arrays[f"b{layer}"])
        o = a @ arrays["W3"] + arrays["b3"]
        o = o - o.max(axis=1, keepdims=True)
        chosen = o[np.arange(len(o)), arrays["y"]] - np.log(np.exp(o).sum(axis=1))
        return -chosen.mean() + 0.01 * sum((arrays[f"W{n}"] ** 2).sum() for n in (1, 2, 3))

    numbers = []
    for name in asked.numbers:
        array, index = re.fullmatch(r"d(\w\d)\[(.*)\]", name).groups()
        index = tuple(map(int, index.split(", ")))
        ends = []
        for h in (1e-5, -1e-5):
            moved = {key: value.copy() for key, value in start.items()}
            moved[array][index] += h
            ends.append(loss(moved))
        numbers.append((ends[0] - ends[1]) / 2e-5)
    assert len(numbers) == 6
    mark = KINDS["homework"].mark(HOME, ANN, ";".join(f"{one:.7g}" for one in numbers), {})
    assert mark == Mark(1, "All 6 entries agree with the lab's.")
    halved = ";".join(f"{one:.7g}" for one in [*numbers[:3], *np.array(numbers[3:]) * 7])
    mark = KINDS["homework"].mark(HOME, ANN, halved, {})
    assert mark.share == 0.5
    assert "3 of 6 entries agree" in mark.reason
    one = ";".join(f"{one:.7g}" for one in [numbers[0], *np.array(numbers[1:]) * 7])
    assert "1 of 6 entries agrees with the lab's;" in KINDS["homework"].mark(HOME, ANN, one, {}).reason


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "the mean loss (tanh, softmax with cross-entropy, penalty 0.01 · Σ W²) with your own"),
        ({"l2": 0, "activation": "relu"}, "the mean loss (relu, softmax with cross-entropy) with your own"),
    ],
)
def test_a_homework_names_its_activation_its_loss_and_its_penalty_and_what_its_file_has(changes, said):
    task = Task("homework", HOME.subject | changes, tolerance=0.05)
    asked = KINDS["homework"].ask(task, ANN)
    assert said in asked.prompt
    assert "The file has the weights and biases W1, b1, W2, b2, W3, b3, and a batch of " in asked.prompt
    assert "give these entries within 5%." in asked.prompt


def test_a_missing_mean_is_found_behind_the_numbers_of_a_homework():
    """Without the penalty every gradient is then ours times the number of examples."""
    task = Task(
        "homework", {"homework": True, "hidden_layer_sizes": [4], "activation": "tanh", "batch_size": 8}
    )
    right = [float(one) for one in KINDS["homework"].solve(task, ANN).answer.split(";")]
    mark = KINDS["homework"].mark(task, ANN, ";".join(f"{8 * one:.6g}" for one in right), {})
    assert mark.share == 0
    assert mark.wrong == "no_mean" or "known mistake" in mark.reason
    assert any(one.says in mark.reason for one in MISTAKES.values())


def test_a_mistake_is_named_for_the_class_list_where_no_other_gives_the_same_numbers(monkeypatch):
    given, (first, second, *_) = [1e3] * 6, MISTAKES
    answer = ";".join(map(str, given))
    for known, wrong in (((), ""), ((first,), first), ((first, second), ""), ((second,), second)):
        monkeypatch.setattr(
            homework, "_wrong", lambda *_, known=known: [(MISTAKES[key], given) for key in known]
        )
        mark = KINDS["homework"].mark(HOME, ANN, answer, {})
        assert (mark.share, mark.wrong) == (0, wrong)
        assert ("2 known mistakes that give the same numbers" in mark.reason) == (len(known) == 2)
    monkeypatch.setattr(homework, "_wrong", lambda *_: [(MISTAKES[first], [*given[1:], 2e3])])
    assert "known mistake" not in KINDS["homework"].mark(HOME, ANN, answer, {}).reason, "of one other number"


def test_a_mistake_that_changes_some_of_the_numbers_alone_is_known_too():
    solution = KINDS["homework"].solve(HOME, ANN)
    right = solution.answer.split(";")
    unchanged = [
        sum(a == b for a, b in zip(right, one.answer.split(";"), strict=True)) for one in solution.wrong
    ]
    assert 0 in unchanged
    assert 0 < max(unchanged) < len(right)


@pytest.mark.parametrize(
    ("answer", "index"),
    [("0", 0), ("2", 2), ("02", 2), ("3", None), ("0002", None), ("-1", None), ("", None)],
)
def test_a_choice_is_the_index_of_one_of_them(answer, index):
    assert chosen(answer, Asked("", ("a", "b", "c"))) == index


def test_a_number_with_all_digits_that_python_prints_is_read_and_one_without_end_is_not():
    assert read_number("-0.03421875432109876", "dW1[0, 2]") == -0.03421875432109876
    assert read_number("-2.2250738585072014e-308") == -2.2250738585072014e-308
    with pytest.raises(ValueError, match=r"^The answer has 41 characters; allowed: up to 40\.$"):
        read_number("0." + "1" * 39)
    with pytest.raises(ValueError, match=r"^The answer is '1e999'; allowed: a number such as"):
        read_number("1e999")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0.5", "0.5"),
        ("\N{MINUS SIGN}1e-3", "-1e-3"),
        ("0.50000000000", "0.50000000000"),
        ("-0.03421875432109876", "-0.03421875432"),
        ("-0.0003421875432109876", "-0.00034218754"),
        ("-3.421875432109876e-05", "-3.4218754e-05"),
        ("-2.2250738585072014e-308", "-2.225074e-308"),
        ("123456789012345678901234567890", "1.23456789e+29"),
        ("0.10000000000000001", "0.1"),
    ],
)
def test_a_long_number_is_stored_with_as_many_digits_as_fit(typed, stored):
    assert shortened(typed) == stored
    assert read_number(stored) == pytest.approx(read_number(typed), rel=1e-6)
    assert len(stored) <= KINDS["step"].longest


def test_the_choices_of_a_question_come_in_the_students_order():
    orders = {KINDS["question"].ask(TWO_UNITS, seed).choices for seed in range(60)}
    assert len(orders) == 6
    assert {frozenset(order) for order in orders} == {
        frozenset(("None of them", "Some of them", "All of them"))
    }


def test_every_question_of_the_pages_that_verify_is_a_task_or_the_page_says_why_not():
    of_checks = {one.key for one in verify.GRADIENT_CHECK}
    offered = {one.key for one in QUESTIONS["gradient_check"]}
    assert of_checks - offered == {"e-an-epoch-by-a-loop-and-by-matrices"}
    assert {one.key for one in QUESTIONS["bug_lab"]} == {one.key for one in verify.BUG_LAB}
    assert questions.not_offered("bug_lab") == ""
    assert questions.not_offered("gradient_check").startswith(
        "Not offered: *E: an epoch by a loop and by matrices*, because its answer is a time measured on"
    )


def test_a_question_of_a_check_is_marked_by_the_check_made_again():
    """With one hidden layer of 8 and 8 units, 114 derivatives: at h = 0.01 some cross a kink, under half."""
    task = Task("question", {"page": "gradient_check", "question": "relu-who-crosses-a-kink"})
    choices = KINDS["question"].ask(task, BOB).choices
    marks = [KINDS["question"].mark(task, BOB, str(n), {}) for n in range(len(choices))]
    assert [choices[n] for n, mark in enumerate(marks) if mark.share] == ["Fewer than half"]
    assert all(" of 114 cross a kink at h = 0.01." in mark.for_instructor for mark in marks)


def test_a_question_is_answered_by_training_its_experiment_again():
    """Two units, five starts: how many reach 95%, counted here."""
    config = TrainConfig(hidden_layer_sizes=(2,))
    seeds = [TrainConfig(hidden_layer_sizes=(2,), init_seed=n, shuffle_seed=n) for n in range(5)]
    assert seeds[0] == config
    *_, last = train_many(seeds, load_dataset(experiments.start(GOAL, 0).data))
    n = sum(record.valid_accuracy >= 0.95 for record in last)
    right = "None of them" if n == 0 else "All of them" if n == 5 else "Some of them"
    for seed in (ANN, BOB):
        choices = KINDS["question"].ask(TWO_UNITS, seed).choices
        marks = [KINDS["question"].mark(TWO_UNITS, seed, str(place), {}) for place in range(3)]
        assert [choices[n] for n, mark in enumerate(marks) if mark.share] == [right]
        assert all(f"{n} of 5 random starts" in mark.for_instructor for mark in marks)
        wrong = [mark for mark in marks if not mark.share]
        assert [mark.reason for mark in wrong] == [""] * 2, "a student may choose again"
        assert all(f"The engine finds: {right}. {n} of 5" in mark.for_instructor for mark in wrong)
    found = SimpleNamespace(right=0, sentence="")
    assert questions.marked(TWO_UNITS, ANN, "", found).reason == "Not answered."
    assert questions.marked(TWO_UNITS, ANN, "3", found).reason == "The answer is not one of the choices."


def test_every_known_network_of_a_homework_asks_for_entries_of_at_least_half_the_largest_of_their_array():
    negative = 0
    for task, seed in itertools.product(tasks_of("homework"), (BOB, *range(5))):
        batch = homework._batch(homework.experiment(task, seed))
        arrays = [array for layer in homework.gradients(batch) for array in layer]
        asked = homework.places(task, seed)
        assert [name for name, *_ in asked] == [
            f"d{kind}{layer}" for layer in range(1, len(arrays) // 2 + 1) for kind in "Wb"
        ]
        for (*_, index), array in zip(asked, arrays, strict=True):
            sizes = sorted(abs(float(one)) for one in array.ravel())
            assert abs(array[index]) >= sizes[-1] / 2 > 0
            negative += -array.min() > 2 * array.max()
    assert negative, "in some, the largest entry is negative and much larger than all above 0"


def test_tolerance_is_relative_and_near_zero_absolute():
    assert derivations.near(1.01, 1.0, 0.01)
    assert not derivations.near(1.0101, 1.0, 0.01)
    assert derivations.near(0.005, 0.0, 0.01)
    assert not derivations.near(0.006, 0.0, 0.01)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sizes", [{"d": 1, "d_h": 1, "K": 1}, {"d": 4, "d_h": 5, "m": 4, "K": 8, "depth": 3}]
)
def test_a_network_of_any_size_has_the_steps_that_its_depth_and_functions_have(sizes):
    """The smallest and the largest: every step of the catalogue can be asked, solved and marked there."""
    for activation, loss in (("relu", "softmax_cross_entropy"), ("gelu", "sigmoid_squared_error")):
        network = sizes | {"activation": activation, "loss": loss}
        own = derivations.problem(Task("step", network), ANN)
        for key, kinds in derivations._asks(derivations._structure(own)).items():
            task = Task("step", {"step": key, "asks": kinds[0]} | network)
            KINDS["step"].check("it", task.subject)
            solution = KINDS["step"].solve(task, ANN)
            assert KINDS["step"].mark(task, ANN, solution.answer, {}).share == 1, key


def test_a_question_about_a_shape_names_the_sizes_that_it_is_computed_from():
    sizes = {"d": 3, "d_h": 5, "m": 4, "K": 2, "depth": 2}
    own = derivations.problem(Task("step", sizes), ANN)
    shapes = [
        Task("step", {"step": step.key, "asks": "shape"} | sizes)
        for step in derive(own, CHAPTERS[1:])  # the functions of the first have no network
        if "shape" in {ask.kind for ask in step.asks}
    ]
    assert len(shapes) > 10
    for task in shapes:
        widths = KINDS["step"].ask(task, ANN).given.partition(" units")[0]
        for size in ("= 3$", "= 5$", "= 4$"):
            assert size in widths


def test_the_link_of_a_question_has_the_whole_network_which_is_named_before_its_numbers():
    network = {
        "d": 3,
        "d_h": 5,
        "m": 4,
        "K": 2,
        "depth": 2,
        "activation": "tanh",
        "loss": "softmax_cross_entropy",
    }
    asked = KINDS["step"].ask(Task("step", DELTA.subject | network | {"l1": 0.5, "l2": 0.25}), ANN)
    said = {name: str(value) for name, value in network.items()} | {"l1": "0.5", "l2": "0.25"}
    own = {"init_seed": str(ANN), "step": "output_delta", "lock": "1", "open": ""}
    assert asked.query == said | own
    first, second, *_ = asked.given.split("\n\n")
    assert first.startswith("A network with ")
    assert r"in each layer and $f(z) = \tanh(z)$; softmax with cross-entropy; $\lambda_1 = 0.5$, " in first
    assert second.startswith("$")


def test_the_tolerance_is_told_as_it_is():
    for tolerance, said in ((0.001, "within 0.1%"), (0.025, "within 2.5%"), (0.05, "within 5%")):
        task = Task("step", DELTA.subject, tolerance=tolerance)
        assert KINDS["step"].ask(task, ANN).prompt.endswith(f"{said}?")
        assert said in KINDS["homework"].ask(Task("homework", HOME.subject, tolerance=tolerance), ANN).prompt


@pytest.mark.parametrize(
    ("task", "name", "allowed", "refused"),
    [
        (HOME, "hidden_layer_sizes", ([1], [32, 32, 32]), ([], [4] * 4, [33], [4, 0])),
        (HOME, "batch_size", (1, 256), (0, 257)),
        (HOME, "l2", (0, 1), (-0.1, 1.1)),
        (HUNT, "hunt", (1, 9999), (0, 10_000)),
        (REPAIR, "number", (0, 9), (-1, 10)),
        (REPAIR, "program", (0, 9), (-1, 10)),
        (Task("chapter", {"chapter": "The network"}), "number", (0, 9), (-1, 10)),
        (DELTA, "K", (1, 8), (0, 9)),
        (DELTA, "l1", (0, 1), (-0.1, 1.1)),
    ],
    ids=lambda one: one if isinstance(one, str) else None,
)
def test_a_subject_is_within_its_bounds(task, name, allowed, refused):
    for value in allowed:
        KINDS[task.kind].check("it", task.subject | {name: value})
    for value in refused:
        with pytest.raises(ValueError, match=f"^{name} of it is '"):
            KINDS[task.kind].check("it", task.subject | {name: value})
