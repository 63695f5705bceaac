"""Bug lab: bugs of the kind found in coursework and teaching tools, and which tests find them."""

import streamlit as st

from lab.bugs import BUGS, program
from lab.links.pages import MODES
from lab.questions.verify import BUG_LAB
from ui.bug_lab import answering, gallery, hunt
from ui.frame import shell
from ui.sidebar import lock

shell.begin("bug_lab", (*gallery.KEYS, *hunt.KEYS, "epoch"))
shell.title(
    "The network learns. Is the program right?",
    f"{len(BUGS)} bugs of the kind found in published coursework and teaching tools, planted one at a time "
    "in a program that trains on this server. Most of the programs still learn; only the right test shows "
    "the bug.",
)
mode = lock.control(st.segmented_control, "Mode", MODES["bug_lab"], key="mode", label_visibility="collapsed")
try:
    if mode == "Hunt":
        with st.container(horizontal=True, vertical_alignment="bottom"):
            number = hunt.number()
            hunt.share(number)
        hunt.hunt_down(number, hunt.lab_of(number))
    else:
        lab, problems = shell.read(gallery.sidebar)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            key = gallery.choose()
            shell.presets(BUG_LAB, given=answering)
            shell.actions(
                lab,
                lambda: gallery.as_csv(lab, key),
                label="Verdicts (.csv)",
                file_name="backprop-lab-verdicts.csv",
                explained="What each test says about this bug, and whether it finds it.",
            )
        for problem in problems:
            shell.show_sentence(st.warning, problem, ":material/report:")
        gallery.exhibit(lab, key)
        gallery.matrix(lab)
except ValueError as problem:
    shell.show_sentence(st.error, str(problem), ":material/report:")

shell.code(program.differentiate, program.train, label="Code: the program that the bugs are planted in")
shell.end()
