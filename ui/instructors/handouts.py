"""What an instructor hands out: links to a question, a bug hunt or a problem sheet; sheets and solutions."""

import csv
import io
import zipfile
from urllib.parse import parse_qsl, urlencode, urlsplit

from lab.derivation import Problem, derive, sheet
from lab.links.experiment import parse_field
from lab.links.pages import DERIVATION_FIELDS, PAGES, SIZES
from lab.links.reading import quoted
from lab.questions.preset import TRAIN
from lab.questions.rooms import query

OPENABLE = ("noise", "hidden_layer_sizes", "activation", "learning_rate", "l2", "epochs", "init_seed")
LOCKABLE = ("decision_boundary", "initialization", "sweeps")  # pages whose every control a link can hide
MOST_STUDENTS = 300


def openable(room):
    """Return the fields that a locked link to the room may leave open; () if its page has no lock."""
    return OPENABLE if room.page in LOCKABLE else ()


def assignment(room, preset, left_open=None):
    """Return the query of a question; `left_open` are the controls a locked link leaves open, None no lock.

    If the page asks for a prediction first, a locked link does not train by itself.
    """
    parameters = query(room, preset)
    if left_open is None:
        return parameters
    untrained = {TRAIN: "false"} if TRAIN in parameters else {}
    return parameters | untrained | {"lock": "1", "open": ",".join(left_open)}


def address(base, page, parameters):
    """Return the complete link to a page of the app at the address `base`."""
    return f"{base}/{page}?{urlencode(parameters, doseq=True)}"


def class_table(base, first, n):
    """Return a CSV table with the seed and the link of each of n students; the first has the seed `first`."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("student", "seed", "link"))
    for k in range(n):
        link = address(base, "derivation", {"init_seed": str(first + k)})
        table.writerow((k + 1, first + k, link))
    return text.getvalue()


def archive(first, n):
    """Return the bytes of a zip file with every student's tasks in one folder and solutions in another."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for seed in range(first, first + n):
            problem = Problem(activation=PAGES["derivation"].defaults["activation"], seed=seed)
            tasks, answers = sheet(problem, derive(problem))
            file.writestr(f"tasks/backpropagation-{seed}.md", tasks)
            file.writestr(f"solutions/backpropagation-{seed}.md", answers)
    return buffer.getvalue()


def solutions(problem):
    """Return the solutions of one sheet as Markdown."""
    return sheet(problem, derive(problem))[1]


def problem_of(text):
    """Return the Problem of a seed or of a link to the derivation page.

    Raise ValueError with a one-sentence message.
    """
    text = text.strip()
    try:
        parameters = dict(parse_qsl(urlsplit(text).query, max_num_fields=100))
    except ValueError:
        parameters = {}
    if text.isascii() and text.isdigit():
        parameters = {"init_seed": text}
    if not parameters.keys() & {*SIZES, *DERIVATION_FIELDS}:
        raise ValueError(
            f"The sheet is {quoted(text)}; allowed: a seed such as 7, or a link to the derivation page."
        )
    sizes = {name: _size(name, parameters) for name in SIZES}
    fields = {name: PAGES["derivation"].defaults[name] for name in DERIVATION_FIELDS}
    fields |= {name: parse_field(name, parameters[name]) for name in DERIVATION_FIELDS if name in parameters}
    for name in ("l1", "l2"):
        if isinstance(fields[name], tuple):
            fields[name] = fields[name][0]
    return Problem(
        d=sizes["d"],
        hidden_layer_sizes=(sizes["d_h"],) * sizes["depth"],
        m=sizes["m"],
        K=sizes["K"],
        seed=fields.pop("init_seed"),
        **fields,
    )


def _size(name, parameters):
    _, least, most, default, _ = SIZES[name]
    given = parameters.get(name, str(default))
    if given not in map(str, range(least, most + 1)):
        raise ValueError(f"{name} is {quoted(given)}; allowed: whole numbers from {least} to {most}.")
    return int(given)
