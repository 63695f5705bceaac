"""A class that answers together: the link's code, the counted answer, and the wait for the reveal."""

import hashlib
import secrets

import streamlit as st

from lab.class_counts import ClassCounts, Full, read_code
from lab.links.reading import Unusable
from lab.questions.answer import SHOWN
from ui.frame.show import show_sentence
from ui.frame.visit import visit

STATE = st.session_state
LOOK_EVERY = 4.0  # seconds between two checks of a student's page for the revealed answer
LOOK_AGAIN_EVERY = 20.0  # seconds between two checks of a page that shows it
LISTED = 8  # up to this many answers are listed; more become a menu
COOKIE = "_streamlit_xsrf"  # Streamlit's own, the same for all tabs of a browser
SALT = secrets.token_bytes(16)  # random per process, so a digest means nothing in another one


@st.cache_resource(show_spinner=False)
def counts():
    """Return the ClassCounts of this server."""
    return ClassCounts()


def arrive(page, from_other_page):
    """Call on arrival at a page: store its link's code; return "", or a sentence if the code is invalid."""
    if from_other_page:
        return ""
    visit().classes.pop(page, None)
    if text := st.query_params.get("class"):
        try:
            visit().classes[page] = read_code(text)
        except Unusable as problem:
            return str(problem)
    return ""


def code():
    """Return the code of the class that the page was opened for, or ""."""
    return visit().classes.get(visit().page, "")


def question_of(page, key):
    """Return the name under which the answers to a page's question, or to a numbered hunt, are counted."""
    return f"{page}:{key}"


def asks_first(preset):
    """If the page is for a class, ask the question of its locked link; return whether the page has to wait.

    Once the answer is revealed, it is drawn with the visitor's choice.
    """
    if not code():
        return False
    question = question_of(visit().page, preset.key)
    if not is_revealed(question):
        st.markdown(f"**{preset.question}** {preset.predict}")
    if waits(question, dict(enumerate(preset.choices))):
        return True
    own, asked = given(question), visit().asked
    if asked.get(visit().page, (preset.key,))[0] == preset.key:  # the visitor has not asked another one since
        asked[visit().page] = preset.key, SHOWN if own is None else own
    return False


def waits(question, answers):
    """Draw the {answer: text} and count the chosen one; return whether the right one is still hidden."""
    state = counts().state(code(), question)
    n_cleared, n_round, is_revealed = state
    if is_revealed:
        _look_again(question, state)
        return False
    given = counts().own(code(), question, _visitor())[0]
    key = f"_class_{question}_{n_cleared}_{n_round}"
    options = list(answers)
    draw = st.radio if len(options) <= LISTED else st.selectbox
    draw(
        "Your answer",
        options,
        options.index(given) if given in answers else None,
        format_func=answers.get,
        key=key,
        on_change=_count,
        args=(question, key),
    )
    if refused := visit().class_refused.get((code(), key)):
        show_sentence(st.warning, refused, ":material/groups:")
    advice = "Discuss it with your neighbours, then answer once more. " if n_round > 1 else ""
    if given in answers:
        advice += "Your answer is counted, without your name. You can change it. "
    st.caption(f"{advice}The page continues when your instructor reveals the answer.")
    _look(question, state)
    return True


def is_revealed(question):
    """Return whether the right answer is revealed."""
    return counts().own(code(), question, _visitor())[2]


def given(question):
    """Return the answer that was counted for this visitor, or None."""
    return counts().own(code(), question, _visitor())[0]


def _rerun_on_change(question, state):
    """Rerun the page once another round has begun, the answer is revealed, or the answers are deleted."""
    if counts().state(code(), question) != state:
        st.rerun()


_look = st.fragment(_rerun_on_change, run_every=LOOK_EVERY)
_look_again = st.fragment(_rerun_on_change, run_every=LOOK_AGAIN_EVERY)


def _count(question, key):
    """Callback: count the answer that was chosen."""
    visit().class_refused = {}
    if STATE.get(key) is not None:
        try:
            counts().answer(code(), question, _visitor(), STATE[key])
        except Full as full:
            visit().class_refused = {(code(), key): str(full)}


def _visitor():
    """Return a digest that identifies this browser, or this visit if there is no cookie."""
    known = browser_token(st.context.cookies.get(COOKIE)) or visit().name.encode()
    return hashlib.blake2b(known, key=SALT, digest_size=12).hexdigest()


def browser_token(cookie):
    """Return the token in Streamlit's cookie, b"" if there is none.

    The cookie is 2|mask|masked token|time, with a new mask at every load (Tornado, `xsrf_token`).
    """
    try:
        _, mask, masked, _ = cookie.split("|")
        mask, masked = bytes.fromhex(mask), bytes.fromhex(masked)
    except (AttributeError, TypeError, ValueError):
        return b""
    return bytes(byte ^ mask[n % len(mask)] for n, byte in enumerate(masked)) if mask else b""
