"""Problem sheets for a class: each student's link and sheet, and the solutions, all behind one key."""

import contextlib
import dataclasses
import functools
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

from lab import cells
from lab.assignment.key import read_key
from lab.derivation import Problem, derive, sheet
from lab.links.experiment import field_text, parse_field, refused_version, upgraded
from lab.links.pages import DERIVATION_FIELDS, PAGES, SIZES
from lab.links.parameters import unknown
from lab.links.reading import Unusable, quoted, sentence_of
from lab.sheets.names import LONGEST_NAME, seed_of
from lab.words import as_plain_text, counted
from ui.frame.show import show_sentence
from ui.instructors import class_list, links
from ui.instructors.built import built

MOST_STUDENTS = 300
KEYS = ("_students", "_sheet_key", "_sheet_of", "_sheet_network", *class_list.KEYS)
WHAT_IS_LEFT = (
    "The key locks the solutions on this page. The derivation page works through every seed: a student who "
    "opens it with the seed of their own link, or runs a copy of the program, can see each line worked out."
)
FIELDS = [name for name in DERIVATION_FIELDS if name != "init_seed"]
ALONE = {"lock": "1", "open": "", "sheet": "1"}  # the page shows the sheet and nothing else


def student_query(problem):
    """Return the query of a student's link: the sheet of the problem alone."""
    network = {name: str(value) for name, value in _network(problem).items()}
    return {**network, "init_seed": str(problem.seed), **ALONE}


def _network(problem):
    """Return what of a problem is not as the derivation page has it at first, {parameter: value}."""
    sizes = {"d": problem.d, "d_h": problem.hidden_layer_sizes[0], "m": problem.m, "K": problem.K}
    own = sizes | {"depth": problem.depth} | {name: getattr(problem, name) for name in FIELDS}
    first = {name: SIZES[name][3] for name in SIZES} | PAGES["derivation"].defaults
    return {name: field_text(value) for name, value in own.items() if value != first[name]}


def class_table(base, key, students, problem):
    """Return a CSV table with each student's link, of the problem with a seed from the key and the name."""
    table = [("student", "link")]
    for student in students:
        own = dataclasses.replace(problem, seed=seed_of(student, key))
        table.append((student, links.address(base, "derivation", student_query(own))))
    return cells.written(table)


def solutions(problem, student):
    """Return the solutions of a student's sheet as Markdown."""
    return sheet(problem, derive(problem), f"the sheet of {student}")[1]


def problem_of(text):
    """Return the Problem of a link to the derivation page; of "", the one that the page opens with.

    Raise ValueError with a one-sentence message.
    """
    text = text.strip()
    try:
        link = urlsplit(text)
        parameters = dict(parse_qsl(link.query, max_num_fields=100))
        page = link.path.rstrip("/").rpartition("/")[2]
    except ValueError:
        parameters, page = {}, ""
    is_one = page == "derivation" or (not page and parameters.keys() & {*SIZES, *DERIVATION_FIELDS})
    if text and not is_one:
        raise ValueError(f"The network is {quoted(text)}; allowed: a link to the derivation page.")
    if problem := refused_version(parameters) or unknown("derivation", parameters):
        raise problem
    parameters = upgraded(parameters)
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
    """Draw the key, the network, the number of students; the links, sheets and solutions to download."""
    a, b = st.columns(2, gap="large")
    typed = a.text_input(
        "Key of the sheets",
        built().own_key,
        key="_sheet_key",
        max_chars=60,
        help="Every student's numbers come from it. Keep it: the same key gives the same sheets again, and "
        "their solutions. Nobody gets them without it.",
    )
    network = b.text_input(
        "Another network, as a link to the derivation page",
        key="_sheet_network",
        max_chars=2000,
        placeholder="empty: the one that the page opens with",
    )
    n = a.number_input("Students", 1, MOST_STUDENTS, 30, key="_students")
    try:
        key = read_key(typed)
        problem = problem_of(network)
    except ValueError as refusal:
        show_sentence(st.warning, sentence_of(refusal), ":material/report:")
        return
    left, right = a.container(), b.container()
    students, chapters = class_list.choose(n)
    if students:
        first = dataclasses.replace(problem, seed=seed_of(students[0], key))
        with right:
            who = students[0] if students[0] != "1" else "student 1"
            links.offer(f"Open as {as_plain_text(who)}", "derivation", student_query(first))
        table, label = class_table(links.base(), key, students, problem), counted(len(students), "student")
        _download(left, f"Links of {label} (.csv)", table, "backprop-lab-class.csv", "table")
        class_list.draw(key, students, chapters, problem)
    _draw_solutions(key, problem)
    st.caption(WHAT_IS_LEFT)


def own_key():
    """Return the key that the page has for sheets and quizzes, "" if what was typed is none."""
    with contextlib.suppress(Unusable):
        return read_key(st.session_state.get("_sheet_key", built().own_key))
    return ""


def _draw_solutions(key, problem):
    """Draw the choice of a student, by name or number, and the solutions of that sheet to download."""
    left, right = st.columns(2, gap="large", vertical_alignment="bottom")
    student = left.text_input(
        "Solutions of one sheet: the student's name or number",
        "1",
        key="_sheet_of",
        max_chars=LONGEST_NAME,
        help="As in the class list, with its spaces; without a list, the number.",
    ).strip()
    if student:
        own = dataclasses.replace(problem, seed=seed_of(student, key))
        text = functools.partial(solutions, own, student)
        _download(right, "Solutions of this sheet (.md)", text, "backpropagation-solutions.md", "key")


def _download(place, label, data, file_name, icon):
    mime = {"csv": "text/csv", "md": "text/markdown"}[file_name.rpartition(".")[2]]
    icon = f":material/{icon}:"
    with place:
        st.download_button(label, data, file_name, mime, icon=icon, on_click="ignore")
