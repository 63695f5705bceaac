"""The questions of a page: a menu with answers to choose from; the question asked and its computed answer."""

import contextlib

import streamlit as st

from lab.links.pages import PAGES
from lab.questions import score
from lab.questions.answer import SHOWN, Trained, Unanswered
from ui.frame import changed, class_answers, scrolling
from ui.frame.visit import visit
from ui.training import progress
from ui.training.cache import cache

STATE = st.session_state
SHOW_ME = "Just show me"


class Waiting(Exception):
    """Raised if an answer has to wait for work that the visitor has stopped or not approved yet."""


def arrive(page, from_other_page):
    """Call on arrival at a page: of the questions asked before, keep only one chosen for this arrival."""
    tab = visit()
    if not from_other_page:
        tab.asked.pop(page, None)
    if tab.asked_next:
        tab.asked[page], tab.asked_next = tab.asked_next, None


def choose(preset, key, on_choice=None, *args, **how):
    """Draw a question with its choices; return the number of the choice just made, SHOWN or None."""
    done = ":material/check: " if preset.key in visit().answered else ""
    return st.pills(
        f"{done}**{preset.question}** {preset.predict}",
        (*range(len(preset.choices)), SHOWN),
        format_func=lambda choice: SHOW_ME if choice == SHOWN else preset.choices[choice],
        key=key,
        on_change=on_choice,
        args=args,
        wrap=True,
        **how,
    )


def open_by_choice(script, link, preset):
    """Draw a question whose choices open its page with the address parameters `link`."""
    choice = choose(preset, f"_open_{preset.key}")
    if choice is not None:
        visit().asked_next = preset.key, choice
        visit().n_asked += 1
        st.switch_page(script, query_params=link)


def menu(choices, apply, label, icon):
    """Draw the menu of questions, which closes at a choice; `apply(changes)` sets the page's controls."""
    popover = f"_menu_{label}"
    box = st.popover(label, icon=icon, help="Experiments to start from", key=popover, on_change="rerun")
    if not box.open:
        return
    with box:
        for number, preset in enumerate(choices):
            key = f"_preset_{label}_{number}"
            if choices_of(preset):
                choose(preset, key, _chosen, preset, key, popover, apply)
            else:
                st.button(
                    preset.question,
                    key=key,
                    width="stretch",
                    help=preset.predict,
                    on_click=_opened,
                    args=(preset, popover, apply),
                )
        if any(map(choices_of, choices)):
            draw_score()


def choices_of(preset):
    """Return the choices of a question; () if its answer is not computed."""
    return getattr(preset, "choices", ())


def _chosen(preset, key, popover, apply):
    """Callback: open the question's experiment with the choice that was made."""
    choice = STATE[key]
    if choice is None:
        return
    STATE[key] = None
    _opened(preset, popover, apply)
    visit().asked[visit().page] = preset.key, choice
    visit().n_asked += 1


def _opened(preset, popover, apply):
    """Callback: close the menu and open the question's experiment."""
    STATE[popover] = False
    visit().asked.pop(visit().page, None)
    apply(preset.changes)


def asks_first(preset, given):
    """Draw the question of a locked link; return whether the page must wait for the visitor's answer."""
    tab, has_choices = visit(), bool(choices_of(preset))
    if has_choices and class_answers.asks_first(preset):
        return True
    waits = has_choices and preset.key not in tab.answered and tab.page not in tab.asked
    if waits or not has_choices:
        st.markdown(f"**{preset.question}**  \n*Predict first:* {preset.predict}")
    if waits:
        key = "_asked_first"
        choose(preset, key, _chosen_first, preset, key, label_visibility="collapsed")
        st.caption("The experiment opens with your answer.")
        changed.tell(preset)
    if waits or not has_choices:
        return waits
    choice = tab.asked.get(tab.page, (preset.key, tab.answered.get(preset.key, (SHOWN,))[0]))[1]
    with st.container(border=True):
        _draw(preset, choice, given)
        changed.tell(preset)
    return False


def _chosen_first(preset, key):
    if STATE[key] is not None:
        visit().asked[visit().page] = preset.key, STATE[key]


def draw_asked(choices, given):
    """Draw, above the charts, the question asked on this page, if it is one of these."""
    tab = visit()
    key, choice = tab.asked.get(tab.page, ("", SHOWN))
    preset = next((one for one in choices if choices_of(one) and one.key == key), None)
    if preset is None:
        return
    with st.container(border=True, key=scrolling.ASKED):
        is_answered = _draw(preset, choice, given)
        changed.tell(preset, is_answered)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("Choose the next question", on_click=_open_menu, icon=":material/arrow_forward:")
            st.button("Close", on_click=tab.asked.pop, args=(tab.page,), icon=":material/close:")
            draw_score()


def _open_menu():
    STATE["_menu_Questions"] = True


def _draw(preset, choice, given):
    """Draw a question, the visitor's choice and the computed answer; return whether the answer exists yet."""
    st.markdown(f"**{preset.question}** {preset.predict}")
    try:
        answer = computed(preset, given)
    except Unanswered as why:
        st.caption(str(why))
        return False
    if answer is None:
        st.caption("The answer appears here once the experiment has run.")
        return False
    right = preset.choices[answer.right]
    visit().answered.setdefault(preset.key, (choice, choice == answer.right))
    if choice == SHOWN:
        verdict = f"The engine finds: **{right}**."
    elif choice == answer.right:
        verdict = f":green[:material/check_circle: **{right}: right.**]"
    else:
        verdict = (
            f":orange[:material/cancel: You said: {preset.choices[choice]}.] The engine finds: **{right}**."
        )
    st.markdown(f"{verdict} {answer.sentence}")
    return True


def computed(preset, given):
    """Return the Answer of a question, cached for all visitors; None while the work waits for a click.

    Raise Unanswered if the experiment gives no answer.
    """
    key = "answer", visit().page, preset.key
    answer = cache().noted(key)
    if answer is None:
        with contextlib.suppress(Waiting):
            answer = preset.answer(PAGES[visit().page].defaults | preset.changes, given)
            cache().note(key, lambda: answer)
    return answer


def trained(setups, watched=False):
    """Return the Trained of each Setup, from the page's own runs; raise Waiting unless all are trained."""
    runs = loaded(progress.trained, setups, watched)
    results = [Trained(run, one.experiment.train.epochs) for run, one in zip(runs, setups, strict=True)]
    if any(one.run.n_epochs < one.epochs and not one.run.ended for one in results):
        raise Waiting
    return results


def loaded(make, *of):
    """Return `make(*of)`; raise Waiting if data are unavailable, which the page explains."""
    try:
        return make(*of)
    except ValueError as missing:
        raise Waiting from missing


def finished(result):
    """Return the result of work; raise Waiting if it is None, because the work waits for a click."""
    if result is None:
        raise Waiting
    return result


def _swept(plan):
    """Return the Results of a sweep that the page runs; raise Waiting until it is complete."""
    run = cache().sweeps.get(tuple(plan.experiments()))
    if run is None or not run.complete:
        raise Waiting
    return run.results


def _worked_out(key, steps, seconds, *words):
    """Return the cached result of work shared with the page (see `progress.result`), or raise Waiting."""
    return finished(progress.result(key, steps, seconds(cache().speed), *words))


trained.sweep, trained.result = _swept, _worked_out
trained.dataset = lambda config: loaded(cache().dataset, config)


def draw_score():
    """Draw how many of all questions were explored, and how many predictions were right."""
    if said := score.in_words(visit().answered):
        st.caption(said)
