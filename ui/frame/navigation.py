"""The navigation: the pages in their sections, and the script of each."""

import pathlib

import streamlit as st

from ui.frame.visit import address, visit
from ui.training import priority

ROOT = "start"  # the URL path of the default page, which Streamlit serves at the root only
ICON = str(pathlib.Path(__file__).with_name("icon.png"))
PAGES = {
    "Learn": (
        ("pages/home.py", "Home", ":material/home:", "home"),
        ("pages/derivation.py", "Derivation", ":material/function:", "derivation"),
        ("pages/initialization.py", "Initialization", ":material/casino:", "initialization"),
        ("pages/decision_boundary.py", "Decision boundaries", ":material/grain:", "decision_boundary"),
        ("pages/instructors.py", "For instructors", ":material/school:", "instructors"),
    ),
    "Verify": (
        ("pages/gradient_check.py", "Gradient check", ":material/fact_check:", "gradient_check"),
        ("pages/bug_lab.py", "Bug lab", ":material/bug_report:", "bug_lab"),
    ),
    "Search": (("pages/sweeps.py", "Sweeps", ":material/tune:", "sweeps"),),
}


def navigation():
    """Return st.navigation of the pages in their sections; Home is the default.

    Set the page icon first: without one, the browser would ask a font server for the navigation's icon.
    """
    st.set_page_config(page_title="Backprop Lab", page_icon=ICON, layout="wide")
    priority.begin(trained_before=visit().trained)
    visit().entered = True
    sections = {
        section: [
            st.Page(
                script, title=title, icon=icon, url_path=url if url != "home" else ROOT, default=url == "home"
            )
            for script, title, icon, url in pages
        ]
        for section, pages in PAGES.items()
    }
    # Streamlit serves the default page at the root only; /home is to lead there too
    sections["Learn"].append(st.Page(_to_home, title="Home", url_path="home", visibility="hidden"))
    return st.navigation(sections)


def _to_home():
    st.switch_page(path("home"), query_params=address())


def path(page):
    """Return the path of a page's script."""
    return next(script for pages in PAGES.values() for script, _, _, url in pages if url == page)
