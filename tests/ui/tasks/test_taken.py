"""An assignment in progress: its answers, how often they changed, and what is handed in of it."""

from types import SimpleNamespace

import pytest
from handed_in import ASSIGNMENT, handed_in

from data import DataConfig
from lab.assignment import read_hand_in
from lab.assignment.hand_in import MOST_ATTEMPTS
from mlp import TrainConfig
from ui.tasks import answering
from ui.tasks.taken import Taken


def test_an_answer_that_changes_is_an_attempt_and_the_count_ends_at_what_a_hand_in_may_say():
    own = Taken("", ASSIGNMENT, "Ada")
    own.refused[1] = "it could not be read"
    for answer in ("2", "2", "0", "2"):
        own.answer(1, answer)
    assert (own.answers, own.attempts, own.refused) == (["", "2", "", "", ""], [0, 3, 0, 0, 0], {})
    own.attempts[1] = MOST_ATTEMPTS - 1
    for answer in ("1", "0", "2"):
        own.answer(1, answer)
    assert own.attempts[1] == MOST_ATTEMPTS
    assert read_hand_in(own.hand_in().code(), ASSIGNMENT).attempts == (0, MOST_ATTEMPTS, 0, 0, 0)


def test_a_code_brings_back_the_answers_and_their_attempts_and_unfolds_the_first_open_task():
    own = Taken("", ASSIGNMENT)
    own.resume(handed_in("Ada", task_3="", task_4="").code())
    expected = handed_in("Ada", task_3="", task_4="")
    assert (own.student, tuple(own.answers), own.attempts) == ("Ada", expected.answers, [1] * 5)
    assert own.unfolded == {2}


@pytest.mark.parametrize(
    ("n_epochs", "ended", "marked"), [(5, False, True), (2, False, False), (2, True, True), (0, False, False)]
)
def test_an_experiment_is_marked_once_it_is_trained_or_has_diverged(monkeypatch, n_epochs, ended, marked):
    needed = [(DataConfig(), TrainConfig(epochs=5, init_seed=seed)) for seed in (3, 4)]
    run = SimpleNamespace(
        n_epochs=n_epochs, ended=ended, at=lambda epoch: SimpleNamespace(records=("a", "b"))
    )
    monkeypatch.setattr(answering.progress, "trained", lambda setups: [run])
    assert answering._trained(needed) == (dict(zip(needed, "ab", strict=True)) if marked else None)
    assert answering._trained([]) == {}
