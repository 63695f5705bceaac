"""The hunt: a program with a hidden bug, ten instruments, one answer."""

from dataclasses import replace

import streamlit as st

from data import DataConfig
from mlp import TrainConfig
from mlp.bugs import BUGS, DETECTORS
from mlp.bugs.hunt import FULL_SCORE, INSTRUMENT_COSTS, NONE, WRONG_ANSWER_COSTS, hunt, score

from .. import shell
from ..controls import Setup
from ..sharing import lock, panel
from . import evidence, gallery, setup, trials

STATE = st.session_state
NOTHING_WRONG = "There is no bug"
MOST = 9999
ANSWERS = {
    **{bug.title: key for key, bug in sorted(BUGS.items(), key=lambda b: b[1].title)},
    NOTHING_WRONG: NONE,
}


def number():
    """Draw the choice of a hunt; returns its number."""
    return lock.control(
        st.number_input,
        "Hunt number",
        1,
        MOST,
        1,
        key="hunt",
        default=1,
        allowed=range(1, MOST + 1),
        width=220,
        help="The same number hides the same bug for everyone: send the link to your class.",
    )


def share(number):
    """The hunt's link, and what cannot be used of its lock."""
    for problem in lock.problems():
        shell.tell(st.warning, problem, ":material/lock:")
    panel.of_page({"mode": "Hunt", "hunt": str(number)})


def lab_of(number):
    """The Setup that the hunt takes place in."""
    place = hunt(number).place
    train = replace(
        TrainConfig(),
        hidden_layer_sizes=place.hidden_layer_sizes,
        activation=place.activation,
        **{
            name: setup.DEFAULTS[name]
            for name in ("learning_rate", "learning_rate_min", "cycle_steps", "l2", "epochs")
        },
        schedule="triangular",
    )
    return Setup(setup.in_lab(DataConfig(name=place.dataset), train), setup.N_SEEDS)


def hunt_down(number, lab):
    """The hidden program's curves, its instruments, and the answer."""
    steps, key = hunt(number).steps(), ("hunt", number)
    game = STATE.setdefault("_hunts", {}).setdefault(
        number, {"opened": [], "tried": [], "solved": False, "given_up": False}
    )
    train = lab.experiment.train
    sizes = "-".join(map(str, train.hidden_layer_sizes))
    st.markdown(
        f"Somebody wrote this program: {lab.experiment.data.name}, hidden layers {sizes}, "
        f"{train.activation}, softmax cross-entropy, an L2 penalty of {train.l2:g}, a triangular schedule, "
        f"minibatches of {train.batch_size}. One step of it may be wrong. **What do you suspect?**"
    )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        gallery.learning(lab, key, steps, trials.HIDDEN, "hunt")
    with right:
        _answer(number, game)
    st.subheader("Instruments")
    st.markdown(
        f"Open what you need: each costs {INSTRUMENT_COSTS} points of {FULL_SCORE}, a wrong answer "
        f"{WRONG_ANSWER_COSTS}."
    )
    done = game["solved"] or game["given_up"]
    closed = [name for name in DETECTORS if name not in game["opened"]]
    with st.container(horizontal=True):
        for name in closed:
            st.button(
                evidence.TITLES[name],
                key=f"_open_{name}",
                icon=":material/visibility:",
                on_click=game["opened"].append,
                args=(name,),
                disabled=done,
                width=300,
            )
    for name in reversed(game["opened"]):
        st.markdown(f"**{evidence.TITLES[name]}**")
        finding = evidence.draw(name, lab, key, steps, trials.HIDDEN, f"hunt_{number}")
        st.caption(finding.sentence)


def _answer(number, game):
    points = score(len(game["opened"]), len(game["tried"]))
    solved = [one["points"] for one in STATE["_hunts"].values() if one["solved"]]
    a, b = st.columns(2)
    a.metric("This hunt is worth", f"{points if not game['given_up'] else 0} points")
    b.metric(
        "Your score", f"{sum(solved)} points", f"{len(solved)} solved", delta_color="off", delta_arrow="off"
    )
    if not (game["solved"] or game["given_up"]):
        st.selectbox(
            "Your answer", list(ANSWERS), index=None, key=f"_answer_{number}", placeholder="Which bug?"
        )
        with st.container(horizontal=True):
            st.button("This is it", type="primary", on_click=_judge, args=(number, game))
            st.button("Give up", on_click=game.update, args=({"given_up": True},))
        if game["tried"]:
            st.error(
                f"Not this: {game['tried'][-1]}. {_why_not(number, game['tried'][-1])}",
                icon=":material/close:",
            )
        return
    _explain(number, game)


def _judge(number, game):
    given = STATE.get(f"_answer_{number}")
    if given is None:
        return
    if ANSWERS[given] == hunt(number).answer:
        game.update(solved=True, points=score(len(game["opened"]), len(game["tried"])))
    elif given not in game["tried"]:
        game["tried"].append(given)


def _why_not(number, given):
    """What the visitor can look at to see that the answer cannot be right; nothing of the right one."""
    key = ANSWERS[given]
    if key == NONE:
        return "Something is wrong with this program: keep looking."
    lab, steps = lab_of(number), hunt(number).steps()
    found = trials.findings(lab, ("hunt", number), steps, DETECTORS)
    expected, caught = set(BUGS[key].caught_by), {name for name, one in found.items() if one.caught}
    for name in DETECTORS:
        if (name in expected) != (name in caught):
            says = "would show it" if name in expected else "would show nothing"
            but = "it shows nothing wrong here" if name in expected else "here it shows something wrong"
            return f"{evidence.TITLES[name]} {says}, and {but}."
    return "The same tests find it, but look closer at which tensors are wrong, and by how much."


def _explain(number, game):
    answer = hunt(number).answer
    if game["solved"]:
        st.success(f"Found, for {game['points']} points.", icon=":material/celebration:")
    else:
        st.info("Given up: no points.", icon=":material/flag:")
    if answer == NONE:
        st.markdown("**There is no bug.** Every test passes: the program is right.")
    else:
        bug = BUGS[answer]
        st.markdown(f"**{bug.title}.** {bug.why} {bug.gives_away}")
        st.code(bug.lines()[1], language="python", wrap_lines=True)
        seen = ", ".join(evidence.TITLES[name].lower() for name in bug.caught_by)
        st.caption(f"Found by: {seen}.")
    if not lock.hides("hunt"):
        st.button(
            "Next hunt", type="primary", on_click=_next, args=(number,), icon=":material/arrow_forward:"
        )


def _next(number):
    STATE["hunt"] = number % MOST + 1
