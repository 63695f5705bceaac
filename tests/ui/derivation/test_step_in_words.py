"""How a step's formulas, checks and numbers are written: the size of formulas, marks, and entries."""

from types import SimpleNamespace

import numpy as np
import pytest

from lab.derivation import CHAPTERS, Problem, derive
from lab.derivation.evidence import COMPLEX, Claim
from ui.derivation import entry, figures, recall, walkthrough


@pytest.mark.parametrize(
    ("n", "size"),
    [
        (48, ""),
        (49, r"\small "),
        (58, r"\small "),
        (59, r"\footnotesize "),
        (75, r"\footnotesize "),
        (76, r"\scriptsize "),
    ],
)
def test_longer_formulas_are_smaller(n, size):
    assert walkthrough.sized("1" * n) == size + "1" * n


def claim(analytic, numeric=1.0):
    return Claim("it", np.array(analytic), np.array(numeric))


def test_a_check_is_green_with_its_error_red_where_it_disagrees_and_exact_without_one():
    assert walkthrough.mark(None) == "states no number"
    assert walkthrough.mark(claim(1.0)) == f":green[:material/check: exact] ({COMPLEX})"
    near, far = walkthrough.mark(claim(1 + 2e-12)), walkthrough.mark(claim(1.5))
    assert near.startswith(":green[:material/check: 1e-12]") or near.startswith(
        ":green[:material/check: 2e-12]"
    )
    assert far.startswith(":red[:material/close: disagrees by ")
    assert far.endswith(f"({COMPLEX})")


@pytest.mark.parametrize(
    ("code", "is_long"), [("", False), ("a\nb", False), ("a\nb\n", False), ("a\nb\nc", True)]
)
def test_code_of_more_than_two_lines_does_not_fit_beside_a_step(code, is_long):
    assert walkthrough._is_long(code) == is_long


def test_the_safe_form_stands_beside_the_naive_one_which_is_marked_where_it_differs(monkeypatch):
    tables, inf = [], float("inf")
    monkeypatch.setattr(walkthrough.st, "table", tables.append)
    values = {
        "inputs": np.array([[0.0, 1.0], [-0.0, 800.0]]),
        "naive": np.array([0.5, inf]),
        "careful": np.array([0.5, 800.0]),
        "exact": np.array([0.5 * (1 + 1e-12), 800.0]),
    }
    walkthrough.careful(SimpleNamespace(values=values))
    (table,) = tables
    assert table.index.tolist() == ["0, 1", "0, 800"]
    assert table["as on paper"].tolist() == ["0.5 ✓", "inf ✗"]
    assert table["in the code"].tolist() == ["0.5", "800"]
    assert table["exact"].tolist() == ["0.5", "800"]
    walkthrough.careful(SimpleNamespace(values=values | {"other": 1}))
    walkthrough.careful(SimpleNamespace(values={"inputs": 1, "naive": 1}))
    assert len(tables) == 2


def test_the_only_entry_is_written_out_without_a_choice(monkeypatch):
    written = []
    monkeypatch.setattr(entry.st, "selectbox", lambda *_, **__: pytest.fail("nothing to choose"))
    monkeypatch.setattr(entry.st, "latex", written.append)
    claims = {"c": SimpleNamespace(analytic=np.array([0.375]))}
    entry.written_out(
        SimpleNamespace(
            key="k",
            main="c",
            claims=claims,
            symbol=lambda at: f"c_{at[0]}",
            entry=lambda at: "3 / 8",
            relation=lambda value: r"\approx",
        )
    )
    assert written == [r"c_0 = 3 / 8 \approx 0.375"]


def test_a_chosen_entry_is_written_out_with_its_own_number(monkeypatch):
    written, offered = [], []

    def selectbox(label, places, **_):
        offered.append(list(places))
        return "2, 3"

    monkeypatch.setattr(entry.st, "selectbox", selectbox)
    monkeypatch.setattr(entry.st, "latex", written.append)
    step = SimpleNamespace(key="step", main="W", claims={"W": claim([[1.0, 2.0, 3.0], [4.0, 5.0, 0.125]])})
    step.symbol, step.entry = (lambda index: f"W_{index}"), (lambda index: f"x_{index}")
    step.relation = lambda value: r"\approx"
    entry.written_out(step)
    assert offered == [["1, 1", "1, 2", "1, 3", "2, 1", "2, 2", "2, 3"]]
    assert written == [r"W_(1, 2) = x_(1, 2) \approx 0.125"]
    for name in ("entry", "symbol"):
        entry.written_out(SimpleNamespace(**{**vars(step), name: None}))
    assert len(written) == 1


def test_an_edge_says_what_it_passes_on():
    labels = {"x": "x₁", "h": "h₁"}
    weight = SimpleNamespace(source="x", target="h", weight=0.12345, local=0.12345, gradient=-2.5)
    slope = SimpleNamespace(source="x", target="h", weight=None, local=0.75, gradient=None)
    assert figures._edge(weight, labels, 0.5, False) == "x₁ → h₁: weight 0.123"
    assert figures._edge(slope, labels, 0.5, False) == "x₁ → h₁: slope 0.75"
    passed = "x₁ → h₁: gradient passed back 0.5"
    assert figures._edge(weight, labels, 0.5, True) == f"{passed}; weight 0.123, ∂L/∂weight -2.5"
    assert figures._edge(slope, labels, 0.5, True) == passed


@pytest.mark.parametrize(("ends", "first", "last"), [((-1.0, 1.0), -1, 1), ((2.0, 2.0), 2, 2.5)])
def test_both_sides_are_drawn_over_the_range_but_for_the_kinks_and_their_difference_is_said(
    monkeypatch, ends, first, last
):
    drawn = []
    monkeypatch.setattr(figures.st, "slider", lambda *_, **__: ends)
    monkeypatch.setattr(figures.st, "columns", lambda *_, **__: [Column(), Column()])
    monkeypatch.setattr(figures.charts, "curves", lambda frame, title, y: drawn.append((frame, title)))
    monkeypatch.setattr(figures, "show", lambda *_, **__: None)
    it = SimpleNamespace(
        kinks=(0.0,), left=np.abs, right=lambda x: np.abs(x) + 0.0091 * (x > 1.2), derivative=np.sign,
        numeric=lambda x: np.sign(x) + 2.3e-9 * (x > 0.9),
    )  # fmt: skip
    figures.identity(SimpleNamespace(key="step", identity=it))
    (sides, title), (slopes, of_slopes) = drawn
    x = sides.loc[sides["name"] == "left side", "x"]
    assert (x.min(), x.max()) == (first, last)
    assert len(x) == figures.N_POINTS - (first < 0 < last)
    assert not (x == 0).any()
    assert title == f"Both sides: they {'are identical' if last == 1 else 'differ by 1e-02 at most'}"
    assert of_slopes == "The derivative: they differ by 3e-09 at most"
    assert set(slopes["name"]) == {"formula", "numerical"}


def test_a_side_that_is_a_constant_is_drawn_over_the_whole_range(monkeypatch):
    drawn, asked = [], []
    monkeypatch.setattr(figures.st, "slider", lambda label, *limits, key: asked.append(limits) or (-1.0, 1.0))
    monkeypatch.setattr(figures.st, "columns", lambda *_, **__: [Column(), Column()])
    monkeypatch.setattr(figures.charts, "curves", lambda frame, title, y: drawn.append((frame, title)))
    monkeypatch.setattr(figures, "show", lambda *_, **__: None)
    it = SimpleNamespace(
        kinks=(), left=lambda x: 2.0, right=lambda x: 2 + 0 * x, derivative=lambda x: 0, numeric=np.zeros_like
    )
    figures.identity(SimpleNamespace(key="step", identity=it))
    assert asked == [(-20.0, 20.0, (-4.0, 4.0), 0.5)]
    for (frame, title), value in zip(drawn, (2, 0), strict=True):
        assert len(frame) == 2 * figures.N_POINTS
        assert (frame["y"] == value).all()
        assert title.endswith(": they are identical")


class Column:
    """A column of a page that is not drawn."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


def test_backward_is_written_from_memory_below_the_last_step_of_backpropagation():
    steps = derive(Problem())
    keys = [step.key for step in steps if step.chapter == CHAPTERS[2]]
    assert recall.home(steps) == keys[-1] != keys[0]
