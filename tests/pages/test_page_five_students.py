"""Five students: their figures among the kept starts, in pictures and in words; every part has its link."""

import csv
from urllib.parse import parse_qs

import pytest
from visiting import charts, frames, home, opened, text

from lab.bugs import BUGS
from lab.published import starts
from lab.published.conclusions import SYSTEMS
from lab.published.parts import parts


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Keep six starts of every published figure, from four points below it to one point above."""
    monkeypatch.setattr(starts, "STARTS_PATH", tmp_path / "starts.csv")
    rows = {}
    for figure in (figure for figures in starts.figures().values() for figure in figures):
        for seed in range(6):
            label, question = starts.parse_start(figure.start).label, figure.replay.question
            same = {"experiment": question, "initializer": label, "seed": seed, "epoch": figure.epoch}
            row = rows.setdefault(tuple(same.values()), dict.fromkeys(starts.COLUMNS, "") | same)
            row |= {figure.name: f"{figure.value + 0.01 * (seed - 4):.4f}", starts.LOST: seed % 2}
    with (tmp_path / "starts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, starts.COLUMNS)
        writer.writeheader()
        writer.writerows(rows.values())
    starts._rows.cache_clear()
    yield
    starts._rows.cache_clear()


PAGE = "pages/five_students.py"
TWO_OF_SIX = "2 of 6 starts reach it, a chance of 33% (95%: 10% to 70%)"


def test_the_two_figures_at_the_edge_stand_among_their_starts_on_the_page_and_on_home(kept):
    for app in (opened(PAGE, {}), home()):
        assert not app.exception
        said = text(app)
        assert f"Published 97.12%: {TWO_OF_SIX}" in said
        assert f"Published 86%: {TWO_OF_SIX}" in said


def test_every_published_figure_is_drawn_as_the_zero_that_its_starts_and_their_median_lie_apart_from(kept):
    app = opened(PAGE, {})
    drawn = [
        frame for chart in charts(app) for frame in frames(chart) if "points" in frame and "kind" in frame
    ]
    by_letter = list(starts.figures().values())
    assert len(drawn) == len(by_letter)
    for frame, figures in zip(drawn, by_letter, strict=True):
        assert frame[frame["kind"] == "median"]["points"].tolist() == pytest.approx([-1.5] * len(figures))
        of_starts = frame[frame["kind"] == "start"]["points"].tolist()
        assert of_starts == pytest.approx([-4.0, -3.0, -2.0, -1.0, 0.0, 1.0] * len(figures))
        for figure, name in zip(figures, dict.fromkeys(frame["figure"]), strict=True):
            assert name == f"{figure.label}: published {100 * figure.value:.{figure.decimals - 2}f}%"


def test_without_kept_starts_the_page_says_how_to_train_them(kept, tmp_path):
    (tmp_path / "starts.csv").unlink()
    starts._rows.cache_clear()
    app = opened(PAGE, {})
    assert not app.exception
    assert "--starts 24" in text(app)


def test_every_part_of_every_coursework_has_its_link():
    app = opened(PAGE, {})
    found = []
    for system in SYSTEMS:
        app.segmented_control(key="_parts").set_value(system.letter).run()
        labels = [link.proto.label for link in app.get("page_link")]
        named = [part.part for part in parts() if part.letter == system.letter]
        assert labels[-len(named) :] == named
        found += named
    assert len(found) == len(parts())


@pytest.mark.slow
def test_what_a_coursework_got_wrong_leads_to_its_bug():
    app = opened(PAGE, {})
    links = [link.proto for link in app.get("page_link") if link.proto.label == "In the bug lab"]
    bugs = [bug for system in SYSTEMS for _, bug in system.wrong if bug]
    assert [parse_qs(link.query_string)["bug"] for link in links] == [[bug.replace("_", " ")] for bug in bugs]
    lab = opened("pages/bug_lab.py", {"bug": bugs[0].replace("_", " ")})
    assert BUGS[bugs[0]].lines()[1] in [block.value for block in lab.code]
