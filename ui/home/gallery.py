"""The gallery: the questions of every page, each with a link to its experiment and a prediction."""

import streamlit as st

from lab.questions.rooms import query, rooms


def draw():
    """Draw every room with its questions."""
    for place, room in zip(_places(len(rooms())), rooms(), strict=True):
        with place:
            st.markdown(f"**{room.about}**")
            for preset in room.questions:
                st.page_link(
                    room.script,
                    label=preset.question,
                    query_params=query(room, preset),
                    icon=":material/science:",
                )
                st.caption(preset.predict)


def _places(n):
    """Return n cells of a grid of two columns, row by row."""
    return [place for _ in range((n + 1) // 2) for place in st.columns(2, gap="large")][:n]
