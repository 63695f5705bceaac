"""The page that an instructor projects: the counts of answers, another round, the reveal."""

from typing import NamedTuple

import pandas as pd
import streamlit as st

from lab.assignment.kinds.hunts import CHOICES, title
from lab.assignment.kinds.questions import QUESTIONS
from lab.bugs.hunt import MOST_HUNTS, hunt
from lab.class_counts import MOST_ROUNDS, Full, code_of, read_key
from lab.links.reading import Unusable, quoted
from lab.questions.rooms import query, rooms
from lab.words import counted
from ui.charts.class_answers import distribution
from ui.frame.class_answers import counts
from ui.frame.show import show, show_sentence
from ui.frame.visit import visit

LOOK_EVERY = 2.0  # seconds between two updates of the counts


class Projected(NamedTuple):
    """The projected question: the instructor's key, its name in the counts, its text and its answers.

    `right` is the right answer, or None if the question's own page has to compute it; `page` and `parameters`
    open that page.
    """

    key: str
    question: str
    text: str
    answers: dict
    right: str | None
    page: str
    parameters: dict


def read(key, of):
    """Return the Projected for the address's two parameters; raise Unusable with a one-sentence message."""
    key = read_key(key)
    page, _, name = of.partition(":")
    if page == "hunt":
        return _hunt(key, name)
    room = next((one for one in rooms() if one.page == page and page in QUESTIONS), None)
    preset = next((one for one in QUESTIONS.get(page, ()) if one.key == name and one.choices), None)
    if room is None or preset is None:
        raise Unusable("of", of, "a question of a page or a hunt, as the page for instructors writes it")
    parameters = query(room, preset) | {"lock": "1", "open": ""}
    answers = dict(enumerate(preset.choices))
    return Projected(key, of, f"{preset.question} {preset.predict}", answers, None, page, parameters)


def _hunt(key, text):
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_HUNTS))
    number = int(text) if plain else 0
    if not 1 <= number <= MOST_HUNTS:
        sentence = f"The hunt is {quoted(text)}; allowed: whole numbers from 1 to {MOST_HUNTS:,}."
        raise Unusable("of", text, f"1 to {MOST_HUNTS}", sentence=sentence)
    asked = f"Hunt {number}: which step of this program is wrong?"
    answers = {name: title(name) for name in CHOICES}
    parameters = {"mode": "Hunt", "hunt": str(number)}
    return Projected(key, f"hunt:{number}", asked, answers, hunt(number).answer, "bug_lab", parameters)


def arrive():
    """Return the Projected of the address or of this visit; without one, draw a sentence and return None."""
    given = {name: st.query_params.get(name, "") for name in ("key", "of")}
    if any(given.values()):
        visit().projected = None
        try:
            visit().projected = read(**given)
        except Unusable as problem:
            show_sentence(st.error, str(problem), ":material/report:")
            return None
    if visit().projected is None:
        st.markdown("Open this page from **For instructors**, which has a link for every question.")
    return visit().projected


@st.fragment(run_every=LOOK_EVERY)
def draw(projected):
    """Draw the counts, updated every few seconds, the buttons, and why the last one pressed was refused."""
    totals, is_revealed = counts().look(code_of(projected.key), projected.question)
    n = sum(totals[-1].values())
    st.markdown(f"### {counted(n, 'answer')}{f' in round {len(totals)}' if len(totals) > 1 else ''}")
    frame = as_frame(projected.answers, totals)
    shown = list(dict.fromkeys(frame["answer"]))
    finding = "; ".join(f"{row.answer}, {row.round}: {row.count}" for row in frame.itertuples())
    show(distribution(frame, shown, ""), "Bar chart of the answers", finding, key="_class_counts")
    if is_revealed:
        _revealed(projected)
    if refused := visit().class_refused.get((projected.key, projected.question)):
        show_sentence(st.warning, refused, ":material/groups:")
    with st.container(horizontal=True):
        _button(
            "Ask again", counts().ask_again, projected, is_revealed or not n or len(totals) == MOST_ROUNDS
        )
        _button("Reveal the answer", counts().reveal, projected, is_revealed)
        _button("Clear all answers", counts().clear, projected, not any(totals))


def as_frame(answers, totals):
    """Return the counts as a data frame: answer, round, count; of many answers, only those given."""
    given = {answer for total in totals for answer in total}
    listed = [one for one in answers if len(answers) <= 8 or one in given] or list(answers)[:1]
    names = ["first round", "second round", "third round"]
    rows = [
        {"answer": answers[one], "round": names[n], "count": total[one]}
        for one in listed
        for n, total in enumerate(totals)
    ]
    return pd.DataFrame(rows)


def _revealed(projected):
    if projected.right is not None:
        sentence, icon = f"The answer: **{projected.answers[projected.right]}**.", "check_circle"
    else:
        sentence, icon = "Revealed: everybody's page now shows the experiment and its answer.", "visibility"
    st.success(sentence, icon=f":material/{icon}:")


def _button(label, act, projected, disabled):
    st.button(label, key=f"_class_{label}", on_click=_act, args=(act, projected), disabled=disabled)


def _act(act, projected):
    """Callback: start another round, reveal the answer, or clear all answers."""
    visit().class_refused = {}
    try:
        act(projected.key, projected.question)
    except Full as full:
        visit().class_refused = {(projected.key, projected.question): str(full)}
