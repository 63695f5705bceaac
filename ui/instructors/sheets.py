"""Problem sheets for a class: a table of links, and an archive of sheets and solutions."""

import csv
import io
import zipfile
from urllib.parse import parse_qsl, urlsplit

from lab.derivation import Problem, derive, sheet
from lab.links.experiment import parse_field
from lab.links.pages import DERIVATION_FIELDS, PAGES, SIZES
from lab.links.reading import quoted
from ui.instructors import links

COLUMNS = ("student", "seed", "link")


def rows(base, first, n):
    """Return [(student, seed, link), …] for n students."""
    return [
        (number, seed, links.address(base, links.SHEET, links.sheet(seed)))
        for number, seed in enumerate(links.seeds(first, n), start=1)
    ]


def table(base, first, n):
    """Return the rows as CSV, with a header."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows(base, first, n)])
    return text.getvalue()


def archive(first, n, activation="tanh"):
    """Return the bytes of a zip file with every student's tasks in one folder and solutions in another."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for seed in links.seeds(first, n):
            problem = Problem(activation=activation, seed=seed)
            tasks, solutions = sheet(problem, derive(problem))
            file.writestr(f"tasks/backpropagation-{seed}.md", tasks)
            file.writestr(f"solutions/backpropagation-{seed}.md", solutions)
    return buffer.getvalue()


def problem_of(text):
    """Return the Problem of a seed or of a link to the derivation page.

    Raise ValueError with a one-sentence message.
    """
    text = text.strip()
    try:
        query = dict(parse_qsl(urlsplit(text).query, max_num_fields=100))
    except ValueError:
        query = {}
    if text.isascii() and text.isdigit():
        query = {"init_seed": text}
    if not query.keys() & {*SIZES, *DERIVATION_FIELDS}:
        raise ValueError(
            f"The sheet is {quoted(text)}; allowed: a seed such as 7, or a link to the derivation page."
        )
    sizes = {}
    for name, (_, least, most, default, _) in SIZES.items():
        given = query.get(name, str(default))
        if given not in map(str, range(least, most + 1)):
            raise ValueError(f"{name} is {quoted(given)}; allowed: whole numbers from {least} to {most}.")
        sizes[name] = int(given)
    defaults = PAGES["derivation"].defaults
    fields = {
        name: parse_field(name, query[name]) if name in query else defaults[name]
        for name in DERIVATION_FIELDS
    }
    first = {name: fields[name][0] for name in ("l1", "l2") if isinstance(fields[name], tuple)}
    return Problem(
        d=sizes["d"],
        hidden_layer_sizes=(sizes["d_h"],) * sizes["depth"],
        m=sizes["m"],
        K=sizes["K"],
        seed=fields.pop("init_seed"),
        **fields | first,
    )


def solutions(problem):
    """Return the solutions of one sheet as Markdown."""
    return sheet(problem, derive(problem))[1]
