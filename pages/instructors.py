"""For instructors: an assignment in five minutes, and what it takes to host the lab."""

import streamlit as st

from ui import instructors
from ui.embed import builder
from ui.frame import shell

shell.begin("instructors", (*instructors.KEYS, *builder.KEYS))
shell.title(
    "What will your class try next week?",
    "Choose a question; its link opens the same experiment, with the same numbers, for every student.",
)
instructors.draw_assignment()
st.markdown(
    "A locked link shows its question, the switch that trains, and only the controls that you leave open. "
    "Every other setting is fixed. For an experiment of your own, set it up on its page, then choose "
    "**Share**, **Lock the link, for an assignment**. A link from Share ends with a fingerprint: anyone who "
    "opens it sees whether the result came out the same."
)

st.subheader("On a slide, or in your course page?")
st.markdown(
    "One live element fits into Moodle, Canvas, slides and notebooks: the experiment of a link, and at most "
    "three controls. Paste the HTML where your page takes HTML."
)
builder.draw(instructors.base())

st.subheader("Which bug is hidden?")
st.markdown(
    "A program with one wrong step, or none, and ten tests that each cost points. The same number hides "
    "the same bug for everyone, so a class can compare its scores."
)
instructors.draw_hunt()

st.subheader("A sheet for every student?")
st.markdown(
    "The derivation page works through one small network. Its weights and examples come from a seed. Give "
    "each student a different one, and no two sheets have the same numbers. Only this page "
    "gives the solutions."
)
instructors.draw_sheets()

st.subheader("Can they write backward()?")
st.markdown(
    "**Export**, **Homework (.py)** on a page that trains writes that experiment as one NumPy script "
    "without the body of `backward()`. When it runs, it checks what the student wrote against central "
    "differences, names the layer to begin with, and trains once every derivative agrees."
)
st.page_link(
    "pages/decision_boundary.py",
    label="Set up an experiment, and export its homework",
    icon=":material/school:",
)

st.subheader("Where will it run?")
st.markdown(
    "On each student's machine, or on one server for all. Visitors with the same experiment share one "
    "training. Small trainings share the cores, and large ones take turns. Anyone who has to wait is told so."
)
st.code(
    "pip install -r requirements.lock\n"
    "streamlit run streamlit_app.py\n"
    "python -m benchmarks.load  # in another terminal: how many visitors it can handle at once",
    language="bash",
    wrap_lines=True,
)
st.markdown(
    f"{instructors.memory()} The cache of trainings is bounded, so a long term does not fill it. MNIST comes "
    "with the repository; Fashion-MNIST and CIFAR-10 are downloaded on first use. To print a page, use the "
    "browser: sidebar and buttons stay off the paper."
)
shell.end()
