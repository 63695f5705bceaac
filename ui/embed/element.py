"""An embedded element as a page: sentences about its link, the element, and a link to the whole page."""

import streamlit as st

from ui.frame import address, assets, invisible, shell
from ui.frame.show import show_sentence
from ui.frame.visit import visit
from ui.sidebar import lock

HEIGHT = assets.text(__file__, "height.js")
_height = st.components.v2.component("backprop_lab_height", js=HEIGHT)


def alone(draw):
    """Draw the element that an embedded link asks for and stop the script; return if the link asks for none.

    `draw(asked)` draws the element of a `lab.links.embedded.Asked` and returns the query of the same
    experiment on the whole page. The message of a ValueError is shown.
    """
    tab = visit()
    asked = tab.embedded.get(tab.page)
    if asked is None:
        return
    for problem in (*tab.link_problems, *asked.problems):
        show_sentence(st.warning, problem, ":material/link_off:")
    place, query = st.container(), {}
    try:
        query = draw(asked)
    except ValueError as problem:
        show_sentence(st.error, str(problem), ":material/report:")
    with place:
        for problem in lock.problems():
            show_sentence(st.warning, problem, ":material/lock:")
    link = address.page_link(query)
    st.link_button("Open in the lab", link, icon=":material/open_in_new:", type="tertiary")
    with invisible.place("height"):
        _height(key="_height")
    shell.end()
    st.stop()
