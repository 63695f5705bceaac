"""A part of the page that was closed has the values of its inputs when it is opened again."""

import ast
import inspect

import pytest
from test_architecture import ROOT

from ui import instructors
from ui.embed import builder
from ui.instructors import class_list, one_question, quizzes, subject, unlocking

INPUTS = ("checkbox", "multiselect", "number_input", "segmented_control", "selectbox", "slider", "text_input")
FORGOTTEN = {
    "_title_": "the assignment has its title",
    "_assignment_link": "the button opens it, and it is done",
    "_class_column_": "the visit keeps it with its file",
}


def keys_of_inputs(module):
    """The keys of a module's inputs as they are written, up to what differs from one to the next."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in (*INPUTS, "toggle"):
            (key,) = [one.value for one in node.keywords if one.arg == "key"]
            first = key.values[0] if isinstance(key, ast.JoinedStr) else key
            if isinstance(first, ast.Constant):
                yield first.value, isinstance(key, ast.JoinedStr)


MODULES = dict.fromkeys((*instructors.DRAWN, class_list, subject, unlocking))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_input_is_among_the_keys_whose_values_are_kept(module):
    assert (ROOT / f"{module.__name__.replace('.', '/')}.py").is_file()
    for key, several in keys_of_inputs(module):
        kept = [one for one in instructors.KEYS if one == key or (several and one.startswith(key))]
        assert kept or key in FORGOTTEN, key


def test_the_inputs_of_each_page_chapter_and_view_are_kept_apart():
    kept = set(instructors.KEYS)
    assert len(kept) == len(instructors.KEYS)
    assert kept >= {f"_quiz_steps_{number}" for number in range(len(quizzes.CHAPTERS))}
    pages = {room.page for room in one_question.rooms()}
    assert kept >= {f"{start}{page}" for start in ("_left_open_", "_open_task_") for page in pages}
    assert kept >= {
        f"{start}{view}" for start in ("_frame_open_", "_frame_height_") for view in builder.VIEWS
    }
    assert kept >= {"_units_1", "_units_64", "_on_circles", "_frame_theme", "_frame_width"}
