"""Derivation: backpropagation, line by line, every number checked on the network of the sidebar."""

import streamlit as st

from lab.derivation import CHAPTERS, derive
from lab.questions.derive import DERIVATION
from ui.derivation import (
    asking,
    contents,
    embedded,
    entry,
    fading,
    figures,
    nudging,
    recall,
    setup,
    sheets,
    walkthrough,
)
from ui.embed import element
from ui.frame import shell
from ui.sidebar import lock
from ui.tasks import box

DRAWN = figures, entry, nudging, recall

shell.begin("derivation", (*setup.KEYS, *(key for one in DRAWN for key in one.KEYS)))
element.alone(embedded.draw)
sheets.alone(setup.sidebar)
shell.title(
    "Could you write backpropagation from memory?",
    "Next to every formula is the same formula with this network's numbers, the shapes, and the line of code "
    "that computes it. Every line that states a number is checked by a numerical derivative or by a second "
    "calculation of the same quantity; the number after ✓ is their relative difference.",
)
problem, problems = shell.read(setup.sidebar)
actions = st.container(horizontal=True)
for sentence in problems:
    shell.show_sentence(st.warning, sentence, ":material/report:")
status = st.container()
with status:
    result = walkthrough.checked(problem)
if result is None:
    shell.end()
    st.stop()
steps = derive(problem)
step = contents.choose(steps)
with st.container(horizontal=True, vertical_alignment="bottom"):
    help_ = "Asks a question before it shows a step's numbers."
    asked = lock.control(st.toggle, "Predict first", key="predict", help=help_)
    lines = fading.choose()
shown = asking.revealed(problem, step, asked)
open_numbers = fading.open_numbers(problem, step) if shown else ()
with actions:
    shell.presets(DERIVATION)
    place = {"step": step.key, "predict": str(asked).lower(), "lines": lines}
    shell.page_actions(setup.query(problem) | place)

contents.heading(step)
if step.chapter != CHAPTERS[0]:
    figures.network(problem, step, shown, open_numbers)
    walkthrough.notation(problem, step)
    walkthrough.numbers(problem)
if asked and step.asks and not box.asks_step():
    asking.ask(problem, step)
if shown:
    if step.identity:
        figures.identity(step)
    matrices = st.container()  # they could give away a line that is left out
    shown = walkthrough.lines(step, fading.left_out(problem, step), open_numbers)
if shown:
    with matrices:
        entry.where_from(problem, step)
    walkthrough.careful(step)
    nudging.section(problem, step)
contents.moves(steps, step, shown)
recall.offer(problem, steps, step)

with status:
    asking.tell_score()
    if result.failed:
        walkthrough.verified(result)
if not result.failed:
    walkthrough.verified(result)
sheets.downloads(problem)
shell.end()
