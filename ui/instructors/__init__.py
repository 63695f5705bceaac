"""The parts of the page for instructors: assignments as links, bug hunts, problem sheets for a class."""

import csv
import functools
import io
import pathlib
import zipfile
from urllib.parse import parse_qsl, urlencode, urlsplit

import streamlit as st

from lab.bugs.hunt import read_code
from lab.derivation import Problem, derive, sheet
from lab.links.experiment import parse_field
from lab.links.fields import FIELDS
from lab.links.pages import DERIVATION_FIELDS, PAGES, SIZES
from lab.links.reading import quoted
from lab.questions.preset import TRAIN
from lab.questions.rooms import query, rooms
from lab.words import counted
from ui.frame.show import show_sentence

OPENABLE = ("noise", "hidden_layer_sizes", "activation", "learning_rate", "l2", "epochs", "init_seed")
# pages whose every control a link can hide
LOCKABLE = ("decision_boundary", "initialization", "optimization", "sweeps")
MOST_STUDENTS = 300
KEYS = (
    "_room",
    "_question",
    "_lock_it",
    "_left_open",
    "_class_hunt",
    "_code",
    "_students",
    "_first_seed",
    "_sheet",
)
MOST_HUNTS, MOST_SEED = 9999, 2**32 - 1 - MOST_STUDENTS
STATUS = pathlib.Path("/proc/self/status")


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


# ---- what the page draws


def base():
    """Return the app's address, without page and query."""
    return (st.context.url or "").split("?")[0].rpartition("/")[0]


def draw_assignment():
    """Draw the choice of a question and of the controls left open, and the link of the assignment."""
    by_topic = {room.about: room for room in rooms()}
    left, right = st.columns(2, gap="large")
    with left:
        room = by_topic[st.selectbox("About", list(by_topic), key="_room")]
        asked = {preset.question: preset for preset in room.questions}
        preset = asked[st.selectbox("Question", list(asked), key="_question")]
        left_open = _lock(room)
    link = assignment(room, preset, left_open)
    with right:
        st.markdown(f"**{preset.question}**")
        st.markdown(f"*Predict first:* {preset.predict}")
        _link("Open as a student", room.page, link)


def draw_hunt():
    """Draw the choice of a hunt's number, and its link."""
    left, right = st.columns(2, gap="large")
    with left:
        number = st.number_input("Number of the hunt", 1, MOST_HUNTS, 7, key="_class_hunt")
    with right:
        _link(f"Open hunt {number} as a student", "bug_lab", {"mode": "Hunt", "hunt": str(number)})
    code = left.text_input(
        "A student's completion code",
        key="_code",
        max_chars=2000,
        help="The hunt's page shows it once a hunt is solved. The checksum catches typing errors; it cannot "
        "stop somebody who wants to cheat.",
    )
    if code:
        with right:
            try:
                numbers, points = read_code(code)
            except ValueError as problem:
                show_sentence(st.error, str(problem), ":material/report:")
            else:
                solved = f"{counted(len(numbers), 'hunt')} solved: {', '.join(map(str, numbers))}"
                st.success(f"{solved}; {counted(points, 'point')}.", icon=":material/check_circle:")


def draw_sheets():
    """Draw the choice of a class's seeds, and the links and sheets to download."""
    a, b = st.columns(2, gap="large")
    n = a.number_input("Students", 1, MOST_STUDENTS, 30, key="_students")
    first = b.number_input("First seed", 0, MOST_SEED, 1, key="_first_seed")
    _link(f"Open seed {first} as a student", "derivation", {"init_seed": str(first)})
    table, sheets = class_table(base(), first, n), functools.partial(archive, first, n)
    with st.container(horizontal=True):
        _download(st, f"Links of {n} students (.csv)", table, "backprop-lab-class.csv", "table")
        _download(st, "Sheets and solutions (.zip)", sheets, "backprop-lab-sheets.zip", "folder_zip")
    _draw_solutions(first)


def _draw_solutions(first):
    """Draw the choice of a sheet, by its seed or its link, and its solutions to download."""
    left, right = st.columns(2, gap="large", vertical_alignment="bottom")
    asked = left.text_input(
        "Solutions of one sheet",
        str(first),
        key="_sheet",
        max_chars=2000,
        help="Its seed; or its link, if you have changed more than the seed on the derivation page.",
    )
    try:
        problem = problem_of(asked or str(first))
    except ValueError as refusal:
        show_sentence(st.warning, str(refusal), ":material/report:")
        return
    seed, text = problem.seed, functools.partial(solutions, problem)
    _download(right, f"Solutions of seed {seed} (.md)", text, f"backpropagation-{seed}-solutions.md", "key")


def _download(place, label, data, file_name, icon):
    mime = {"csv": "text/csv", "zip": "application/zip", "md": "text/markdown"}[file_name.rpartition(".")[2]]
    icon = f":material/{icon}:"
    place.download_button(label, data, file_name, mime, icon=icon, on_click="ignore")


def memory():
    """Return a sentence about the memory this server uses now; "" if the system does not report it."""
    try:
        lines = STATUS.read_text(encoding="ascii", errors="replace").splitlines()
        rss_kb = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    except (OSError, StopIteration, ValueError):
        return ""
    megabytes = f"{rss_kb / 1024:,.0f} MB"
    return f"This server uses {megabytes} at the moment, including all that its visitors have trained."


def _lock(room):
    """Draw the lock; return the names of the controls left open, or None if nothing is locked."""
    offered = openable(room)
    if not offered or not st.toggle("Lock the other controls", key="_lock_it"):
        return None
    chosen = st.multiselect(
        "Controls left open",
        offered,
        default=["learning_rate"],
        format_func=lambda name: FIELDS[name][0],
        key="_left_open",
        placeholder="None: everything is fixed",
    )
    return [name for name in offered if name in chosen]


def _link(label, page, query):
    """Draw a button that opens the link as a student would, in a new tab; below it, the link to copy."""
    st.link_button(label, address("", page, query).lstrip("/"), icon=":material/open_in_new:")
    st.code(address(base(), page, query), language=None, wrap_lines=True)
