"""python -m lab mark ASSIGNMENT HANDINS: marks on the output, one sentence per fault, exit codes."""

import csv
import io
import json
import pathlib
import re
import subprocess
import sys

import pytest
from handed_in import ASSIGNMENT, TASKS, handed_in

import lab.__main__ as terminal
from lab import cells
from lab.assignment import KINDS, Assignment, student_seed
from lab.marks import terminal as marks_terminal

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # at the start of a file: the byte-order mark
SHORT = Assignment("Two tasks", TASKS[:2])


@pytest.fixture
def files(tmp_path):
    """(the assignment's file, a function that writes a file of hand-ins)."""
    path = tmp_path / "assignment.json"
    path.write_text(SHORT.to_json(), encoding="utf-8")

    def write(content, name="handins.csv"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(tmp_path / name)

    return str(path), write


def mark(capsys, *arguments):
    """(exit code, the rows of the output, the lines of the error output)."""
    code = terminal.main(["mark", *map(str, arguments)])
    out, err = capsys.readouterr()
    assert out.startswith(MARK) == (bool(out) and "gradebook" not in arguments)
    return code, list(csv.DictReader(io.StringIO(out.removeprefix(MARK)))), err.splitlines()


def test_a_class_is_marked_and_the_commonest_mistakes_are_told(capsys, files):
    path, write = files
    ada, ben = handed_in("Ada", assignment=SHORT), handed_in("Ben", assignment=SHORT, task_1="")
    handins = write(f"Name;Code\nZoë;{ada.code()}\nBen;{ben.code()}\n".encode("utf-16"))
    code, rows, lines = mark(capsys, path, handins)
    assert code == 0
    assert [(row["student"], row["listed as"], row["points"], row["of"]) for row in rows] == [
        ("Ada", "Zoë", "3", "3"),
        ("Ben", "Ben", "1", "3"),
    ]
    assert lines[0] == "2 hand-ins to mark: about 1 s."
    assert any(line.endswith("): 1 of 1 answer right, 100% of the points on average.") for line in lines)


def test_hand_ins_may_be_files_and_one_that_cannot_be_read_is_exit_code_1(capsys, files):
    path, write = files
    ada = handed_in("Ada", assignment=SHORT)
    first, second = write(ada.to_json(), "ada.json"), write(ada.code()[:-3], "ben.txt")
    code, rows, lines = mark(capsys, path, first, second)
    assert code == 1
    assert [(row["row"], row["student"], row["points"]) for row in rows] == [
        ("1", "Ada", "3"),
        ("2", "ben", ""),
    ]
    assert lines[-1].startswith("Row 2, ben: The hand-in is cut off, or one of its characters is wrong")


def test_a_task_that_cannot_be_marked_is_told_with_its_row(capsys, files, monkeypatch):
    path, write = files
    handins = write(f"Name,Code\nAda,{handed_in('Ada', assignment=SHORT).code()}\n")
    monkeypatch.setitem(KINDS, "step", KINDS["step"]._replace(mark=lambda *_: {}["no such key"]))
    code, (row,), lines = mark(capsys, path, handins)
    said = "Not marked because of an error in the lab: KeyError."
    assert code == 1
    assert (row["task 1"], row["notes"]) == ("", f"Task 1: {said} Task 2: {said}")
    assert lines[-2:] == [f"Row 1, Ada: Task {n}: {said}" for n in (1, 2)]
    assert sum(line.endswith(": 1 answer could not be marked.") for line in lines) == 2


def test_a_gradebook_and_gradescopes_results_are_written(capsys, files, tmp_path):
    path, write = files
    codes = [handed_in(name, assignment=SHORT).code() for name in ("Ada", "Ben")]
    handins = write("\n".join(["Code", *codes]))
    _, rows, _ = mark(capsys, path, handins, "--as", "gradebook")
    assert [(row["student_id"], row["score"], row["max_score"]) for row in rows] == [
        ("Ada", "3", "3"),
        ("Ben", "3", "3"),
    ]
    _, rows, _ = mark(capsys, path, handins, "--gradescope", tmp_path / "class")
    assert rows == []
    written = sorted(str(one.relative_to(tmp_path)) for one in (tmp_path / "class").rglob("*.json"))
    assert written == ["class/001-Ada/results.json", "class/002-Ben/results.json"]
    mark(capsys, path, write(codes[0], "code.txt"), "--gradescope", tmp_path / "results" / "results.json")
    found = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
    assert [test["score"] for test in found["tests"]] == [2, 1]


def test_a_student_who_shares_a_name_is_not_lost_from_the_gradebook_in_silence(capsys, files):
    path, write = files
    code = handed_in("Ann Lee", assignment=SHORT).code()
    handins = write(f"Name,Code\nAnn Lee,{code}\nAnn Lee,{code[:-5]}\n")
    _, rows, told = mark(capsys, path, handins, "--as", "gradebook")
    assert len(rows) == 1
    assert any(line.startswith("The gradebook has one row, the best, for: rows 1 and 2") for line in told)
    _, rows, told = mark(capsys, path, handins)
    assert (len(rows), any("gradebook" in line for line in told)) == (2, False)


def test_a_place_that_cannot_be_written_is_told_before_anything_is_marked(
    capsys, files, tmp_path, monkeypatch
):
    path, write = files
    code = write(handed_in("Ada", assignment=SHORT).code(), "code.txt")
    monkeypatch.setattr(marks_terminal.marking, "marked", None)
    (tmp_path / "is a file").write_text("kept")
    for place in (tmp_path / "is a file" / "x.json", tmp_path):
        exit_code, rows, lines = mark(capsys, path, code, "--gradescope", place)
        assert (exit_code, rows) == (74, [])
        assert len(lines) == 1
        assert lines[0].startswith("Cannot write ")
        assert lines[0].endswith(" directory).")
    assert (tmp_path / "is a file").read_text() == "kept"


@pytest.mark.slow
def test_no_mark_is_lost_where_the_error_output_cannot_be_written(files, tmp_path):
    path, write = files
    ada, cut_off = handed_in("Ada", assignment=SHORT).code(), handed_in("Ben", assignment=SHORT).code()[:-3]
    command = [sys.executable, "-m", "lab", "mark", path, write(f"Name,Code\nAda,{ada}\nBen,{cut_off}\n")]
    with open("/dev/full", "w") as full, (tmp_path / "out.csv").open("wb") as out:
        done = subprocess.run(command, stdout=out, stderr=full, timeout=120, check=False)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8-sig"))))
    assert (done.returncode, [(row["student"], row["points"]) for row in rows]) == (
        marks_terminal.SOME_REFUSED,
        [("Ada", "3"), ("Ben", "")],
    )


@pytest.mark.parametrize(
    ("assignment", "handins", "sentence"),
    [
        ("{", "x", "The assignment is not valid JSON, so it cannot be read."),
        ('{"format": "x"}', "x", "This is not a Backprop Lab assignment"),
        ("x" * 300_000, "x", "assignment.json has 0.3 MB; allowed: up to 0.2 MB."),
        (SHORT.to_json().replace('"version":1', '"version":7'), "x", "version is '7'; allowed: 1"),
        (None, "Name,Mark\nAda,1\n", "No column of the file of hand-ins contains hand-in codes"),
        (None, "", "The file of hand-ins is empty"),
        (
            None,
            "Code\neN" + "x" * 30 + "\nx" * 9_999,
            "The file of hand-ins has 10,000 rows; allowed: up to 2,000.",
        ),
    ],
)
def test_files_that_cannot_be_used_are_refused_in_one_sentence(
    capsys, files, tmp_path, assignment, handins, sentence
):
    path, write = files
    if assignment is not None:
        path = write(assignment, "assignment.json")
    code, rows, lines = mark(capsys, path, write(handins))
    assert (code, rows, len(lines)) == (2, [], 1)
    assert lines[0].startswith(sentence)


def test_a_file_that_is_missing_and_arguments_that_are_wrong_are_one_sentence(capsys, files):
    path, _ = files
    code, _, lines = mark(capsys, path, "no-such-file.csv")
    assert (code, len(lines)) == (2, 1)
    assert "no-such-file.csv" in lines[0]
    with pytest.raises(SystemExit) as ended:
        terminal.main(["mark", path])
    (line,) = capsys.readouterr().err.splitlines()
    assert (ended.value.code, line) == (
        2,
        "The following arguments are required: hand_ins; python -m lab mark --help shows what there is.",
    )


def test_a_table_and_gradescopes_results_are_not_written_together(capsys, files, tmp_path):
    path, _ = files
    with pytest.raises(SystemExit) as ended:
        terminal.main(["mark", path, "x.csv", "--as", "gradebook", "--gradescope", str(tmp_path / "class")])
    (line,) = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert line.startswith("Argument --gradescope: not allowed with argument --as; ")


def test_names_of_any_language_reach_a_file_that_the_shell_writes(files, tmp_path):
    path, write = files
    handins = write(f"Name,Code\nŁukasz 李,{handed_in('李明', assignment=SHORT).code()}\n")
    command = [sys.executable, "-m", "lab", "mark", path, handins]
    done = subprocess.run(command, capture_output=True, env={"PYTHONIOENCODING": "latin-1", "PATH": ""})
    (row,) = csv.DictReader(io.StringIO(done.stdout.decode("utf-8-sig")))
    assert (done.returncode, row["student"], row["listed as"]) == (0, "李明", "Łukasz 李")
    assert done.stdout.startswith(b"\xef\xbb\xbf"), "the byte-order mark tells Excel the encoding"
    assert cells.rows(done.stdout, "the marks", 9, 10_000)[0][:2] == ["row", "student"]


def test_three_students_one_wrong_by_a_buggy_rule_and_one_copied(capsys, files):
    path, write = files
    write(ASSIGNMENT.to_json(), "assignment.json")
    own = KINDS["step"].solve(TASKS[0], student_seed(ASSIGNMENT, "Ben"))
    answers = [one.answer for one in own.wrong]
    wrong = next(one for one in own.wrong if answers.count(one.answer) == 1)
    ada, ben = handed_in("Ada"), handed_in("Ben", task_1=wrong.answer)
    rows = [("Ada", ada.code()), ("Ben", ben.code()), ("Cem", ada.code())]
    handins = write("\n".join(["Name,Code", *map(",".join, rows)]))
    code, rows, lines = mark(capsys, path, handins)
    assert code == 0
    assert [row["points"] for row in rows] == ["12.5", "10.5", "12.5"]
    assert [row["task 1: mistake"] for row in rows] == ["", wrong.key, ""]
    assert wrong.why in rows[1]["task 1: reason"]
    assert rows[0]["notes"] == "The same code as in row 3."
    assert rows[2]["notes"] == "The same code as in row 1. The code is that of Ada, who is in row 1."
    assert lines[0].startswith("3 hand-ins to mark; 10 networks to train again: about ")
    assert f"  1 × {wrong.why}" in lines
    assert any(line.endswith("): 1 of 2 answers right, 50% of the points on average.") for line in lines)


def test_rows_of_several_files_are_numbered_on_and_too_large_a_file_is_not_read(tmp_path):
    code = "eN" + "x" * 30
    table, single = tmp_path / "table.csv", tmp_path / "cem.txt"
    table.write_text(f"Name,Code\nAda,{code}\nBen,{code}\n", encoding="utf-8")
    single.write_text(code, encoding="utf-8")
    found = marks_terminal._rows([single, table, single])
    assert [(one.number, one.listed) for one in found] == [(1, "cem"), (2, "Ada"), (3, "Ben"), (4, "cem")]
    assert marks_terminal._content(single, 32) == code.encode()
    with pytest.raises(cells.Unreadable, match=r"^cem\.txt has 3\.2e-05 MB; allowed: up to 3\.1e-05 MB\.$"):
        marks_terminal._content(single, 31)


def test_a_device_without_an_end_is_read_as_far_as_is_allowed():
    endless = pathlib.Path("/dev/zero")
    with pytest.raises(cells.Unreadable, match=r"^zero has 3\.2e-05 MB; allowed: up to 3\.1e-05 MB\.$"):
        marks_terminal._content(endless, 31)


def test_a_task_that_could_not_be_marked_is_exit_code_1(capsys, files, monkeypatch):
    path, write = files
    monkeypatch.setitem(KINDS, "step", KINDS["step"]._replace(mark=lambda *_: 1 / 0))
    code, rows, _ = mark(capsys, path, write(f"Code\n{handed_in('Ada', assignment=SHORT).code()}\n"))
    assert (code, rows[0]["task 1"], rows[0]["task 2"], rows[0]["points"]) == (1, "", "", "0")


def test_the_help_names_the_forms_as_they_are_typed_the_default_first():
    (form,) = [one for one in marks_terminal.parser("mark")._actions if one.dest == "form"]
    assert re.findall(r"(\w+): ", form.help) == list(form.choices)
    assert form.default == next(iter(form.choices))
