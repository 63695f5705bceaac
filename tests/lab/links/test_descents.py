"""The optimizers that are compared from one start: as they are typed, and what each of them trains."""

import pytest

from lab.links import descents
from lab.links.descents import Descent
from lab.links.reading import Unusable
from mlp import TrainConfig

OWN = TrainConfig(learning_rate=0.2, learning_rate_min=0.002)


@pytest.mark.parametrize(
    ("text", "read", "label"),
    [
        ("adam", Descent("adam", 1.0), "adam"),
        ("adam*0.1", Descent("adam", 0.1), "adam × 0.1"),
        (" momentum × 10 ", Descent("momentum", 10.0), "momentum × 10"),
        ("sgd*1e-3", Descent("sgd", 0.001), "sgd × 0.001"),
        ("sgd*1", Descent("sgd", 1.0), "sgd"),
    ],
)
def test_an_optimizer_is_read_and_its_label_is_read_as_the_same(text, read, label):
    assert descents.parse_descent(text) == read
    assert read.label == label
    assert descents.parse_descent(label) == read


@pytest.mark.parametrize(
    "text", ["", "Adam", "adam*", "adam*0", "adam*-1", "adam*nan", "adam*inf", "adam*1_0", "adam*٣", "2*adam"]
)
def test_another_text_is_refused_in_a_sentence_that_quotes_it(text):
    with pytest.raises(Unusable, match=r"^paths contains '.*'; allowed: an optimizer, or one times a"):
        descents.parse_descent(text)


def test_five_are_compared_and_one_that_is_named_twice_once():
    texts = [f"sgd*{factor}" for factor in range(2, 7)]
    assert [one.factor for one in descents.parse(texts)] == [2, 3, 4, 5, 6]
    assert descents.parse(["adam", "sgd*2", "adam*1"]) == (Descent("adam", 1.0), Descent("sgd", 2.0))
    with pytest.raises(Unusable, match=r"^paths contains 6 optimizers; allowed: up to 5\.$"):
        descents.parse([*texts, "sgd*7"])


def test_a_factor_multiplies_every_rate_and_the_lowest_and_changes_nothing_else():
    (own, trained), (label, tenth) = descents.configs(OWN, [Descent("adam", 0.1)]).items()
    assert (own, trained, label) == ("sgd", OWN, "adam × 0.1")
    assert tenth == TrainConfig(optimizer="adam", learning_rate=0.02, learning_rate_min=0.0002)
    stepped = TrainConfig(learning_rate=((0.3, 0), (0.03, 5)))
    assert Descent("sgd", 3.0).of(stepped).learning_rate == ((0.9, 0), (0.09, 5))


@pytest.mark.parametrize("rate", [0.1, 1 / 3, 0.12345678901234567])
def test_the_own_optimizer_is_the_experiments_whatever_the_digits_of_its_rate(rate):
    own = TrainConfig(learning_rate=rate, learning_rate_min=rate / 7)
    assert descents.configs(own, [Descent("sgd", 1.0)]) == {"sgd": own}


@pytest.mark.parametrize("factor", [1e308, 1e-323])
def test_a_factor_that_leaves_no_rate_is_refused(factor):
    with pytest.raises(Unusable, match=r"^paths contains adam × .*, whose factor leaves no finite learning"):
        descents.configs(TrainConfig(learning_rate=1e3 if factor > 1 else 1e-3), [Descent("adam", factor)])
