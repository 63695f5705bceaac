"""Which networks' test set was opened: in a link and back, and the sentence beside the button."""

from dataclasses import replace

import pytest

from data import DataConfig
from lab.sweeps import tested
from mlp import TrainConfig


def test_what_was_opened_is_read_back_from_a_link_and_what_cannot_be_read_is_named():
    configs = [TrainConfig(init_seed=seed) for seed in range(3)]
    digests = {tested.digest((DataConfig(), config)) for config in configs}
    assert len(digests) == 3
    assert tested.digest((DataConfig(), replace(configs[0]))) in digests
    assert tested.read(tested.text(digests)) == (digests, [])
    assert tested.read(tested.text(set())) == (set(), [])
    assert tested.text({"0" * 7 + digit for digit in "fedcba987"}) == ",".join(
        "0" * 7 + digit for digit in "789abcdef"
    ), "in one order, so that the address stays"
    assert tested.read(" 0123abcd , 89abcdef,") == ({"0123abcd", "89abcdef"}, [])
    assert tested.read("0123abcd, zz,0123abcd,0123abcde") == ({"0123abcd"}, ["zz", "0123abcde"])


def test_a_set_of_networks_counts_each_and_is_open_by_its_first_alone():
    seeds = [(DataConfig(), TrainConfig(init_seed=seed)) for seed in range(5)]
    opened = set(tested.digests_of_set(seeds[2:4]))  # two seeds, after those of a search with two
    assert len(opened) == 2
    assert [tested.digest(one) in opened for one in seeds] == [False, False, True, False, False]
    after = tested.digests_of_set(seeds[3:5])
    assert after[0] not in opened, "a set that begins with a network of another set is not open"
    assert len(tested.read(tested.text(opened | set(after)))[0]) == 4
    assert tested.digests_of_set(seeds[:1]) == [tested.digest(seeds[0])]


@pytest.mark.parametrize(
    ("n_opened", "is_open", "words"),
    [
        (0, False, "Nothing on this page has used the test set yet."),
        (1, True, "The test set has been opened once, for this trial."),
        (1, False, "The test set has been opened for another network. If you open it for this one too"),
        (2, True, "The test set has been opened for 2 networks. If you keep the best of them"),
        (7, False, "The test set has been opened for 7 networks."),
    ],
)
def test_the_sentence_beside_the_button_says_how_often_it_was_opened(n_opened, is_open, words):
    assert tested.sentence(n_opened, is_open).startswith(words)


def test_without_a_validation_set_no_trial_can_be_chosen_by_its_result():
    said = tested.sentence(0, False, has_validation=False)
    assert "This split has no validation set: choose a trial by its training result, then open" in said
    assert "by its validation result" not in said
    assert "Choose a trial by its validation result, then open" in tested.sentence(0, False)
