"""The hunt: a program with a hidden bug or none, ten instruments to examine it, and one answer."""

import streamlit as st

from data import DataConfig
from lab.bugs import BUGS, DETECTORS
from lab.bugs import hunt as hunts
from lab.bugs.experiment import N_SEEDS, caught_by
from lab.bugs.hunt import MOST_HUNTS, NONE, Played, hunt
from lab.links.fixed_fields import in_lab
from lab.links.pages import PAGES
from mlp import TrainConfig
from ui.bug_lab import evidence, repair, trials
from ui.frame import arriving, class_answers, panel, shell, unanswered
from ui.frame.visit import visit
from ui.sidebar import lock
from ui.sidebar.controls import Setup
from ui.tasks import box

KEYS = ("_answer_", *repair.KEYS)
NOTHING_WRONG = "There is no bug"
LOOK_CLOSER = {  # where bugs that the same tests find differ, if not in their tensors
    frozenset({"gradient_check", "step_sweep"}): "how the error depends on the step h",
    frozenset({"same_example"}): "which splits give the example the same numbers",
    frozenset({"recount"}): "which of the reported figures differ",
}
PLAYED = "played"  # the address parameter that keeps opened instruments and answers for a reload


def answers():
    """Return {answer as shown: a key of BUGS, or NONE}, in alphabetical order; NONE is last."""
    return {bug.title: key for key, bug in sorted(BUGS.items(), key=lambda b: b[1].title)} | {
        NOTHING_WRONG: NONE
    }


def number():
    """Draw the choice of a hunt; return its number."""
    return lock.control(
        st.number_input,
        "Hunt number",
        1,
        MOST_HUNTS,
        key="hunt",
        width=220,
        help="The same number hides the same bug for everyone: send the link to your class.",
    )


def share(number):
    """Draw the Share panel with the hunt's link, and the problems of its lock."""
    for problem in lock.problems():
        shell.show_sentence(st.warning, problem, ":material/lock:")
    panel.share_page({"mode": "Hunt", "hunt": str(number)})


def lab_of(number):
    """Return the Setup in which the hunt takes place."""
    place, defaults = hunt(number).place, PAGES["bug_lab"].defaults
    names = ("learning_rate", "learning_rate_min", "cycle_steps", "l2", "epochs")
    train = TrainConfig(
        hidden_layer_sizes=place.hidden_layer_sizes,
        activation=place.activation,
        schedule="triangular",
        **{name: defaults[name] for name in names},
    )
    return Setup(in_lab(DataConfig(name=place.dataset), train), N_SEEDS)


def hunt_down(number, lab):
    """Draw the hidden program's curves, the instruments, and the answer."""
    steps, key = hunt(number).steps(), ("hunt", number)
    game = _games().get(number, Played())
    train = lab.experiment.train
    sizes = "-".join(map(str, train.hidden_layer_sizes))
    st.markdown(
        f"Somebody wrote this program: {lab.experiment.data.name}, hidden layers {sizes}, "
        f"{train.activation}, softmax cross-entropy, an L2 penalty of {train.l2:g}, a triangular schedule, "
        f"minibatches of {train.batch_size}. One step of it may be wrong. **What do you suspect?**"
    )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        evidence.learning(lab, key, steps, trials.HIDDEN, "hunt")
    with right:
        if box.kind() == "hunt":
            st.caption("Answer in the box of the task, above.")
        else:
            _answer(number, game)
    if game.end and hunt(number).answer != NONE:
        repair.offer(lab, hunt(number).answer, f"hunt_{number}")
    st.subheader("Instruments")
    if box.kind() == "hunt" or class_answers.code():  # answers to a class are counted, not scored
        st.markdown("Open what you need.")
    else:
        st.markdown(
            f"Open what you need: each costs {hunts.INSTRUMENT_COSTS} points of {hunts.FULL_SCORE}, a wrong "
            f"answer {hunts.WRONG_ANSWER_COSTS}."
        )
    closed = [name for name in DETECTORS if name not in game.opened]
    with st.container(horizontal=True):
        for name in closed:
            clicked = {"on_click": _play, "args": (number,), "kwargs": {"opened": (name,)}}
            icon, ended = ":material/visibility:", bool(game.end)
            st.button(
                DETECTORS[name].title, key=f"_open_{name}", icon=icon, disabled=ended, width=300, **clicked
            )
    n_opened = sum(len(one.opened) for one in visit().hunts.values())
    latest = DETECTORS[game.opened[-1]].title if game.opened else ""
    # the button that was pressed is gone, and with it the focus
    arriving.here("instrument", latest, n_opened, n_opened, block="nearest")
    for name in reversed(game.opened):
        st.markdown(f"**{DETECTORS[name].title}**")
        finding = evidence.draw(name, lab, key, steps, trials.HIDDEN, f"hunt_{number}")
        st.caption(finding.sentence)


def _games():
    """Return this visit's {number: Played}; a new visit continues from the state in the address.

    The state is written into the address, so it survives a reload.
    """
    tab, text = visit(), st.query_params.get(PLAYED, "")
    if tab.hunts is None:
        tab.hunts, unread = hunts.read_played(text)
        if unread:
            shown = unread[0] if len(unread[0]) <= 40 else unread[0][:40] + "…"
            shell.show_sentence(
                st.warning,
                f"{PLAYED} holds {shown!r}; allowed: hunts such as 12:order,solved, as the page writes them.",
                ":material/report:",
            )
    if hunts.played_text(tab.hunts) != text:
        st.query_params[PLAYED] = hunts.played_text(tab.hunts)
    return tab.hunts


def _play(number, opened=(), wrong=(), end=""):
    """Callback: record opened instruments, wrong answers, or the end of the hunt."""
    game = visit().hunts.get(number, Played())
    opened, wrong = (tuple(dict.fromkeys(both)) for both in (game.opened + opened, game.wrong + wrong))
    visit().hunts[number] = Played(opened, wrong, game.end or end)


def _answer(number, game):
    question = class_answers.question_of("hunt", number)
    counted = {key: title for title, key in answers().items()}
    if class_answers.code() and class_answers.waits(question, counted):
        return
    solved = [played.points for played in visit().hunts.values() if played.end == hunts.SOLVED]
    whole = {"width": "content"}  # half of the column would cut "165 points"
    with st.container(horizontal=True):
        st.metric("This hunt is worth", f"{game.points} points", **whole)
        n_solved = f"{len(solved)} solved"
        st.metric(
            "Your score", f"{sum(solved)} points", n_solved, delta_color="off", delta_arrow="off", **whole
        )
    if code := hunts.completion_code(visit().hunts):
        st.markdown(
            f"Completion code: `{code}`",
            help="Lists the hunts you solved and your points. Your instructor can read it. "
            "The checksum at its end catches typing errors; it cannot stop somebody who wants to cheat.",
        )
    if game.end:
        _explain(number, game)
        return
    st.selectbox(
        "Your answer",
        list(answers()),
        index=list(counted).index(given) if (given := _given(question)) in counted else None,
        key=f"_answer_{number}",
        placeholder="Which bug?",
    )
    with st.container(horizontal=True):
        st.button("Submit", type="primary", on_click=_judge, args=(number,))
        st.button("Give up", on_click=_play, args=(number,), kwargs={"end": hunts.GIVEN_UP})
    if st.session_state.get(f"_answer_{number}") is None:
        unanswered.draw(f"hunt_{number}", unanswered.CHOOSE)
    if game.wrong:
        last = game.wrong[-1]
        title = NOTHING_WRONG if last == NONE else BUGS[last].title
        st.error(f"“{title}” is not the answer. {_why_not(number, last)}", icon=":material/close:")


def _given(question):
    """Return the answer that was counted for a class, or None."""
    return class_answers.given(question) if class_answers.code() else None


def _judge(number):
    given = answers().get(st.session_state.get(f"_answer_{number}"))
    unanswered.note(f"hunt_{number}", given is None)
    if given == hunt(number).answer:
        _play(number, end=hunts.SOLVED)
    elif given is not None:
        _play(number, wrong=(given,))


def _why_not(number, key):
    """Return a sentence that says how to see that the answer is wrong, without revealing the right one."""
    if key == NONE:
        return "Something is wrong with this program: keep looking."
    lab, steps = lab_of(number), hunt(number).steps()
    expected = BUGS[key].caught_by
    caught = caught_by(trials.findings(lab, ("hunt", number), steps))
    for name in DETECTORS:
        if (name in expected) != (name in caught):
            says = "would show it" if name in expected else "would show nothing"
            but = "it shows nothing wrong here" if name in expected else "here it shows something wrong"
            return f"{DETECTORS[name].title} {says}, but {but}."
    closer = LOOK_CLOSER.get(frozenset(expected), "which tensors are wrong, and by how much")
    return f"The same {'test finds' if len(expected) == 1 else 'tests find'} it, but look closer at {closer}."


def _explain(number, game):
    answer = hunt(number).answer
    if game.end == hunts.SOLVED:
        st.success(f"Found, for {game.points} points.", icon=":material/celebration:")
    else:
        st.info("Given up: no points.", icon=":material/flag:")
    if answer == NONE:
        st.markdown("**There is no bug.** Every test passes: the program is right.")
    else:
        bug = BUGS[answer]
        st.markdown(f"**{bug.title}.** {bug.why} {bug.gives_away}")
        st.code(bug.lines()[1], language="python", wrap_lines=True)
        tests = "; ".join(evidence.titles(bug.caught_by))
        st.caption(f"Found by: {tests}.")
    if not lock.hides("hunt"):
        st.button(
            "Start the next hunt",
            type="primary",
            on_click=_next,
            args=(number,),
            icon=":material/arrow_forward:",
        )


def _next(number):
    st.session_state["hunt"] = number % MOST_HUNTS + 1
