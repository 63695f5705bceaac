"""Marks of a class: computed again, with buggy rules, copies and everything that can be wrong with a row."""

import csv
import io
import json

import pytest
from finishing import finished
from handed_in import ASSIGNMENT, GOOD_NETWORK, TASKS, handed_in, right_answers

from data import load_dataset
from lab import cells
from lab.assignment import KINDS, Assignment, student_seed
from lab.assignment.kinds import derivations, experiments
from lab.bugs import BUGS
from lab.bugs.hunt import NONE, hunt
from lab.derivation import derive
from lab.links import fingerprint
from lab.marks import marking, rows, summary, tables
from mlp import train

WHOLE = 12.5


def file_of(*students, header=("When", "Student", "Code"), encoding="utf-8"):
    """A CSV file of (name in the list, code) with a header of a learning platform."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *(("2026-11-27", *one) for one in students)])
    return text.getvalue().encode(encoding)


def mark(*students, assignment=ASSIGNMENT, **how):
    """The Results of (name in the list, code) pairs."""
    return finished(
        marking.marked(assignment, marking.plan(assignment, rows.read(file_of(*students, **how))))
    )


@pytest.fixture(scope="module")
def wrong_number():
    """(a wrong answer of Ben's to task 1, the Wrong that it comes from)."""
    own = KINDS["step"].solve(TASKS[0], student_seed(ASSIGNMENT, "Ben"))
    keys = [one.answer for one in own.wrong]
    one = next(one for one in own.wrong if keys.count(one.answer) == 1 and one.key)
    return one.answer, one


@pytest.fixture(scope="module")
def marked(wrong_number):
    ada = handed_in("Ada")
    ben = handed_in("Ben", task_1=wrong_number[0], task_2="", task_4="epochs=0")
    cem = handed_in("Cem", task_1=ada.answers[0], task_4="hidden_layer_sizes=9")
    return mark(
        ("Ada", ada.code()),
        ("Ben", ben.code()),
        ("Cem", cem.code()),
        ("Dee", ada.code()),
        ("=cmd|'/c calc'!A0", ada.code()[:-20]),
        ("Eve", handed_in("Eve", "1" * 5, Assignment("Another", TASKS)).code()),
        ("Flo", ""),
        ("Gus", "eN" + "x" * 3_000_000),
        encoding="utf-16",
    )


@pytest.mark.slow
def test_right_answers_earn_all_points_and_wrong_ones_none(marked, wrong_number):
    _, results = marked
    ada, ben, cem, *_ = results
    assert ada.points(ASSIGNMENT) == pytest.approx(WHOLE)
    assert [one.share for one in ada.marks] == [1, 1, 1, 1, 1]
    assert [one.share for one in ben.marks] == [0, 0, 1, 0, 1]
    assert ben.points(ASSIGNMENT) == pytest.approx(3 + 1.5)
    assert ben.marks[0].wrong == wrong_number[1].key
    assert wrong_number[1].why in ben.marks[0].reason
    assert ben.marks[1].reason == "Not answered."
    assert cem.marks[3].share == 0
    assert "hidden_layer_sizes" in cem.marks[3].reason


def test_answers_are_those_of_the_derivation_and_of_the_hunt():
    seed = student_seed(ASSIGNMENT, "Ada")
    first, _, third, *_ = right_answers("Ada")
    steps = derive(derivations.problem(TASKS[0], seed))
    asked = next(step for step in steps if step.key == "output_delta").asks
    assert float(first) == pytest.approx(next(ask.answer for ask in asked if ask.kind == "number"), rel=1e-5)
    own = KINDS["hunt"].ask(TASKS[2], seed)
    hidden = hunt(int(own.query["hunt"])).answer
    assert own.choices[int(third)] == (BUGS[hidden].title if hidden != NONE else "There is no bug")


def test_an_experiment_is_trained_again_one_by_one_to_the_same_mark(marked):
    _, (ada, *_) = marked
    seed = student_seed(ASSIGNMENT, "Ada")
    reached = []
    pairs = KINDS["experiment"].needs(TASKS[3], seed, GOOD_NETWORK)
    for data, config in pairs:
        *_, last = train(config, load_dataset(data))
        reached.append(last.valid_accuracy >= 0.9)
    assert len(pairs) == 5
    assert all(data.seed == seed for data, _ in pairs)
    assert ada.marks[3].share == sum(reached) / 5 > 0


def test_what_is_no_hand_in_is_told_in_one_sentence_and_nobody_else_loses_by_it(marked):
    _, results = marked
    refused = {one.student: one.refused for one in results if one.refused}
    assert set(refused) == {"=cmd|'/c calc'!A0", "Eve", "Flo", "Gus"}
    assert refused["Flo"] == "No code was handed in."
    assert refused["=cmd|'/c calc'!A0"].startswith("The hand-in is cut off, or one of its")
    assert refused["Eve"].startswith("The hand-in of Eve is for another assignment, or another version of it")
    assert refused["Gus"] == "The hand-in has 3,000,002 characters; allowed: up to 12,000."
    assert len(results) == 8


def test_copies_are_named(marked):
    _, results = marked
    notes = {one.row.listed: one.notes for one in results}
    assert notes["Ada"] == ("The same code as in row 4.",)
    assert notes["Ben"] == ()
    assert notes["Cem"] == ("The answer to task 1 is right for Ada.",)
    assert notes["Dee"] == ("The same code as in row 1.", "The code is that of Ada, who is in row 1.")


def test_two_hand_ins_of_one_student_are_named_and_the_better_one_counts():
    first, second = handed_in("Ada", task_3=""), handed_in("Ada", task_4="epochs=0")
    _, results = mark(("Ada", first.code()), ("Ada", second.code()))
    assert [one.notes for one in results] == [
        ("Another hand-in of Ada is in row 2.",),
        ("Another hand-in of Ada is in row 1.",),
    ]
    (row,) = csv.DictReader(io.StringIO(tables.gradebook(ASSIGNMENT, results)))
    assert float(row["score"]) == max(one.points(ASSIGNMENT) for one in results)


def test_the_progress_grows_to_its_end(marked):
    shares, _ = marked
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


def test_a_fault_in_one_task_loses_no_other_mark(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setitem(KINDS, "hunt", KINDS["hunt"]._replace(mark=broken))
    _, (one,) = mark(("Ada", handed_in("Ada", task_4="").code()))
    assert one.failed == (3,)
    assert one.marks[2].reason == "Not marked because of an error in the lab: ZeroDivisionError."
    assert one.points(ASSIGNMENT) == pytest.approx(2 + 1 + 1.5)
    (row,) = csv.DictReader(io.StringIO(tables.marks(ASSIGNMENT, [one])))
    assert row["task 3"] == ""
    assert row["task 2"] == "1"


def test_a_training_that_fails_is_named(monkeypatch):
    work = marking.plan(ASSIGNMENT, rows.read(file_of(("Ada", handed_in("Ada").code()))))

    def load(_):
        raise MemoryError("no memory")

    monkeypatch.setattr("lab.assignment.engine.load", load)
    _, (one,) = finished(marking.marked(ASSIGNMENT, work))
    assert one.failed == (4,)
    assert one.marks[3].reason == "Not marked: MemoryError: no memory"
    assert one.points(ASSIGNMENT) == pytest.approx(WHOLE - 5)


def test_the_estimate_says_how_much_there_is_to_do(marked):
    code = handed_in("Ada").code()
    work = marking.plan(ASSIGNMENT, rows.read(file_of(("Ada", code), ("Ben", code), ("Cem", ""))))
    assert work.in_words().startswith("2 hand-ins to mark; 5 networks to train again: about ")
    none = marking.plan(ASSIGNMENT, rows.read(file_of(("Ada", code[:-9]))))
    assert none.in_words() == "0 hand-ins to mark: about 1 s."


def test_the_estimate_is_the_time_of_the_first_marks_times_those_that_are_left(monkeypatch):
    class Clock:
        now, took = 0.0, 2.0

        def thread_time(self):
            self.now += self.took / 2  # asked before and after each mark
            return self.now

        perf_counter = staticmethod(lambda: 0.0)

    monkeypatch.setattr(marking, "time", Clock())
    codes = [(f"S{n}", handed_in(f"S{n}", task_2="", task_4="").code()) for n in range(9)]
    work = marking.plan(ASSIGNMENT, rows.read(file_of(*codes, codes[0])))
    assert work.training_seconds == 0
    assert len(work.known) == 5 * marking.TIMED
    assert work.marking_seconds == pytest.approx(5 * (9 - marking.TIMED) * 1.0)
    assert len(finished(marking.marked(ASSIGNMENT, work))[1]) == 10


def test_tasks_that_know_their_seconds_are_estimated_by_their_sum(monkeypatch):
    for kind in {task.kind for task in TASKS}:
        monkeypatch.setitem(KINDS, kind, KINDS[kind]._replace(seconds=lambda task: task.points))
    work = marking.plan(ASSIGNMENT, rows.read(file_of(("Ada", handed_in("Ada").code()))))
    assert (work.marking_seconds, work.known) == (pytest.approx(WHOLE), {})


@pytest.fixture(scope="module")
def reached():
    """(the answer that Ada's page takes from GOOD_NETWORK, with its fingerprint; the Fingerprint)."""
    seed = student_seed(ASSIGNMENT, "Ada")
    own = experiments.read_answer(TASKS[3], seed, GOOD_NETWORK)
    records = list(train(own.train, load_dataset(own.data)))
    found = fingerprint.of_network((own.data, own.train), records)
    return experiments.answer_of(TASKS[3], seed, own, found.text()), found


def result_of(answer):
    _, (one,) = mark(("Ada", handed_in("Ada", task_4=answer).code()))
    return one


def marked_experiment(answer):
    return result_of(answer).marks[3]


def test_a_fingerprint_is_made_again_and_compared_and_costs_no_points(reached):
    answer, found = reached
    plain = marked_experiment(GOOD_NETWORK)
    assert "fingerprint" not in plain.reason
    right = marked_experiment(answer)
    assert right.reason == f"{plain.reason} Its fingerprint comes out again."
    other = found._replace(digest="0" * 12)
    rounded = marked_experiment(answer.replace(found.text(), other.text()))
    assert rounded.reason == f"{plain.reason} Its fingerprint comes out again, but for rounding."
    losses = (found.losses[0] * 1.01, *found.losses[1:])
    apart = marked_experiment(answer.replace(found.text(), other._replace(losses=losses).text()))
    told = f"the final training loss is {found.losses[0]:.6g}, the link says {losses[0]:.6g}"
    assert f"It is trained again, but with another fingerprint: {told}. Another processor" in apart.reason
    forged = result_of(answer.replace("learning_rate=0.5", "learning_rate=0.4"))
    assert "Its fingerprint is that of other settings than those handed in." in forged.marks[3].reason
    assert [one.startswith("Task 4: Its fingerprint is that of other") for one in forged.notes] == [True]
    assert result_of(answer).notes == ()
    assert {one.share for one in (plain, right, rounded, apart)} == {plain.share}


def test_a_batch_larger_than_the_training_set_is_all_of_it_as_on_the_page():
    """140 of 200 points train: a batch of 150 is 0, the whole set."""
    shares = {marked_experiment(f"{GOOD_NETWORK}&batch_size={n}").reason for n in (0, 150)}
    assert len(shares) == 1
    assert "Not marked" not in shares.pop()


def test_the_summary_counts_each_hand_in_once_and_names_the_mistakes(marked, wrong_number):
    _, results = marked
    first, second, *_ = summary.summaries(ASSIGNMENT, results)
    assert (first.n_answered, first.n_right) == (3, 1)  # Dee has Ada's
    assert first.mean_share == pytest.approx(1 / 3)
    assert (1, (wrong_number[1].key,), wrong_number[1].why) in first.mistakes
    assert (second.n_answered, second.n_right) == (2, 2)
    assert second.in_words().endswith("): 2 of 2 answers right, 100% of the points on average.")
    again = results[1]._replace(hand_in=handed_in("Ben"))  # other answers of a student count too
    assert summary.summaries(ASSIGNMENT, [*results, again])[0].n_answered == 4
    nobody = summary.summaries(ASSIGNMENT, [one for one in results if one.refused])
    assert nobody[0].in_words().endswith("): nobody has answered.")


def test_the_table_has_every_row_and_executes_nothing(marked):
    _, results = marked
    text = tables.marks(ASSIGNMENT, results)
    table = list(csv.DictReader(io.StringIO(text)))
    assert [row["listed as"] for row in table][4] == "'=cmd|'/c calc'!A0"
    assert [row["points"] for row in table] == ["12.5", "4.5", "5.5", "12.5", "", "", "", ""]
    assert {row["of"] for row in table} == {"12.5"}
    for row, one in zip(table, results, strict=True):
        for sentence in filter(None, [one.refused, *one.notes]):
            assert sentence in row["notes"]
        for cell in row.values():
            try:
                float(cell)
            except ValueError:
                assert cell[:1] not in "=+-@" or not cell


def test_the_gradebook_has_what_nbgrader_calls_it(marked):
    _, results = marked
    table = list(csv.DictReader(io.StringIO(tables.gradebook(ASSIGNMENT, results))))
    assert [row["student_id"] for row in table] == [
        "Ada",
        "Ben",
        "Cem",
        "'=cmd|'/c calc'!A0",
        "Eve",
        "Flo",
        "Gus",
    ]
    ada, ben, *_ = table
    assert (ada["score"], ada["max_score"], ada["assignment"]) == ("12.5", "12.5", ASSIGNMENT.title)
    assert [ben[f"task_{n}"] for n in range(1, 6)] == ["0", "0", "3", "0", "1.5"]
    assert [ben[f"task_{n}_max"] for n in range(1, 6)] == ["2", "1", "3", "5", "1.5"]
    assert table[-1]["score"] == ""
    nameless = [marking.Result(rows.Row(n, "", ""), None, "No code was handed in.") for n in (1, 2)]
    table = list(csv.DictReader(io.StringIO(tables.gradebook(ASSIGNMENT, nameless))))
    assert [row["student_id"] for row in table] == ["row 1", "row 2"]


# gradescope-autograders.readthedocs.io/en/latest/specs, "Output format"
TOP = {
    "score",
    "execution_time",
    "output",
    "output_format",
    "visibility",
    "stdout_visibility",
    "extra_data",
    "tests",
}
OF_TEST = {"score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags"}
OF_TEST |= {"visibility", "extra_data"}


@pytest.mark.parametrize("which", [0, 1, 5])
def test_results_json_is_as_gradescope_specifies_it(marked, which):
    one = marked[1][which]
    found = json.loads(tables.results_json(ASSIGNMENT, one))
    assert set(found) <= TOP
    assert len(found["tests"]) == len(TASKS)
    assert sum(test["score"] for test in found["tests"]) == pytest.approx(one.points(ASSIGNMENT))
    assert sum(test["max_score"] for test in found["tests"]) == WHOLE
    for test in found["tests"]:
        assert set(test) <= OF_TEST
        assert test["status"] == ("passed" if test["score"] == test["max_score"] else "failed")
        assert test["visibility"] in {"hidden", "after_due_date", "after_published", "visible"}
        assert test["output_format"] in {"text", "html", "simple_format", "md", "ansi"}
    assert [test["visibility"] for test in found["tests"]].count("visible") == 1  # the one that shows reasons
    assert found["extra_data"]["notes"] == list(one.notes)


@pytest.mark.parametrize(
    ("header", "listed"),
    [
        (None, ["Ada", "Ben", "Ben"]),
        (("Gruppe", "Wer", "Abgabe"), ["Ada", "Ben", "Ben"]),
        (("Student id", "Team", "=c"), ["12", "34", "56"]),
    ],
)
def test_the_column_of_codes_is_found_by_its_content(header, listed):
    code = handed_in("Ada", task_4="").code()
    table = [["12", "Ada", code], ["34", "Ben", ""], ["56", "Ben", code[:50]]]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(([header] if header else []) + table)
    found = rows.read(text.getvalue().encode())
    assert [one.number for one in found] == [1, 2, 3]
    assert [one.text for one in found] == [code, "", code[:50]]
    assert [one.listed for one in found] == listed


def test_a_hand_in_may_be_json_in_a_cell_or_a_file():
    ada = handed_in("Ada", task_4="")
    (row,) = rows.read(file_of(("Ada", ada.to_json())))
    assert row.text == ada.to_json()
    assert rows.is_hand_in(ada.to_json().encode("utf-16"))
    assert rows.is_hand_in(ada.code().encode())
    assert not rows.is_hand_in(file_of(("Ada", ada.code())))
    assert rows.of_file("ada", ada.to_json().encode()).listed == "ada"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"Name,Mark\nAda,1\n",
            "No column of the file of hand-ins contains hand-in codes; allowed: a CSV file",
        ),
        (
            b"Code\neN" + b"x" * 30 + b"\nx" * 9_999,
            "The file of hand-ins has 10,000 rows; allowed: up to 2,000.",
        ),
        (b"x\n" * 30_000, "The file of hand-ins has more than 20,000 rows; allowed: up to 20,000."),
        (b"", "The file of hand-ins is empty"),
        (b"\x00" * 31_000_000, "The file of hand-ins has 31 MB; allowed: up to 30 MB."),
    ],
)
def test_a_file_without_hand_ins_is_refused_in_one_sentence(content, sentence):
    with pytest.raises(cells.Unreadable) as refused:
        rows.read(content)
    assert str(refused.value).startswith(sentence)


def test_a_file_may_have_as_many_rows_as_are_allowed_and_not_one_more():
    codes = file_of(("Ada", "eN" + "x" * 30), ("Ben", ""))
    assert len(rows.read(codes, 2)) == 2
    with pytest.raises(cells.Unreadable, match=r"^The file of hand-ins has 2 rows; allowed: up to 1\.$"):
        rows.read(codes, 1)
