"""A page that consists of its script and its line in the navigation: nothing else knows its name."""

import shutil

import pytest
from streamlit.testing.v1 import AppTest
from visiting import ENTRY, choose_question, hold, press, sentences, shared, text, widget

from lab.links import reader
from ui.frame import navigation

pytestmark = pytest.mark.usefixtures("no_timeline")

SCRIPT = """
import streamlit as st

from lab.questions import learn
from mlp import losses
from ui.frame import shell
from ui.sidebar import controls, lock

shell.begin("made_up", controls.KEYS)
shell.title("Is this a page?", "It is made up.")
setup, problems = shell.read(controls.sidebar)
shell.presets(learn.DECISION_BOUNDARY)
for problem in problems:
    st.warning(problem)
st.markdown(f"It would train {setup.experiment.train.epochs} epochs.")
shell.code(losses.softmax)
shell.actions(setup, "a,b")
shell.end()
"""


@pytest.fixture
def entry(tmp_path, monkeypatch):
    """The entry script of an app with this page besides ours."""
    shutil.copytree(ENTRY.parent / "pages", tmp_path / "pages")
    (tmp_path / "pages" / "made_up.py").write_text(SCRIPT)
    shutil.copy(ENTRY, tmp_path)
    added = ("made_up", "Made up", ":material/star:")
    monkeypatch.setitem(navigation.PAGES, "Search", (*navigation.PAGES["Search"], added))
    return tmp_path / ENTRY.name


@pytest.mark.slow
def test_a_page_needs_its_script_and_its_line_in_the_navigation_alone(entry):
    app = AppTest.from_file(str(entry), default_timeout=60).run()
    for page in ("decision_boundary", "made_up", "home", "made_up", "sweeps", "made_up"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        assert sentences(app) == []
    assert app.title[0].value == "Is this a page?"
    assert "It would train 50 epochs." in text(app)
    hold(app, epochs=20)
    assert "It would train 20 epochs." in text(app)
    choose_question(app, "Can it follow a spiral?")
    assert (widget(app, "name").value, widget(app, "epochs").value) == ("spirals", 100)
    assert shared(app)["name"] == "spirals"
    press(app, "Reset")
    assert not app.exception
    assert (widget(app, "name").value, widget(app, "epochs").value) == ("circles", 50)


def test_its_links_are_read_in_the_browser_locked_and_in_the_terminal(entry):
    app = AppTest.from_file(str(entry), default_timeout=60).switch_page("pages/made_up.py")
    for name, value in {"epochs": "7", "noise": "0.3", "lock": "1", "open": "epochs"}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert "It would train 7 epochs." in text(app)
    hold(app, epochs=10)
    press(app, "Reset")
    assert "It would train 7 epochs." in text(app), "as the link says"
    assert reader.read("http://lab/made_up?epochs=7&noise=0.3").experiment.data.noise == 0.3
