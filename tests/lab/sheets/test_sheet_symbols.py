"""A problem sheet introduces every symbol that its tasks use, and asks what can be answered on paper."""

import re

import pytest
from derived import ONE_EACH, PER_LAYER
from latex_symbols import indices, symbols

from lab.derivation import Problem, derive, sheet

PROBLEMS = (Problem(), Problem(K=1, seed=4), PER_LAYER, *ONE_EACH[::3])
TASK = re.compile(r"^\*\*(\d+)\. .*?(?=^\*\*\d+\. |^## |\Z)", re.DOTALL | re.MULTILINE)


def tasks_of(problem):
    tasks = sheet(problem, derive(problem), "")[0]
    head = tasks.partition("\n## ")[0]
    return head, {match[1]: match[0] for match in TASK.finditer(tasks)}


@pytest.mark.parametrize(
    ("latex", "found"),
    [
        (r"$\frac{1}{2K} \sum_{n=1}^{2K} \frac{\partial L^{(n)}}{\partial {W^{2}_{jk}}}$", {"K", "L@n", "W"}),
        (r"$\sigma^2\, n_{\text{in}} = 1, q_{l+1} = c$", {r"\sigma", "n@in", "q", "c"}),
        (r"$\hat m_{4,1}$, $m_t$ and $n_\theta$, ${h^{a,2}_{j}}$", {"m@hat", "m", "n@theta", "h@a"}),
    ],
)
def test_the_symbols_of_a_formula_are_found(latex, found):
    assert symbols(latex) == found


@pytest.mark.slow
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.seed)
def test_every_symbol_of_a_task_is_introduced_by_the_head_or_by_the_task_before_it_is_asked_about(problem):
    head, tasks = tasks_of(problem)
    assert len(tasks) == len(derive(problem))
    unknown = {}
    for number, text in tasks.items():
        first, *asked = text.strip().splitlines()
        told = symbols(head) | symbols(first) | indices(text)
        for line in asked:
            given = re.search(r"Given .*?\$\.|Here .*", line)
            new = symbols(line) - told - symbols(given[0] if given else "")
            if new:
                unknown.setdefault(number, set()).update(new)
        if re.search(r"\bK\b", text):
            assert f"$K = {problem.K}$" in head
    assert not unknown


def test_a_task_about_many_layers_asks_what_follows_on_paper():
    _, tasks = tasks_of(Problem())
    (text,) = (text for text in tasks.values() if "Over many layers." in text)
    assert text.count("q_{l+1}") == 1
    assert all(variance in text for variance in (r"\tfrac{1}{n_l}", r"\tfrac{2}{n_l + n_{l+1}}"))
    assert "Show that" not in text
    assert "real network" not in text


@pytest.mark.parametrize("problem", PROBLEMS[:3], ids=lambda problem: problem.seed)
def test_every_number_is_asked_for_within_the_same_tolerance(problem):
    _, tasks = tasks_of(problem)
    numbers = [line for text in tasks.values() for line in text.splitlines() if "   - What is" in line]
    numbers += [line for text in tasks.values() for line in text.splitlines() if ". What is $" in line]
    assert len(numbers) > 40
    assert not [line for line in numbers if line.count("within 5%") != 1]
