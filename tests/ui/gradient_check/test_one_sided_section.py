"""The one-sided test on the page: of which plan its result is."""

from types import SimpleNamespace

from lab.gradient_check.plan import Plan
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
