"""A bug is mended: the wrong line, then the right one; in a hunt, once it is found."""

import string

import pytest
from visiting import charts, go, hold, opened, plain, press, sentences, text

from lab.bugs import BUGS, repair
from lab.bugs.hunt import NONE, hunt
from ui.training import confirm

KEY = "mask_forgotten"
QUICK = {"n_samples": "300", "epochs": "1", "hidden_layer_sizes": "3,3", "bug": KEY.replace("_", " ")}


def mend(app, step, key):
    """Choose a line and what to put there, and run."""
    fragments = [one.key for one in repair.fragments(step, BUGS[KEY].number)]
    app = hold(app, **{f"_mend_{KEY}": step})
    app = hold(app, **{f"_put_{KEY}_{step}": string.ascii_uppercase[fragments.index(key)]})
    return press(app, "Repair and run")


@pytest.mark.slow
def test_a_bug_is_mended_and_a_wrong_repair_is_told_what_it_leaves_wrong():
    app = opened("pages/bug_lab.py", QUICK)
    app.session_state["_fix"] = True
    app = mend(go(app), "mean", "right")
    assert "mean was right as it was, so the bug is still there. Look at another line." in sentences(app)
    assert "Gradient check, by layer: " in text(app)
    app = mend(app, "slope", "right")
    assert [one.value for one in app.success if "Repaired" in one.value] == ["Repaired. All 10 tests pass."]
    start = "Last reported loss: your repair "
    ends = next(plain(one.value) for one in app.caption if one.value.startswith(start))
    ours, right = ends.removesuffix(" (median).").split("; ")
    assert ours.removeprefix(start) == right.removeprefix("the right program ")
    assert any(start in chart.proto.alt for chart in charts(app))


def test_in_a_hunt_it_is_offered_once_the_bug_is_found_and_never_where_there_is_none(monkeypatch):
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", 0.0)  # no work is needed
    monkeypatch.setattr(confirm, "ASK_TO_COMPUTE_ABOVE", 0.0)
    with_bug = next(n for n in range(1, 50) if hunt(n).answer == KEY)
    without = next(n for n in range(1, 50) if hunt(n).answer == NONE)
    cases = ((with_bug, "order", False), (with_bug, "solved", True), (without, "solved", False))
    for number, played, offered in cases:
        query = {"mode": "Hunt", "hunt": str(number), "played": f"{number}:{played}"}
        assert ("Which line is wrong" in text(opened("pages/bug_lab.py", query))) == offered
