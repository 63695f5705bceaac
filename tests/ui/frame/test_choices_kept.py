"""What a visitor has chosen on a page is there when the page is opened again within a visit.

The inputs are found in the code; what is kept is what each page tells the frame.
"""

import ast
import collections
import functools
import pathlib
import runpy

import pytest
from test_architecture import ROOT

from ui.frame import shell
from ui.frame.visit import Visit

INPUTS = {
    *("checkbox", "multiselect", "number_input", "pills", "radio", "segmented_control", "select_slider"),
    *("selectbox", "slider", "text_area", "text_input", "toggle"),
}
FORGOTTEN = {
    "_asked_first": "the visit has the answer",
    "_assignment_link": "the button opens it, and it is done",
    "_choice_": "it is in a form; what was sent is kept in the visit",
    "_class_column_": "its file is forgotten too",
    "_depth": "it follows the hidden layers",
    "_guess_": "it is in a form; what was sent is kept in the visit",
    "_held_": "it follows the values of the features held fixed",
    "_later_rates": "it follows the learning rate",
    "_left_open": "it makes one link",
    "_locking": "it makes one link",
    "_pasted_table": "what was pasted is the data",
    "_points_": "the assignment has its points",
    "_preset_": "the visit has the answer",
    "_saved_number": "its file is forgotten too",
    "_shown_": "the assignment has what is shown",
    "_sure_": "it is in a form; what was sent is kept in the visit",
    "_table_": "its file is forgotten too",
    "_tolerance_": "the assignment has its tolerances",
    "_title_": "the assignment has its title",
    "_width": "it follows the hidden layers",
}
FILES = [*sorted((ROOT / "ui").rglob("*.py")), *sorted((ROOT / "pages").glob("*.py"))]
TREES = {path: ast.parse(path.read_text()) for path in FILES}


def texts_of(expression, path, function, depth=0):
    """What a key's expression is, up to what differs from one input to the next; "" if that is unknown."""
    if isinstance(expression, ast.Constant):
        return {expression.value}
    if isinstance(expression, ast.JoinedStr):
        first = expression.values[0]
        return {first.value} if isinstance(first, ast.Constant) else set()
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name):
        returned = [
            (one.value, defined)
            for defined in ast.walk(TREES[path])
            if isinstance(defined, ast.FunctionDef) and defined.name == expression.func.id
            for one in ast.walk(defined)
            if isinstance(one, ast.Return)
        ]
        return set().union(*(texts_of(value, path, defined) for value, defined in returned))
    if not isinstance(expression, ast.Name) or depth > 2:
        return set()
    found = set()
    for scope in (function, TREES[path]):
        for one in ast.walk(scope):
            if isinstance(one, ast.Assign):
                targets, values = one.targets, [one.value]
                if isinstance(targets[0], ast.Tuple) and isinstance(one.value, ast.Tuple):
                    targets, values = targets[0].elts, one.value.elts
                for target, value in zip(targets, values, strict=False):
                    if getattr(target, "id", "") == expression.id:
                        found |= texts_of(value, path, scope, depth + 1)
    arguments = [one.arg for one in function.args.args] if isinstance(function, ast.FunctionDef) else []
    if expression.id in arguments:
        place = arguments.index(expression.id)
        for caller, inside, call in calls():
            named = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if named == function.name and len(call.args) > place:
                found |= texts_of(call.args[place], caller, inside, depth + 1)
    return found


@functools.cache
def calls():
    """Every call in the code: its file, the function around it, and the call."""
    found = []

    def below(node, path, function):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                found.append((path, function, child))
            below(child, path, child if isinstance(child, ast.FunctionDef) else function)

    for path, tree in TREES.items():
        below(tree, path, tree)
    return found


@functools.cache
def inputs():
    """{private key: the files with an input that has it}; of several inputs, what their keys begin with."""
    found = collections.defaultdict(set)
    for path, function, call in calls():
        drawn = {getattr(part, "attr", "") for part in (call.func, *call.args)}
        key = next((one.value for one in call.keywords if one.arg == "key"), None)
        if drawn & INPUTS and key:
            for text in texts_of(key, path, function):
                found[text].add(path)
    return {key: paths for key, paths in found.items() if key.startswith("_")}


class Begun(Exception):
    pass


@pytest.fixture
def kept(monkeypatch):
    """{page: the keys of its widgets that it tells the frame}."""
    told = {}

    def begin(page, keys=()):
        told[page] = keys
        raise Begun

    monkeypatch.setattr(shell, "begin", begin)
    for path in sorted((ROOT / "pages").glob("*.py")):
        with pytest.raises(Begun):
            runpy.run_path(str(path))
    assert set(told) == {path.stem for path in (ROOT / "pages").glob("*.py")}
    return told


def test_every_choice_is_kept_or_has_a_reason_not_to_be(kept):
    every, keys = {key for page in kept.values() for key in page}, inputs()
    assert {"_image", "_edges", "_inside", "_parts", "_recall", "_unit", "_range_", "_want_"} <= set(keys)

    def is_kept(key):
        begins = [one for one in every if one.endswith("_") and key.startswith(one)]
        several = [one for one in every if key.endswith("_") and one.startswith(key)]
        return key in every or begins or several

    lost = {key for key in keys if not is_kept(key)}
    assert lost == {key for key in lost if any(key.startswith(one) for one in FORGOTTEN)}
    assert {one for one in FORGOTTEN if not any(key.startswith(one) for key in lost)} == set()


def test_no_two_modules_have_an_input_with_the_same_key():
    """What a page has left in the session would become the value of another page's input."""
    shared = {key: paths for key, paths in inputs().items() if len(paths) > 1}
    assert shared == {}, {key: [pathlib.Path(path).name for path in paths] for key, paths in shared.items()}


def test_a_key_that_ends_with_an_underscore_stands_for_all_that_begin_with_it():
    tab = Visit(keys=("noise", "_by", "_range_"))
    state = dict.fromkeys(
        ["noise", "noise_seed", "_by", "_by_seed", "_range_relu", "_range_", "_ranges", "x"]
    )
    assert tab.own_keys(state) == ["noise", "_by", "_range_relu", "_range_"]
    assert Visit(keys=("noise",)).own_keys({"_by": 1, "noise": 2}) == ["noise"]
    assert Visit().own_keys({"_by": 1}) == []
