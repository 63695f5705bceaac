"""The builder of an embedded element: the HTML of its frame, and a preview."""

import streamlit as st

from lab.exports import frames
from lab.links.embedded import VIEWS
from lab.links.fields import FIELDS
from lab.links.pages import DERIVATION_FIELDS
from ui.frame.show import show_sentence

KEYS = ("_frame_view", "_frame_link", "_frame_theme", "_frame_width", "_frame_preview")
KEYS += tuple(f"_frame_{what}_{view}" for what in ("open", "height") for view in VIEWS)
OPENABLE = {
    "decision_boundary": (
        *("name", "noise", "hidden_layer_sizes", "activation", "learning_rate"),
        *("l2", "epochs", "init_seed"),
    ),
    "derivation": DERIVATION_FIELDS,
}
FULL_WIDTH = "100%"
WIDTHS = {FULL_WIDTH: "100%", "1000 px": "1000", "700 px": "700", "390 px, a phone": "390"}
MOST_HEIGHT = 3000


def draw(base):
    """Draw the builder; `base` is the app's address, without page and query."""
    left, right = st.columns(2, gap="large")
    with left:
        name = st.selectbox(
            "Element", list(VIEWS), format_func=lambda name: VIEWS[name].label, key="_frame_view"
        )
        view = VIEWS[name]
        link = st.text_input(
            "Link of the experiment",
            key="_frame_link",
            max_chars=20_000,
            placeholder=f"http…/{view.page}?… from Share; empty: the page as it opens",
        )
        beside = ", beside the timeline" if view.has_timeline else ""
        controls = st.multiselect(
            f"Controls, up to {view.room}{beside}",
            OPENABLE[view.page],
            default=list(view.controls),
            format_func=lambda one: FIELDS[one][0],
            max_selections=view.room,
            key=f"_frame_open_{name}",
            placeholder="None",
        )
    with right:
        theme = _choose("Theme", frames.THEMES)
        width = _choose("Width", WIDTHS)
        height = st.number_input(
            "Height in pixels",
            200,
            MOST_HEIGHT,
            view.height,
            10,
            key=f"_frame_height_{name}",
            help="The suggested height fits the element as it opens, in a frame at least 700 pixels wide. In "
            "a narrower frame the element is higher and scrolls.",
        )
    try:
        query = frames.query(link, name, controls, frames.THEMES[theme])
    except ValueError as problem:
        show_sentence(st.error, str(problem), ":material/report:")
        return
    for sentence in frames.left_out(link, name):
        show_sentence(st.info, sentence, ":material/info:")
    address = frames.address(base, name, query)
    st.code(frames.frame(address, name, WIDTHS[width], height), language="html", wrap_lines=True)
    _grows()
    if st.toggle("Preview, as a student sees it", key="_frame_preview"):
        pixels = "stretch" if width == FULL_WIDTH else int(WIDTHS[width])
        st.iframe(address, width=pixels, height=height, alt=f"Preview: {view.label}")


def _choose(label, options):
    """Draw a choice whose default is the first option; return the chosen one."""
    first, key = next(iter(options)), f"_frame_{label.lower()}"
    return st.segmented_control(label, options, default=first, key=key, required=True)


def _grows():
    """Say how the frame can adapt to its element's height, and what the page around it must allow."""
    box = st.expander("Height, and what the page around it must allow", on_change="rerun")
    if not box.open:
        return
    box.markdown(
        "The element sends its height to the page around it. Canvas understands the message in a browser. On "
        "a page of your own, add this script once, and every frame adapts its height. Elsewhere the height "
        "chosen above is used."
    )
    box.code(frames.LISTENER, language="html", wrap_lines=True)
    box.markdown(
        "The page around must allow frames from this address (`frame-src` of its Content-Security-Policy), "
        "and you must have permission to insert `<iframe>` there. If that page is served over https, the lab "
        "must be too. An element needs no cookies."
    )
