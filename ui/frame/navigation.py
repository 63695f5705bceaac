"""The navigation: the pages, in sections."""

import pathlib

import streamlit as st

from lab.links.embedded import VIEWS
from ui.frame.visit import address, visit
from ui.training import priority

ROOT = "start"  # the URL path of the default page, which Streamlit serves at the root only
ICON = str(pathlib.Path(__file__).with_name("icon.png"))
PAGES = {  # (name of the script, which is also the path in the address; title; icon)
    "Learn": (
        ("home", "Home", ":material/home:"),
        ("derivation", "Derivation", ":material/function:"),
        ("initialization", "Initialization", ":material/casino:"),
        ("optimization", "Optimization", ":material/trending_down:"),
        ("decision_boundary", "Decision boundaries", ":material/grain:"),
        ("five_students", "Five students", ":material/groups:"),
        ("assignment", "Assignment", ":material/assignment:"),
    ),
    "Verify": (
        ("gradient_check", "Gradient check", ":material/fact_check:"),
        ("bug_lab", "Bug lab", ":material/bug_report:"),
    ),
    "Search": (("sweeps", "Sweeps", ":material/tune:"),),
    "Teach": (
        ("instructors", "For instructors", ":material/school:"),
        ("class_answers", "Answers of a class", ":material/bar_chart:"),
    ),
}


def navigation():
    """Return st.navigation of the pages in their sections; Home is the default. Set the browser's title.

    Set the page icon first: without one, the browser would ask a font server for the navigation's icon.
    """
    st.set_page_config(page_icon=ICON, layout="wide")
    priority.begin(trained_before=visit().trained)
    visit().entered = True
    sections = {section: [_page(*page) for page in pages] for section, pages in PAGES.items()}
    # Streamlit serves the default page at the root only; /home should lead there too
    sections["Learn"].append(st.Page(_to_home, title="Home", url_path="home", visibility="hidden"))
    embedded = st.context.is_embedded and st.query_params.get("view", "").partition(":")[0] in VIEWS
    page = st.navigation(sections, position="hidden" if embedded else "sidebar")
    st.set_page_config(page_title=f"{page.title} · Backprop Lab")
    return page


def _page(page, title, icon):
    home, path = page == "home", f"pages/{page}.py"
    where = {"url_path": ROOT if home else page, "visibility": "hidden" if _unasked(page) else "visible"}
    return st.Page(path, title=title, icon=icon, default=home, **where)


def _unasked(page):
    """Return whether a page is useless to this visitor, because it needs a link that did not open it."""
    if page == "assignment":
        return visit().taken is None and "tasks" not in st.query_params
    return page == "class_answers" and visit().projected is None and "key" not in st.query_params


def _to_home():
    st.switch_page("pages/home.py", query_params=address())
