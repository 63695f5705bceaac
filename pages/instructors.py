"""For instructors: an assignment in five minutes, and what it takes to host the lab."""

import streamlit as st

from ui import instructors
from ui.embed import builder
from ui.frame import shell
from ui.instructors import (
    building,
    counting,
    hosting,
    hunts,
    links,
    marking,
    one_question,
    parts,
    quizzes,
    sheets,
    solving,
)

shell.begin("instructors", instructors.KEYS)
shell.title(
    "What will your class try next week?",
    "Choose the tasks of an assignment; every student gets numbers of their own, and hands in one code.",
)
assignment, hand_ins, in_class, on_paper, embedded, linked, server = parts.tabs()

if assignment.open:
    with assignment:
        building.draw()
        st.subheader("What are the answers?")
        solving.draw()

if hand_ins.open:
    with hand_ins:
        st.subheader("What have they handed in?")
        st.markdown(
            "Every answer is computed again, and every experiment is trained again: nothing in a hand-in is "
            "taken on trust. The table shows the points, the known mistakes behind wrong answers, and which "
            "codes are identical. In a terminal, `python -m lab mark` does the same for up to 2,000 hand-ins."
        )
        marking.draw()

if in_class.open:
    with in_class:
        st.subheader("What does the class think?")
        st.markdown(
            "Ask everybody at once. The answers are counted on this server, without names, and forgotten "
            "after a day. Project them, let neighbours discuss, ask again, and reveal the answer last."
        )
        counting.draw()
        st.subheader("Which bug is hidden?")
        st.markdown(
            "A program with one wrong step, or none, and ten tests that each cost points. The same number "
            "hides the same bug for everyone, so a class can compare its scores."
        )
        hunts.draw()

if on_paper.open:
    with on_paper:
        st.subheader("A sheet for every student?")
        st.markdown(
            "The derivation on paper, as a problem sheet: each student has weights and examples of their "
            "own. A student's link shows the sheet alone. The solutions need your key."
        )
        sheets.draw()
        st.subheader("A quiz in Moodle?")
        st.markdown(
            "The derivation's questions, each in many variants with other numbers, as Moodle XML and GIFT. "
            "If a student's number comes from a known mistake, the feedback says why it is wrong."
        )
        quizzes.draw()

if embedded.open:
    with embedded:
        st.subheader("On a slide, or in your course page?")
        st.markdown(
            "You can put one live element into Moodle, Canvas, slides and notebooks: the experiment of a "
            "link, with up to three controls. Paste the HTML where your page accepts HTML."
        )
        builder.draw(links.base())

if linked.open:
    with linked:
        st.subheader("Only one question, for a lecture?")
        st.markdown(
            "Its link opens the same experiment, with the same numbers, for everybody. Nothing is handed in."
        )
        one_question.draw()
        st.markdown(
            "A locked link shows its question, the switch that trains, and only the controls that you leave "
            "open. Every other setting is fixed. For an experiment of your own, set it up on its page, then "
            "choose **Share**, **Lock the link, for an assignment**. A link from Share ends with a "
            "fingerprint: anyone who opens it sees whether the result came out the same."
        )
        st.subheader("Can they write backward()?")
        st.markdown(
            "**Export**, **Homework (.py)** on a page that trains writes that experiment as one NumPy script "
            "without the body of `backward()`. When it runs, it checks what the student wrote against "
            "central differences, names the layer to look at first, and trains the network once every "
            "derivative agrees."
        )
        st.page_link(
            "pages/decision_boundary.py",
            label="Set up an experiment, and export its homework",
            icon=":material/school:",
        )

if server.open:
    with server:
        st.subheader("Where will it run?")
        st.markdown(
            "On each student's machine, or on one server for all. Visitors with the same experiment share "
            "one training. Trainings take turns, a moment each, so a short one does not wait until a long "
            "one has ended. If you wait for your turn, the page says so."
        )
        st.code(
            "pip install -r requirements.lock\n"
            "streamlit run streamlit_app.py\n"
            "python -m benchmarks.load  # instead: how many visitors its own server can handle at once",
            language="bash",
            wrap_lines=True,
        )
        st.markdown(
            f"{hosting.memory()} The cache of trainings has a size limit, so it does not grow over time. "
            "MNIST comes with the repository; Fashion-MNIST and CIFAR-10 are downloaded on first use. "
            "To print a page, use your browser: sidebar and buttons are left out."
        )
shell.end()
