"""What the gallery draws of one bug, before its tests have run and after."""

import contextlib
import re
from types import SimpleNamespace

import pytest

from data import DataConfig
from lab.bugs import BUGS, DETECTORS
from lab.bugs.detectors import Finding
from lab.links.experiment import Setup
from lab.links.fixed_fields import in_lab
from mlp import TrainConfig
from ui.bug_lab import gallery, trials

KEY = "penalty_not_reported"
BUG, STEPS = BUGS[KEY], BUGS[KEY].steps()


def lab_of(*sizes):
    return Setup(in_lab(DataConfig(n_samples=100), TrainConfig(hidden_layer_sizes=sizes)), 3)


LAB = lab_of(4)


def findings(*caught):
    return {name: Finding(name in caught, f"{name} says so.", {}) for name in DETECTORS}


@pytest.fixture
def page(monkeypatch):
    """What is `drawn`, in order; `ready` and `found` are the tests, `fixing` says whether Fix it is open."""
    page = SimpleNamespace(
        drawn=[], asked=[], styled=[], ready=True, found=findings(*BUG.caught_by), fixing=False
    )

    class Box:
        open = property(lambda box: page.fixing)
        __enter__ = __exit__ = lambda *_: None

    words = ("subheader", "markdown", "info", "warning", "error", "success", "caption", "code")
    st = SimpleNamespace(
        columns=lambda *_, **__: (Box(), Box()),
        container=lambda **_: contextlib.nullcontext(),
        expander=lambda label, **_: page.drawn.append(("expander", label)) or Box(),
        table=lambda styled: page.drawn.append(("table", styled.data)) or page.styled.append(styled),
        **{name: lambda text, name=name, **_: page.drawn.append((name, text)) for name in words},
    )
    monkeypatch.setattr(gallery, "st", st)
    for module, names in (
        (gallery.evidence, ("learning", "error_map", "draw")),
        (gallery.repair, ("offer",)),
    ):
        for name in names:
            monkeypatch.setattr(
                module, name, lambda *what, name=name, **how: page.drawn.append((name, *what, *how.values()))
            )
    monkeypatch.setattr(gallery.trials, "run_tests", lambda *what: page.asked.append(what) or page.ready)
    monkeypatch.setattr(gallery.trials, "verdicts", lambda *what: page.asked.append(what) or page.found)
    return page


def said(page, kind):
    return [one[1] for one in page.drawn if one[0] == kind]


def tinted(styled):
    """The cells of a styled table with a colour."""
    style = styled.to_html().partition("<style")[2].partition("</style>")[0]
    return re.findall(r"#T_\w+?_(row\d+_col\d+)", style)


@pytest.mark.parametrize(
    ("key", "sizes", "sentence"),
    [
        ("mask_forgotten", (), "This bug needs 1 hidden layer to do harm; the network has none."),
        ("mask_of_next_layer", (), "This bug needs 2 hidden layers to do harm; the network has none."),
        ("mask_of_next_layer", (4,), "This bug needs 2 hidden layers to do harm; the network has 1."),
        ("mask_of_next_layer", (4, 4), None),
        ("mask_forgotten", (4,), None),
        ("sawtooth", (), None),
    ],
)
def test_a_bug_that_does_no_harm_in_this_network_says_how_many_layers_it_needs(page, key, sizes, sentence):
    gallery.exhibit(lab_of(*sizes), key)
    assert said(page, "info") == [sentence] * bool(sentence)


def test_while_the_tests_wait_the_curves_and_the_lines_are_there_and_no_verdict(page):
    page.ready = None
    gallery.exhibit(LAB, KEY)
    right, wrong = BUG.lines()
    assert page.drawn == [
        ("subheader", BUG.title),
        ("learning", LAB, KEY, STEPS, trials.WITH, "gallery"),
        ("markdown", "**The wrong line**"),
        ("code", wrong),
        ("expander", "The right line"),
        ("code", right),
    ]
    assert page.asked == [(LAB, KEY, STEPS)]


def test_a_bug_is_drawn_with_its_map_its_verdict_its_tests_and_the_evidence_of_one(page):
    gallery.exhibit(LAB, KEY)
    drawn = [one for one in page.drawn if one[0] in ("learning", "error_map", "draw", "offer")]
    assert drawn == [
        ("learning", LAB, KEY, STEPS, trials.WITH, "gallery"),
        ("error_map", LAB, KEY, STEPS, "gallery"),
        ("draw", "step_sweep", LAB, KEY, STEPS, trials.WITH, "gallery"),
    ]
    told = f"**A gradient check finds it. gradient_check says so.** {BUG.why} {BUG.gives_away}"
    assert told in said(page, "markdown")
    assert said(page, "warning") == []
    (table,) = said(page, "table")
    titles = [DETECTORS[name].title for name in DETECTORS if name in BUG.caught_by]
    assert table.index[:4].tolist() == titles
    assert len(table) == 10
    assert "Ten tests, run just now on this program. None of them knows which line was changed." in said(
        page, "markdown"
    )
    assert tinted(page.styled[0]) == [f"row{row}_col0" for row in range(4)], "the verdicts of four tests"
    page.fixing = True
    page.drawn.clear()
    gallery.exhibit(LAB, KEY)
    assert [one for one in page.drawn if one[0] == "offer"] == [("offer", LAB, KEY, KEY)]


def test_where_the_tests_say_otherwise_the_claim_is_told_as_a_claim(page):
    page.found = findings("schedule", "step_sweep")
    gallery.exhibit(LAB, KEY)
    told = next(text for text in said(page, "markdown") if BUG.why in text)
    assert told.endswith(f"{BUG.why} (How you can see it: {BUG.gives_away})")
    claimed = "gradient check, by layer; the check at many steps h; the penalty's gradient alone; reported "
    assert said(page, "warning") == [
        f"Elsewhere this bug is found by: {claimed}figures, recounted. On this network the tests say "
        "otherwise."
    ]
    assert [one[1] for one in page.drawn if one[0] == "draw"] == ["schedule"], "of two, the rate is drawn"
    page.drawn.clear()
    page.found = findings(*BUG.caught_by, "schedule")
    gallery.exhibit(LAB, KEY)
    assert len(said(page, "warning")) == 1, "found by one test more than is claimed"
    page.drawn.clear()
    page.found = findings()
    gallery.exhibit(LAB, KEY)
    assert [one for one in page.drawn if one[0] == "draw"] == []


def test_the_verdicts_as_csv_are_those_of_this_bug(page):
    lines = gallery.as_csv(LAB, KEY).splitlines()
    assert lines[0] == "test,verdict,what it says"
    assert lines[1] == '"Gradient check, by layer",● finds it,gradient_check says so.'
    assert lines[-1] == "Softmax of large logits,–,large_logits says so."
    assert page.asked == [(LAB, KEY, STEPS)]


@pytest.fixture
def tested(page, monkeypatch):
    """The page on which every test has been run on every bug, with the result `measured`."""
    page.measured, page.bars = {key: set(bug.caught_by) for key, bug in BUGS.items()}, []
    gallery.st.button = lambda label, **_: page.drawn.append(("button", label)) or page.clicked
    page.clicked = True
    monkeypatch.setattr(gallery, "_test_all", lambda lab: ("all tests of", lab))
    monkeypatch.setattr(gallery.trials, "seconds_of_tests", lambda lab: 4.0)
    monkeypatch.setattr(gallery.progress, "Progress", lambda *what: page.bars.append(what) or "bar")
    monkeypatch.setattr(gallery.progress, "follow", lambda *what: page.asked.append(what) or page.measured)
    return page


def test_the_table_of_all_bugs_is_the_expected_one_until_the_tests_are_run(tested):
    tested.clicked = False
    gallery.matrix(LAB)
    assert (tested.asked, tested.bars) == ([], [])
    (table,) = said(tested, "table")
    assert table.index.tolist() == [bug.title for bug in BUGS.values()]
    assert table.columns.tolist() == [test.column for test in DETECTORS.values()]
    for bug in BUGS.values():
        marked = [name for name, test in DETECTORS.items() if table.loc[bug.title, test.column]]
        assert marked == [name for name in DETECTORS if name in bug.caught_by]
    assert len(tinted(tested.styled[0])) == sum(len(bug.caught_by) for bug in BUGS.values())
    assert said(tested, "success") == said(tested, "error") == []


def test_all_tests_are_run_on_all_bugs_with_their_estimate_and_agree_with_the_table(tested):
    gallery.matrix(LAB)
    n = len(BUGS)
    assert tested.bars == [("all tests", LAB.experiment, n / 2 * 4.0)], "half of it is the right program's"
    assert tested.asked == [(("all tests of", LAB), "bar", "Testing")]
    assert said(tested, "success") == [f"Run just now: {n} bugs, 10 tests each; all agree with the table."]
    assert said(tested, "error") == []
    tested.drawn.clear()
    tested.measured = {key: tested.measured[key] for key in list(BUGS)[:3]}
    gallery.matrix(LAB)
    assert said(tested, "success") == ["Run just now: 3 bugs, 10 tests each; all agree with the table."]


def test_where_a_bug_is_found_by_more_or_by_fewer_tests_than_the_table_says_it_is_named(tested):
    first, second, *_ = BUGS
    tested.measured[first] = tested.measured[first] | {"schedule"}
    gallery.matrix(LAB)
    told = "On this network the table is wrong about:"
    assert said(tested, "error") == [f"{told} {BUGS[first].title}."]
    assert said(tested, "success") == []
    tested.drawn.clear()
    tested.measured[second] = set()
    gallery.matrix(LAB)
    assert said(tested, "error") == [f"{told} {BUGS[first].title}; {BUGS[second].title}."]


def test_a_bug_is_chosen_by_its_key_in_words(monkeypatch):
    asked = []

    def control(widget, label, options, key, width):
        asked.append((widget, label, options, key))
        return options[-1]

    monkeypatch.setattr(gallery.lock, "control", control)
    assert gallery.choose() == list(BUGS)[-1]
    ((widget, label, options, key),) = asked
    assert (widget, label, key) == (gallery.st.selectbox, "Bug", "bug")
    assert options[:2] == ["mean taken twice", "divided twice"]
    assert len(options) == len(BUGS)
