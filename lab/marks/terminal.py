"""`python -m lab mark assignment.json handins.csv`: marks for a class as CSV, or for Gradescope."""

import pathlib
import sys

from lab import files, output
from lab.assignment import Assignment
from lab.cells import Unreadable, decoded
from lab.derivation.plain_formulas import as_text
from lab.marks import marking, rows, summary, tables
from lab.sheets.folder import file_name
from lab.words import megabytes_above

ALL_READ, SOME_REFUSED = 0, 1
MOST_ASSIGNMENT = 200_000  # bytes
DESCRIPTION = (
    "Mark hand-ins: every answer is computed again, and experiments are trained again. The marks are printed "
    "as CSV, the most common mistakes to standard error."
)
TO_READ = "marks"
FORMATS = {TO_READ: tables.marks, "gradebook": tables.gradebook}
BYTE_ORDER_MARK = "\ufeff"  # tells Excel that the table to read is UTF-8


def parser(program):
    """Return the parser of the command's arguments."""
    wanted = output.Parser(prog=program, description=DESCRIPTION)
    wanted.add_argument("assignment", type=pathlib.Path, help="the assignment's JSON file")
    wanted.add_argument(
        "hand_ins",
        nargs="+",
        type=pathlib.Path,
        help="a CSV file with a column of codes, or files that are hand-ins",
    )
    one = wanted.add_mutually_exclusive_group()
    one.add_argument(
        "--as",
        dest="form",
        choices=FORMATS,
        default=TO_READ,
        help="marks: to read (the default); gradebook: student, score and max_score, to merge into a "
        "gradebook",
    )
    one.add_argument(
        "--gradescope",
        type=pathlib.Path,
        metavar="PLACE",
        help="write Gradescope's results.json here; for several hand-ins, into one folder for each",
    )
    wanted.epilog = "Exit code 1: a row has no readable hand-in, or a task could not be marked."
    return wanted


def run(asked):
    """Mark the hand-ins and print the table; return the exit code."""
    if sys.stdout is not None and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")  # names in any language must reach the file
    assignment = Assignment.from_json(decoded(_content(asked.assignment, MOST_ASSIGNMENT)))
    work = marking.plan(assignment, _rows(asked.hand_ins))
    if asked.gradescope:
        alone = len(work.read) == 1
        output.check_writable(asked.gradescope if alone else asked.gradescope / "results.json")
    output.tell(work.in_words())
    results = output.followed(marking.marked(assignment, work))
    if asked.gradescope:
        _write(asked.gradescope, assignment, results)
    else:
        table = FORMATS[asked.form](assignment, results)
        output.say(BYTE_ORDER_MARK + table if asked.form == TO_READ else table, flush=True, end="")
    for one in summary.summaries(assignment, results):
        output.tell(one.in_words())
        for count, _, why in one.mistakes:
            output.tell(f"  {count} × {as_text(why)}")
    for one in results:
        for sentence in one.sentences:
            output.tell(f"Row {one.row.number}, {one.student}: {sentence}")
    if not asked.gradescope and asked.form == "gradebook" and (sentence := tables.shared(results)):
        output.tell(sentence)
    is_complete = not any(one.refused or one.failed for one in results)
    return ALL_READ if is_complete else SOME_REFUSED


def _rows(paths):
    """Return the Rows of all files: a table's rows, and one row per hand-in file, named after the file."""
    found = []
    for path in paths:
        content = _content(path, rows.MOST_BYTES)
        some = [rows.of_file(path.stem, content)] if rows.is_hand_in(content) else rows.read(content)
        found += [one._replace(number=len(found) + n) for n, one in enumerate(some, start=1)]
    return found


def _content(path, most_bytes):
    """Return a file's bytes; raise Unreadable if there are more than most_bytes, which are not read."""
    content = files.content(path, most_bytes)
    if len(content) > most_bytes:
        size = megabytes_above(files.size(path, content), most_bytes)
        raise Unreadable(f"{path.name} has {size}; allowed: up to {most_bytes / 1e6:.3g} MB.")
    return content


def _write(place, assignment, results):
    """Write results.json for each Result: at `place` if there is one Result, else in folders below it."""
    for number, one in enumerate(results, start=1):
        folder = place / file_name(number, one.student)
        target = place if len(results) == 1 else folder / "results.json"
        output.write(target, tables.results_json(assignment, one).encode())
