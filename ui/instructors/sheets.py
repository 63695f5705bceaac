"""Problem sheets for a class: every student's link and sheet, and the solutions."""

import csv
import functools
import io
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

from lab.derivation import Problem, derive, sheet
from lab.links.experiment import parse_field
from lab.links.pages import DERIVATION_FIELDS, PAGES, SIZES
from lab.links.reading import quoted
from lab.words import counted
from ui.frame.show import show_sentence
from ui.instructors import class_list, links

MOST_STUDENTS = 300
MOST_SEED = 2**32 - 1 - MOST_STUDENTS
KEYS = ("_students", "_first_seed", "_sheet", *class_list.KEYS)


def class_table(base, first, n):
    """Return a CSV table with the seed and the link of each of n students; the first has the seed `first`."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("student", "seed", "link"))
    for k in range(n):
        link = links.address(base, "derivation", {"init_seed": str(first + k)})
        table.writerow((k + 1, first + k, link))
    return text.getvalue()


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


def draw():
    """Draw the choice of a class's seeds, then the links and sheets to download."""
    a, b = st.columns(2, gap="large")
    n = a.number_input("Students", 1, MOST_STUDENTS, 30, key="_students")
    first = b.number_input("First seed", 0, MOST_SEED, 1, key="_first_seed")
    links.offer(f"Open seed {first} as a student", "derivation", {"init_seed": str(first)})
    table = class_table(links.base(), first, n)
    _download(st, f"Links of {counted(n, 'student')} (.csv)", table, "backprop-lab-class.csv", "table")
    class_list.draw(first, n)
    _draw_solutions(first)


def _draw_solutions(first):
    """Draw the choice of a sheet by its seed or its link, then its solutions to download."""
    left, right = st.columns(2, gap="large", vertical_alignment="bottom")
    asked = left.text_input(
        "Solutions of one sheet",
        str(first),
        key="_sheet",
        max_chars=2000,
        help="The seed, or the link if you have changed more than the seed on the derivation page.",
    )
    try:
        problem = problem_of(asked or str(first))
    except ValueError as refusal:
        show_sentence(st.warning, str(refusal), ":material/report:")
        return
    seed, text = problem.seed, functools.partial(solutions, problem)
    _download(right, f"Solutions of seed {seed} (.md)", text, f"backpropagation-{seed}-solutions.md", "key")


def _download(place, label, data, file_name, icon):
    mime = {"csv": "text/csv", "md": "text/markdown"}[file_name.rpartition(".")[2]]
    icon = f":material/{icon}:"
    place.download_button(label, data, file_name, mime, icon=icon, on_click="ignore")
