"""A quiz for Moodle: the questions of some steps for many seeds, and the questions of the pages."""

import functools
import hashlib

import streamlit as st

from lab.derivation import CHAPTERS, Problem, derive
from lab.links.cost import in_words
from lab.links.pages import PAGES
from lab.questions.rooms import query, rooms
from lab.quizzes import gift, moodle, of_pages
from lab.quizzes.item import CHOICE, MOST_ITEMS, MOST_SEEDS, NUMBER, of_derivation
from lab.sheets.names import seed_of
from lab.words import counted
from ui.frame.show import show_sentence
from ui.instructors import links, sheets
from ui.instructors.made import made

KEYS = ("_quiz_chapter", "_quiz_kinds", "_quiz_seeds", "_quiz_tolerance", "_quiz_pages")
KEYS += tuple(f"_quiz_steps_{number}" for number in range(len(CHAPTERS)))
SECONDS_OF_A_SEED = 0.1  # seconds for a chapter, on one core
BOTH = "Both"
KINDS = {"Numbers": (NUMBER,), "Choices": (CHOICE,), BOTH: (NUMBER, CHOICE)}

OF_STEPS = (
    "Each question of a step has its own category with all its variants. Put a random question from that "
    "category into the quiz, and every student gets different numbers."
)
OF_PAGES = "The questions of the pages share one category and have no variants."


def draw():
    """Draw the choice of steps, seeds, kinds and pages' questions, then the files to download."""
    left, right = st.columns(2, gap="large")
    with left:
        chapter = st.selectbox("Chapter", CHAPTERS, 1, key="_quiz_chapter")
        titles = {step.key: step.title for step in derive(_problem(), (chapter,))}
        steps = st.multiselect(
            "Steps",
            list(titles),
            format_func=titles.get,
            key=f"_quiz_steps_{CHAPTERS.index(chapter)}",
            placeholder="All of the chapter",
        )
        own = st.multiselect(
            "Questions of the pages", list(of_pages.offered()), key="_quiz_pages", placeholder="None"
        )
    with right:
        asked = st.segmented_control("Ask for", list(KINDS), default=BOTH, key="_quiz_kinds")
        n_seeds = st.number_input("Seeds: variants of each question", 1, MOST_SEEDS, 10, key="_quiz_seeds")
        tolerance = st.number_input(
            "Tolerance of a number, in percent", 0.1, 50.0, 5.0, 0.5, key="_quiz_tolerance", format="%g"
        )
    kinds = KINDS[asked or BOTH]
    wanted = tuple(steps) or tuple(titles)
    seconds = SECONDS_OF_A_SEED * n_seeds + of_pages.SECONDS * len(own)
    key = sheets.own_key()
    if not key:
        st.caption("The variants come from the key of the sheets, above.")
        return
    try:
        make = functools.partial(_items, wanted, n_seeds, kinds, tolerance / 100, own, key)
        work = hashlib.sha256(repr((wanted, n_seeds, kinds, tolerance, own, key)).encode()).hexdigest()
        items = made(
            "quiz",
            work,
            make,
            seconds,
            f"Make the quiz, about {in_words(seconds)}",
            "Making the quiz",
            "Writing questions",
        )
    except ValueError as refused:
        show_sentence(st.error, str(refused), ":material/report:")
        return
    if items is not None:
        _downloads(items)


def _items(wanted, n_seeds, kinds, tolerance, own, key):
    """Generator: yield the share done; return the Items, whose seeds come from the `key`."""
    made_of, n = [], n_seeds + len(own)
    for number in range(1, n_seeds + 1):
        variant = _problem(seed_of(f"quiz {number}", key))
        some = of_derivation(variant, wanted, 1, kinds=kinds, tolerance=tolerance)
        known = {item.text for item in made_of}
        made_of += [item for item in some if item.text not in known]
        if len(made_of) > MOST_ITEMS:
            raise ValueError(f"The quiz has {len(made_of):,} questions; allowed: up to {MOST_ITEMS:,}.")
        if not made_of and not own:  # every step has a choice, and every variant asks the same
            raise ValueError("None of these steps asks for a number; choose other steps, or ask for choices.")
        yield number / n
    asked = of_pages.items([of_pages.offered()[one] for one in own], _address)
    while True:
        try:
            yield (n_seeds + next(asked) * len(own)) / n
        except StopIteration as finished:
            return (*made_of, *finished.value)


def _downloads(items):
    n, name = counted(len(items), "question"), "backprop-lab-quiz"
    with st.container(horizontal=True):
        for label, write, ending, mime in (
            (f"{n} for Moodle (.xml)", moodle.xml, "xml", "text/xml"),
            (f"{n} in GIFT (.txt)", gift.text, "txt", "text/plain"),
        ):
            data, file_name = functools.partial(write, items), f"{name}.{ending}"
            st.download_button(label, data, file_name, mime, icon=":material/quiz:", on_click="ignore")
    of_a_page = [item.category == of_pages.CATEGORY for item in items]
    said = ["In Moodle, choose Question bank, then Import."]
    said += [OF_STEPS] * (not all(of_a_page)) + [OF_PAGES] * any(of_a_page)
    st.caption(" ".join(said))


def _problem(seed=1):
    return Problem(activation=PAGES["derivation"].defaults["activation"], seed=seed)


def _address(page, preset):
    """Return the link that opens a question's experiment."""
    room = next(one for one in rooms() if one.page == page)
    return links.address(links.base(), page, query(room, preset))
