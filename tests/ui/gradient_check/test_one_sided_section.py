"""The one-sided test on the page: of which plan its result is."""

from types import SimpleNamespace

from lab.gradient_check.plan import Plan
from lab.published import one_sided as lab_one_sided
from ui.gradient_check import one_sided


def test_another_group_of_parameters_another_network_and_another_check_have_results_of_their_own(monkeypatch):
    names, asked = [], []
    monkeypatch.setattr(one_sided, "cache", lambda: SimpleNamespace(speed=2.0))
    monkeypatch.setattr(one_sided, "key", lambda plan, subject: (plan.experiment, subject.name))
    monkeypatch.setattr(one_sided.checks, "sides_sample", lambda plan, subject: range(7))
    monkeypatch.setattr(
        one_sided.progress,
        "result",
        lambda name, steps, seconds, *_: (names.append(name), asked.append(seconds)),
    )
    for name, group in (("a", "all"), ("a", "W1"), ("b", "all"), ("a", "all")):
        subject = SimpleNamespace(name=name, seconds=lambda n, speed: n * speed)
        one_sided.flagged(Plan("an experiment", 16, "central", 1e-5, "float64", group), subject)
    assert len(set(names)) == 3
    assert names[0] == names[3]
    assert asked == [2 * 7 * 2.0] * 4, "at two steps, for each derivative of the sample"


def test_the_table_has_what_both_tests_report_of_each_gradient_at_each_step(monkeypatch):
    tables, said = [], []
    rows = lab_one_sided.flagged({1.0: ([1, 1, 1], [1.5, 0.9, 1]), 1e-5: ([1, 1, 1], [1, 1, 1])})
    monkeypatch.setattr(one_sided, "flagged", lambda plan, subject: rows)
    monkeypatch.setattr(one_sided.st, "dataframe", lambda frame, **_: tables.append(frame))
    for name in ("markdown", "caption"):
        monkeypatch.setattr(one_sided.st, name, said.append)
    one_sided.section(None, None)
    assert tables[0].columns.to_list() == [
        "step h",
        "gradient",
        "difference > 1e-7",
        "|difference| > 1e-7",
        "derivatives",
    ]
    assert tables[0].to_numpy().tolist() == [
        ["1", "right", 1, 2, 3],
        ["1", "0.01 too high", 2, 3, 3],
        ["1", "0.01 too low", 1, 3, 3],
        ["1e-5", "right", 0, 0, 3],
        ["1e-5", "0.01 too high", 3, 3, 3],
        ["1e-5", "0.01 too low", 0, 3, 3],
    ]
    assert said == [lab_one_sided.verdict(rows), lab_one_sided.SOURCE]
    monkeypatch.setattr(one_sided, "flagged", lambda plan, subject: None)
    one_sided.section(None, None)
    assert (len(tables), len(said)) == (1, 2), "it waits for a click"
