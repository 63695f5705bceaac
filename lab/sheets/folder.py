"""The sheets of a class as one zip file: a folder of tasks, a folder of solutions, and the seeds."""

import dataclasses
import io
import re
import zipfile

from lab import cells
from lab.derivation import CHAPTERS, derive, sheet
from lab.sheets.printed import document

TASKS, SOLUTIONS = "tasks", "solutions"
LONGEST_FILE_NAME = 60  # characters


def sheets(seeds, problem, chapters=CHAPTERS):
    """Generator: yield the share done after each student; return the bytes of the zip file.

    `seeds` is {student: seed}. A student's sheet is the problem with that seed, as HTML for printing and as
    Markdown, neither of which tells the seed; all-tasks.html has the tasks of the whole class for printing at
    once. class.csv lists the seeds and files.
    """
    buffer = io.BytesIO()
    table, tasks = [("student", "seed", "file")], []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for n, (student, seed) in enumerate(seeds.items(), start=1):
            of_student = dataclasses.replace(problem, seed=seed)
            written = sheet(of_student, derive(of_student, chapters), name="")
            name = file_name(n, student)
            for folder, markdown in zip((TASKS, SOLUTIONS), written, strict=True):
                archive.writestr(f"{folder}/{name}.md", _named(student, markdown))
                archive.writestr(f"{folder}/{name}.html", document(name, [(student, markdown)]))
            tasks.append((student, written[0]))
            table.append((student, of_student.seed, f"{TASKS}/{name}.html"))
            yield n / len(seeds)
        archive.writestr("all-tasks.html", document("All tasks", tasks))
        archive.writestr("class.csv", cells.written(table))
    return buffer.getvalue()


def file_name(number, student):
    """Return a file name without extension: the number in the list and the name's letters and digits."""
    words = re.sub(r"[^\w-]+", "_", student).strip("_")[:LONGEST_FILE_NAME]
    return f"{number:03}-{words}" if words else f"{number:03}"


def _named(student, markdown):
    """Return the Markdown with the student's name, as literal text, below its title."""
    title, _, rest = markdown.partition("\n\n")
    fence = "`" * (1 + max(map(len, re.findall("`+", student)), default=0))
    return f"{title}\n\n{fence} {' '.join(student.split())} {fence}\n\n{rest}\n"
