"""Choose each line of backward() from fragments; the assembled program is checked and trained."""

import pandas as pd
import streamlit as st

from lab.measures import measures
from lab.recall import LINES, RIGHT, assembled, choices, outcome, sentences
from lab.words import counted
from ui.charts import bug_lab as charts
from ui.charts import palette
from ui.frame import arriving, unanswered
from ui.frame.show import show
from ui.frame.visit import visit

STATE = st.session_state
YOURS, RIGHT_ONE, BOTH = "your program", "the right one", "yours and the right one"
STARTS = len(sentences.HEAD) + 1  # the number of the first line below the function's head
VERDICT = "_recall_verdict"  # it stays in sight beside the long form, see ui/frame/look.css


def draw(problem):
    """Draw the form with a choice per line, and the verdict on the last program with its charts."""
    left, right = st.columns(2, gap="medium")
    with left, st.form("_recall_form", border=False):
        _form(problem)
    chosen, result = visit().chosen, None
    missing = [number for number, line in enumerate(LINES, STARTS) if line not in chosen]
    with right:
        with st.container(key=VERDICT):
            if not chosen:
                st.markdown("What your program does is shown here once you have run it.")
            elif missing:
                numbers = ", ".join(map(str, missing))
                st.info(f"Choose line{'s' * (len(missing) != 1)} {numbers} as well.", icon=":material/edit:")
            else:
                result = outcome(problem, [chosen[line] for line in LINES])
                _say(result)
        arriving.bring_into_view(VERDICT, visit().n_runs)
    if result:
        _show(result, problem)


def _form(problem):
    fixed = list(sentences.HEAD)
    for number, fragment in enumerate(RIGHT, STARTS):
        options = choices(fragment.line, problem.seed)
        if len(options) == 1:
            fixed.append("    " * fragment.depth + fragment.text)
            continue
        if fixed:
            st.code("\n".join(fixed), language="python", wrap_lines=True)
        fixed = []
        keys, written = [], {}
        for one in options:
            keys.append(one.key)
            written[one.key] = f"`{one.written(problem.activation)}`"
        fragment_key = visit().chosen.get(fragment.line)
        st.radio(
            f"Line {number}",
            keys,
            index=keys.index(fragment_key) if fragment_key in keys else None,
            format_func=written.get,
            key=f"_choice_{fragment.line}",
        )
    st.code("\n".join(fixed), language="python", wrap_lines=True)
    st.form_submit_button("Run it", type="primary", icon=":material/play_arrow:", on_click=_run)
    unanswered.draw("lines", unanswered.CHOOSE)


def _run():
    """Callback: store the choices; a line without choices has only one text."""
    chosen = {line: STATE.get(f"_choice_{line}") for line in LINES}
    visit().n_runs += 1
    unanswered.note("lines", not any(chosen.values()))
    if any(chosen.values()):
        alone = {line: line for line in LINES if len(choices(line, 0)) == 1}
        visit().chosen = {line: key for line, key in chosen.items() if key} | alone


def _say(result):
    first, *others = sentences.said(result)
    say, icon = (st.error, ":material/cancel:") if result.wrong else (st.warning, ":material/help:")
    if result.right:
        say, icon = st.success, ":material/check_circle:"
    say(first, icon=icon)
    for sentence in others:
        st.markdown(sentence)


def _show(result, problem):
    left, right = st.columns(2, gap="medium")
    title = f"{sentences.verdict(result)}: your gradients against numerical ones"
    by_name = {one.name: one for one in result.checks}
    frame = charts.strips([by_name[name] for name in assembled.from_the_output(by_name)])
    with left:
        show(charts.errors_by_tensor(frame, title), "Heat map of relative errors", title, key="_recall_map")
    said = sentences.curve_in_words(result)
    same = result.losses.shape == result.right_losses.shape and (result.losses == result.right_losses).all()
    curves = {BOTH: result.losses} if same else {YOURS: result.losses, RIGHT_ONE: result.right_losses}
    chart = charts.programs(
        _frame(curves), "loss", "The loss while it trains", _COLOURS[same], losses=measures([problem.loss])
    )
    start = "Both start" if len(result.losses) else "It starts"
    with right:
        show(chart, "Line chart of the loss by epoch", said, key="_recall_loss")
        st.caption(
            f"{said}. {start} from this page's weights. An epoch is one step of gradient descent on "
            f"{counted(problem.K, 'example')}, with a learning rate of {assembled.LEARNING_RATE}."
        )


_COLOURS = {
    True: {BOTH: palette.POSITIVE},
    False: {YOURS: palette.NEGATIVE, RIGHT_ONE: palette.NEUTRAL},
}


def _frame(curves):
    parts = [
        pd.DataFrame({"epoch": range(len(losses)), "quantity": "loss", "program": name, "median": losses})
        for name, losses in curves.items()
        if len(losses)
    ]
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(low=frame["median"], high=frame["median"])
