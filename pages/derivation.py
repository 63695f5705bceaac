"""Derivation: backpropagation, line by line, every number checked on the network of the sidebar."""

import streamlit as st

from lab.derivation import CHAPTERS, derive, sheet
from lab.questions import learn
from ui.derivation import asking, contents, entry, figures, nudging, recall, setup, walkthrough
from ui.frame import shell
from ui.sidebar import lock

shell.begin("derivation", setup.KEYS)
shell.title(
    "Could you write backpropagation from memory?",
    "Every formula stands beside the same formula with the numbers of this network, the shapes, and the line "
    "of code that computes it. Every line that states a number is checked: by a numerical derivative, or by "
    "a second calculation of the same quantity.",
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
asked = lock.control(st.toggle, "Predict first", key="predict", help="A question before each step's numbers.")
shown = asking.revealed(problem, step, asked)
with actions:
    shell.presets(learn.derivation())
    place = {"step": step.key, "predict": str(asked).lower()}
    shell.page_actions(setup.query(problem) | place)

contents.heading(step)
if step.chapter != CHAPTERS[0]:
    figures.network(problem, step, shown)
    walkthrough.notation(problem, step)
    walkthrough.numbers(problem)
if asked and step.asks:
    asking.ask(problem, step)
if shown:
    if step.identity:
        figures.identity(step)
    entry.where_from(problem, step)
    walkthrough.lines(step)
    walkthrough.careful(step)
    nudging.section(problem, step)
contents.moves(steps, step, shown)
recall.offer(problem, steps, step)

st.subheader("Work it yourself")
st.markdown(
    "The same steps on paper, with this network's numbers: give every student another seed, and no two "
    "sheets are alike."
)
tasks, _ = sheet(problem, steps)
name = f"backpropagation-{problem.seed}.md"
st.download_button("Problem sheet", tasks, name, "text/markdown", icon=":material/edit_note:")
with status:
    walkthrough.verified(result)
    done, n = asking.score()
    if n:
        st.caption(f"Your predictions: {done} of {n} right.")
shell.end()
