"""The frame of every page: begin and end, title, presets, the row of actions, and restored widgets."""

import contextlib
import functools
import inspect

import streamlit as st
from streamlit.errors import StreamlitAPIException

from lab.links.fields import DEFAULT_SEEDS, FIELDS, widget_value
from lab.links.pages import PAGES
from lab.questions.preset import asked_by
from ui.frame import (
    address,
    assets,
    class_answers,
    exporting,
    first_chart,
    history,
    keyboard,
    panel,
    proof,
    questions,
    reconnected,
    scrolling,
    unanswered,
)
from ui.frame.navigation import navigation
from ui.frame.show import show_sentence
from ui.frame.visit import visit
from ui.kept import answers, hand_ins
from ui.report import offer, recorder
from ui.sidebar import lock
from ui.tasks import box, taken
from ui.training import priority

LOOK = f"<style>{assets.text(__file__, 'look.css')}</style>"


def begin(page, keys=()):
    """Call first on every page. `keys` are those of its widgets, apart from its `view` in `lab.links.pages`.

    If a server's very first request is a deep link, Streamlit runs the page by its older pages/ mechanism,
    without the entry script, unless the navigation is declared. If the address has only what the navigation
    copied from the previous page, or `OPEN_PART`, the page is as it was left, or has its defaults.
    """
    state, tab = st.session_state, visit()
    if not tab.entered:
        navigation()
        st.rerun()
    arrived, from_other_page = tab.page != page, False
    if arrived:  # before anything is drawn, because the script may run again
        history.arrive()
        from_other_page = address.is_of_previous_page()
        address.read(page)
    recorder.begin()
    st.html(LOOK)
    history.draw()
    first_chart.begin(arrived)
    defaults, view, *_ = PAGES[page]
    tab.page, tab.keys, own = page, (*keys, *view), address.widget_values(defaults)
    if arrived:
        if problem := class_answers.arrive(page, from_other_page):
            tab.link_problems = [*tab.link_problems, problem]
        proof.arrive(page, from_other_page)
        questions.arrive(page, from_other_page)
        locked_query = lock.arrive(page, from_other_page)
        if locked_query and "lock" not in st.query_params:
            with contextlib.suppress(StreamlitAPIException):  # the previous page's widgets may still be bound
                st.switch_page(f"pages/{page}.py", query_params=locked_query)
    tab.controls, tab.folded, tab.varied, tab.unused = [], set(), (), []
    tab.task_place = None
    if problem := taken.arrive():
        tab.link_problems = [*tab.link_problems, problem]
    restored, tab.to_restore = tab.to_restore, {}
    restored = address.on_arrival(own, from_other_page) if arrived else restored
    state.update(restored)
    tab.restored = (restored, own) if arrived and restored else ({}, {})
    tab.seconds_begun, tab.waiting = 0.0, set()


def end():
    """Call last on every page. Stores the values of its widgets so the page can be restored."""
    state, tab = st.session_state, visit()
    (restored, own), tab.restored = tab.restored, ({}, {})
    in_widgets = all(state.get(key, value) == value for key, value in restored.items())
    in_address = all(key in st.query_params for key in own if restored.get(key, own[key]) != own[key])
    # after Back and Forward, Streamlit resets some widgets or does not update the address
    if not (in_widgets and in_address):
        tab.to_restore = restored
        st.rerun()
    first_chart.release()
    offer.finish()
    answers.draw()
    keyboard.draw()
    scrolling.draw()
    reconnected.draw()
    lock.leave()
    unanswered.leave()
    tab.widget_values[tab.page] = {key: state[key] for key in tab.own_keys(state)}
    tab.trained = priority.end()
    tab.link_told = tab.requests, tab.link_problems
    tab.requests, tab.link_problems = {}, []
    tab.query = st.query_params.to_dict()


def apply(changes):
    """Callback: set all widgets of the page to its defaults except for `changes`."""
    defaults, view, *_ = PAGES[visit().page]
    values = address.widget_values(defaults | changes)
    values |= {"epoch": values["epochs"], "seeds": changes.get("seeds", DEFAULT_SEEDS)}
    values |= view | {key: value for key, value in changes.items() if key in view}
    address.set_widgets(values)
    proof.expect(changes, defaults)
    visit().refused_rates = ("", "")
    visit().choose_trial(None)


def presets(choices, *, given=questions.trained, label="Questions", icon=":material/science:"):
    """Draw the menu of questions, each of which is an experiment, and, above the charts, the question asked.

    The answers are computed from `given`: what the page has trained or measured.

    A locked page has no menu; if its link is that of a question, the question is shown under the title. If
    the question has a computed answer, it is asked before anything else is drawn.
    """
    if locked := lock.current():
        defaults, view, *_ = PAGES[visit().page]
        waits = False
        if (of_task := box.asked_among(choices)) is not None:
            waits = box.asks_first(functools.partial(questions.computed, of_task, given))
        elif not box.kind() and (preset := asked_by(locked.query, locked.open, choices, view, defaults)):
            with visit().verdict_place or st.container():
                waits = questions.asks_first(preset, given)
        if waits:
            end()
            st.stop()
        return
    questions.menu(choices, apply, label, icon)
    with visit().verdict_place or st.container():
        questions.draw_asked(choices, given)


def before(setup):
    """Return the setup that the page showed before this one, or None; its curves are drawn in grey behind."""
    tab = visit()
    if tab.setup != setup:
        tab.previous_setup, tab.setup = tab.setup, setup
    return tab.previous_setup


def title(question, sentence):
    """Draw the page's title (a question), one sentence, and the problems of the link."""
    st.title(question)
    st.markdown(sentence)
    for problem in visit().link_problems:
        show_sentence(st.warning, problem, ":material/link_off:")
    hand_ins.draw()
    box.draw()
    visit().verdict_place = st.container()


@contextlib.contextmanager
def section(heading):
    """Context manager for a section, so what follows keeps its place: else the browser would rebuild it."""
    with st.container():
        st.subheader(heading)
        yield


def code(*functions, label="Code: the lines that ran"):
    """Draw the source code of some functions in a closed box."""
    box = st.expander(label, on_change="rerun")
    if box.open:
        box.code("\n\n".join(map(inspect.getsource, functions)))


def read(sidebar):
    """Return `sidebar()`; if it raises ValueError, show the message and a Reset button and stop the page."""
    try:
        return sidebar()
    except ValueError as problem:
        show_sentence(st.error, str(problem), ":material/report:")
        reset()
    end()
    st.stop()


def actions(setup, table, **offered):
    """Draw Share, Export and Reset; under the title, the verdict on the fingerprint and the lock's problems.

    `offered` is passed on to `exporting.export_experiment`.
    """
    _show_verdict(proof.judge_network, setup)
    box.settings(setup)
    panel.share_experiment(setup)
    exporting.export_experiment(setup, table, **offered)
    reset()
    panel.show_lock(setup.experiment)


def sweep_actions(plan, table):
    """Draw the same row for a sweep."""
    _show_verdict(proof.judge_sweep, plan)
    panel.share_sweep(plan)
    exporting.export_sweep(plan, table)
    reset()
    panel.show_lock(plan.base)


def page_actions(query):
    """Draw Share and Reset for a page without training; `query` has the parameters of its complete link."""
    _show_verdict()
    panel.share_page(query)
    reset()


def _show_verdict(judge=None, *result):
    """Under the title, draw the fingerprint's verdict, `judge(*result)`, and the lock's problems."""
    place, visit().verdict_place = visit().verdict_place, None
    with place or st.container():
        if judge:
            judge(*result)
        for problem in lock.problems():
            show_sentence(st.warning, problem, ":material/lock:")


def reset():
    """Draw the button that resets all controls to their defaults; on a locked page, to the link's values."""
    locked = lock.current()
    st.button(
        "Reset",
        on_click=_as_linked if locked else apply,
        args=() if locked else ({},),
        icon=":material/undo:",
        help=f"Sets all controls to {'what the link says' if locked else 'their defaults'}.",
    )


def _as_linked():
    """Callback: reset the widgets that a locked link leaves open to the link's values."""
    defaults, view, *_ = PAGES[visit().page]
    values = {"seeds": lock.linked_value("seeds", DEFAULT_SEEDS), "points": lock.text("points") or ""}
    values |= {key: lock.linked_value(key, default) for key, default in view.items()}
    for name, default in defaults.items():
        if name in FIELDS:
            values[name] = lock.linked_field(name, None, widget_value(name, default))
    values["epoch"] = lock.linked_value("epoch", values.get("epochs", 0))
    address.set_widgets({key: value for key, value in values.items() if key not in lock.fixed()})
    visit().choose_trial(None)
