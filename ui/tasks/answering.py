"""A task on a page: the question, the form for the answer, and the verdict on it."""

import functools

import streamlit as st

from lab.assignment import KINDS
from lab.assignment.kinds import questions as of_page
from lab.assignment.kinds.kind import CHOICE, MOST_TYPED, NUMBERS, chosen, read_number, shortened
from lab.assignment.task import NOTHING, REASON
from lab.links.experiment import Experiment, Setup
from lab.questions.answer import Unanswered
from lab.words import percent
from ui.frame import unanswered
from ui.frame.formulas import apart
from ui.frame.show import show_sentence
from ui.tasks.taken import taken
from ui.training import progress

STATE = st.session_state
LISTED = 8  # up to this many choices are listed below each other; more become a menu
KEPT = "Your answer is kept."


def show(asked, key):
    """Draw the task: the prompt, what is given, the program, and the file to start from."""
    st.markdown(apart(asked.prompt))
    if asked.given:
        st.markdown(apart(asked.given))
    if asked.code:
        st.code(asked.code, language="python", wrap_lines=True)
    if asked.file:
        st.download_button(
            "The start (.npz)",
            asked.file,
            asked.file_name,
            "application/octet-stream",
            key=f"_start_{key}",
            icon=":material/download:",
            on_click="ignore",
        )


def form(place, asked):
    """Draw the answer form of the task at `place` (from 0); draw nothing if the task is an experiment."""
    if asked.form not in (CHOICE, NUMBERS):
        return
    answer = taken().answers[place]
    with st.form(f"_task_{place}", border=False):
        if asked.form == CHOICE:
            read = choices(asked, answer, _key(place))
        else:
            read = numbers(asked, answer, _key(place))
        st.form_submit_button("Answer", type="primary", on_click=_answer, args=(place, read))


def choices(asked, answer, key):
    """Draw the choices; return a function that returns the answer, or raises ValueError if there is none."""
    options, index = range(len(asked.choices)), chosen(answer, asked)
    draw = st.radio if len(asked.choices) <= LISTED or asked.code else st.selectbox
    how = {"label_visibility": "collapsed"} if draw is st.radio else {"placeholder": "Choose an answer"}
    draw("Your answer", options, index, format_func=asked.choices.__getitem__, key=key, **how)
    return functools.partial(_chosen, key)


def _chosen(key):
    choice = STATE.get(key)
    if choice is None:
        raise ValueError(unanswered.CHOOSE)
    return str(choice)


def numbers(asked, answer, key):
    """Draw a box for each number; return a function that returns the answer as text."""
    parts, n = answer.split(";"), len(asked.numbers)
    parts = parts if len(parts) == n else [""] * n
    single = len(parts) == 1
    with st.container(horizontal=True):
        for n, (name, text) in enumerate(zip(asked.numbers, parts, strict=True)):
            label = "Your answer" if single else name
            how = {"width": 180, "max_chars": MOST_TYPED, "placeholder": "such as -0.25"}
            st.text_input(label, text, key=f"{key}_{n}", **how)
    return functools.partial(_typed, asked.numbers, key)


def _typed(names, key):
    """Return the numbers as text; raise ValueError with a one-sentence message if one cannot be read."""
    texts = [STATE.get(f"{key}_{n}", "").strip() for n in range(len(names))]
    if "" in texts:
        raise ValueError(unanswered.TYPE)
    for text, name in zip(texts, names, strict=True):
        read_number(text, name)
    return ";".join(map(shortened, texts))


def _key(place):
    """Return the key of the answer's widget, which differs between students."""
    return f"_answer_{taken().seed}_{place}"


def _answer(place, read):
    """Callback: store the answer, or the reason why it cannot be read."""
    try:
        answer = read()
    except ValueError as problem:
        taken().refused[place] = str(problem)
        return
    taken().answer(place, answer)


def verdict(place, of_question=None):
    """Draw the verdict on the answer of the task at `place`: as much of it as the instructor chose to show.

    `of_question()` returns the Answer of a page's question, computed from what its page has trained; None
    while that waits. On other pages such a question gets no verdict.
    """
    own = taken()
    if place in own.refused:
        show_sentence(st.error, own.refused[place], ":material/report:")
    task, answer = own.assignment.tasks[place], own.answers[place]
    if not answer:
        return
    kept = f":material/check: {_earlier(place) if place in own.refused else KEPT}"
    if task.shown == NOTHING:
        st.caption(kept)
        return
    mark = _mark(place, of_question)
    if mark is None:
        where = "appears here once the experiment has run" if of_question else "is shown on its page"
        st.caption(f"{kept} Whether it is right {where}.")
        return
    if place in own.refused:
        st.caption(f"{kept} The verdict on it:")
    reason = apart(mark.reason) if task.shown == REASON else ""
    earned = f"earns {percent(mark.share)} of the points."
    tried = len(KINDS[task.kind].tries(task, own.seed, answer))
    said = f"From {tried} other starts than those of your mark, this {earned}" if tried else ""
    if mark.share == 1:
        st.success(f"{said or 'Right.'} {reason}", icon=":material/check_circle:")
    elif mark.share == 0:
        st.error(f"{said or 'Not right.'} {reason}", icon=":material/cancel:")
    else:
        st.warning(f"{said or f'This {earned}'} {reason}", icon=":material/timelapse:")


def _earlier(place):
    """Return the sentence about the answer that is kept while what was sent after it cannot be read."""
    given = ""
    if taken().asked(place).form == NUMBERS:
        given = f", {taken().answers[place].replace(';', '; ')},"
    return f"Your earlier answer{given} is kept."


def _mark(place, of_question):
    """Return the Mark of an answer, or None if it cannot be marked here."""
    own = taken()
    task, answer = own.assignment.tasks[place], own.answers[place]
    if (place, answer) not in own.marks:
        kind = KINDS[task.kind]
        if task.kind == "question":
            mark = _of_page(task, own.seed, answer, of_question)
        else:
            tried = kind.tries(task, own.seed, answer)
            trained = _trained(tuple(tried))
            records = trained and {tried[pair]: record for pair, record in trained.items()}
            mark = None if trained is None else kind.mark(task, own.seed, answer, records)
        if mark is None:
            return None
        own.marks[place, answer] = mark
    return own.marks[place, answer]


def _of_page(task, seed, answer, of_question):
    try:
        found = of_question and of_question()
    except Unanswered as why:
        return of_page.unanswered(why)
    return of_page.marked(task, seed, answer, found) if found else None


def _trained(needed):
    """Return {(DataConfig, TrainConfig): its last EpochRecord}, None while the training waits for a click."""
    if not needed:
        return {}
    data, first = needed[0]
    (run,) = progress.trained([Setup(Experiment(data, first), len(needed))])
    if run.n_epochs < first.epochs and not run.ended:
        return None
    return dict(zip(needed, run.at(first.epochs).records, strict=True))
