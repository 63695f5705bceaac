"""A student's link to a problem sheet: the tasks on the page, and nothing that is worked out."""

from visiting import charts, opened, plain, text

from lab.derivation import Problem, derive, sheet


def test_a_students_link_to_a_sheet_shows_the_tasks_and_nothing_else():
    app = opened("pages/derivation.py", {"init_seed": "5", "lock": "1", "open": "", "sheet": "1"})
    assert not app.exception
    problem = Problem(activation="tanh", seed=5)
    tasks, solutions = sheet(problem, derive(problem), "")
    assert tasks.partition("\n\n")[2] in [one.value for one in app.markdown]
    assert plain(app.title[0].value) == "Can you work this out on paper?"
    assert "problem 5" not in text(app)
    for line in solutions.split("\n\n"):
        assert not line.startswith("$$") or line not in text(app).replace(tasks, "")
    assert len(app.latex) == 0
    assert [one.proto.label for one in app.get("download_button")] == ["Problem sheet"]
    assert charts(app) == []


def test_only_a_locked_link_shows_the_sheet_alone():
    app = opened("pages/derivation.py", {"init_seed": "5", "sheet": "1"})
    assert not app.exception
    assert len(charts(app)) > 0
