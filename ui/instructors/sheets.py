"""A problem sheet for every student: the links as a table, the sheets and their solutions as one file."""

import csv
import io
import zipfile

from mlp.derivation import Problem, derive, sheet

from . import links

COLUMNS = ("student", "seed", "link")


def rows(base, first, n):
    """(student, seed, link) of n students."""
    return [
        (number, seed, links.address(base, links.SHEET, links.sheet(seed)))
        for number, seed in enumerate(links.seeds(first, n), start=1)
    ]


def table(base, first, n):
    """The rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows(base, first, n)])
    return text.getvalue()


def archive(first, n, activation="tanh"):
    """A zip of every student's tasks, and of their solutions in a folder of their own."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for seed in links.seeds(first, n):
            problem = Problem(activation=activation, seed=seed)
            tasks, solutions = sheet(problem, derive(problem))
            file.writestr(f"tasks/backpropagation-{seed}.md", tasks)
            file.writestr(f"solutions/backpropagation-{seed}.md", solutions)
    return held.getvalue()
