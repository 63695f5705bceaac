"""What the optimization page says of its numbers: at ties, at divergence, of one and of many."""

import numpy as np
import pytest

from lab.optimization import sentences
from mlp import TrainConfig

NAN = float("nan")


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        ({"sgd": 0.1234}, "sgd ends at a loss of 0.123"),
        ({"sgd": 0.1234, "adam": 0.05}, "adam ends lowest, at a loss of 0.05"),
        ({"sgd": 0.05001, "adam": 0.05}, "sgd and adam end lowest, at a loss of 0.05"),
        ({"a": 0.05, "b": 0.05, "c": 0.05, "d": 1}, "a, b and c end lowest, at a loss of 0.05"),
        # where a path that is cut off would have ended is not known
        ({"sgd": NAN, "adam": 0.5}, "adam, the only path followed to its end, ends at a loss of 0.5"),
        (
            {"a": NAN, "b": 0.5, "c": 0.4},
            "c ends lowest of the 2 paths followed to their end, at a loss of 0.4",
        ),
        ({"sgd": NAN}, "The path is not followed to its end"),
        ({"sgd": NAN, "adam": NAN}, "No path is followed to its end"),
        ({"sgd": np.inf}, "The path is not followed to an end with a finite loss"),
        ({"sgd": NAN, "adam": np.inf}, "No path is followed to an end with a finite loss"),
        ({"a": 9.0, "b": 1e-5}, "b ends lowest, at a loss of 1e-05"),
    ],
)
def test_who_ends_lowest(losses, said):
    assert sentences.lowest(losses) == said


def test_how_much_of_each_path_lies_in_the_plane():
    assert sentences.in_plane({"sgd": 0.5}, True) == (
        "Of the path's squared distance from the solution, the plane contains 50%."
    )
    cut = {"sgd": 1, "adam": None, "rmsprop": 2}
    assert sentences.in_plane({"sgd": None, "adam": None, "rmsprop": 0.5}, False, cut) == (
        "Of each path's squared distance from the start, the plane contains 50% (rmsprop). "
        "adam does not move."
    )
    assert sentences.in_plane({"sgd": None}, False, {"sgd": 1}) == ""
    assert sentences.in_plane({"sgd": 0.5, "adam": 1.0, "rmsprop": None}, False) == (
        "Of each path's squared distance from the start, the plane contains 50% (sgd) and 100% (adam). "
        "rmsprop does not move."
    )
    assert sentences.in_plane({"sgd": None, "adam": None}, True) == "sgd and adam do not move."
    assert sentences.in_plane({"sgd": None}, True) == "sgd does not move."
    assert sentences.in_plane({"sgd": 0.5, "adam": None}, True) == (
        "Of each path's squared distance from the solution, the plane contains 50% (sgd). adam does not move."
    )


def test_which_paths_are_lost_and_where_the_loss_is_not_finite():
    assert sentences.lost({"sgd": None, "adam": None}, ()) == ""
    paths = {"sgd": 1, "adam": None, "momentum": 12, "rmsprop": 3}
    far = "where the parameters have changed by more than 20 each, in root mean square"
    gone = "where the parameters are no longer finite"
    assert sentences.lost(paths, ("sgd", "momentum", "rmsprop")) == (
        f"Not followed to the end: sgd in epoch 1, momentum in epoch 12 and rmsprop in epoch 3, {far}."
    )
    assert sentences.lost(paths, ("momentum",)) == (
        f"Not followed to the end: momentum in epoch 12, {far}; "
        f"sgd in epoch 1 and rmsprop in epoch 3, {gone}."
    )
    assert sentences.lost({"sgd": 1}, ()) == f"Not followed to the end: sgd in epoch 1, {gone}."
    assert sentences.holes(np.ones((3, 3))) == ""
    values = np.ones((3, 3))
    values[0, 0] = NAN
    assert (
        sentences.holes(values)
        == "The loss is not finite at 1 of 9 points: there the picture is transparent."
    )


def test_which_schedule_ends_lowest():
    assert sentences.schedules({"a": 0.2, "b": 0.1, "c": 0.3}).startswith(
        "Over the last epoch **b** has the lowest mean loss, 0.1; c the highest, 0.3."
    )
    assert sentences.schedules({"a": 0.1, "b": 0.10001}).startswith(
        "Over the last epoch **a and b** have the lowest mean loss, 0.1. This is one order"
    )
    assert sentences.schedules({"a": NAN, "b": 0.1, "c": NAN}).endswith(
        "With a and c the loss does not stay finite."
    )
    assert sentences.schedules({"a": 0.1, "b": 0.2}, True).endswith("b the highest, 0.2. This is one start.")
    tied = sentences.schedules({"a": 0.30001, "b": 0.1, "c": 0.3})
    assert tied.startswith(
        "Over the last epoch **b** has the lowest mean loss, 0.1; c and a the highest, 0.3."
    )
    assert sentences.schedules({"a": NAN}) == "With a the loss does not stay finite."
    assert sentences.schedules({"a": 0.1}) == (
        "Over the last epoch **a** has the lowest mean loss, 0.1. This is one order of the minibatches, from "
        "one start."
    )
    of_three = sentences.schedules({"a": 0.3, "b": 0.1, "c": 0.10001})
    assert of_three.startswith(
        "Over the last epoch **b and c** have the lowest mean loss, 0.1; a the highest"
    )


FULL = TrainConfig(batch_size=0)


def curvature(largest, rate=0.1, config=FULL, n_train=100, **more):
    largest = np.array(largest, float)
    return sentences.curvature(largest, np.full(len(largest), rate), config, n_train, **more)


def test_the_curvature_beside_the_bound():
    assert curvature([1.0, 5.0]) == (
        "The largest eigenvalue goes from 1 to 5. It lies below 2/η, 20, at both epochs measured."
    )
    assert curvature([5.0, 8.0, 5.0]) == (
        "The largest eigenvalue is 5 at the first and the last epoch. It lies below 2/η, 20, at all 3 epochs "
        "measured."
    )
    above = curvature([1.0, 30.0, 25.0])
    assert above.startswith(
        "The largest eigenvalue goes from 1 to 25. It lies above 2/η, 20, at 2 of 3 epochs"
    )
    assert "each step lands farther from the bottom than it started." in above
    assert "above 2/η, 20, at both epochs measured" in curvature([30.0, 40.0])
    assert curvature([30.0]).startswith(
        "The largest eigenvalue is 30. It lies above 2/η, 20, at the one epoch"
    )
    assert "below 2/η, 20, at the one epoch measured" in curvature([20.0]), "at the bound is not above it"
    assert curvature([NAN, 30.0], diverged=4).endswith("The training diverged in epoch 4.")
    assert curvature([30.0], diverged=0).endswith("The training diverged before the first epoch.")
    assert "at all 3 epochs measured" in curvature([30.0, 40.0, 50.0])
    assert curvature([NAN, NAN]) == "The curvature is not finite at any of the epochs measured."
    found = sentences.curvature(np.array([1.0, 1.0]), np.array([0.1, 0.01]), FULL, 100)
    assert "below 2/η, from 20 to 200, at both" in found


def test_epochs_whose_curvature_is_not_finite_are_counted():
    assert curvature([30.0, 40.0, NAN, NAN]).startswith(
        "The largest eigenvalue goes from 30 to 40. It lies above 2/η, 20, at both epochs where it is "
        "finite; at 2 others it is not finite."
    )
    assert "at 1 of 3 epochs where it is finite; at 1 other it is not finite." in curvature([1, 30, 1, NAN])
    assert curvature([NAN, 5.0]).endswith(
        "below 2/η, 20, at the one epoch where it is finite; at 1 other it is not finite."
    )


@pytest.mark.parametrize(
    ("largest", "said"),
    [
        ([20.004], "is 20.004. It lies above 2/η, 20, at"),
        ([19.9996], "is 19.9996. It lies below 2/η, 20, at"),
        ([1.0, 19.996], "goes from 1 to 19.996. It lies below 2/η, 20, at"),
        ([20.0], "is 20. It lies"),
    ],
)
def test_an_eigenvalue_close_to_the_bound_is_written_so_that_it_looks_other_than_it(largest, said):
    assert said in curvature(largest)


def test_a_bound_close_to_the_eigenvalue_has_as_many_digits_as_it():
    assert "is 2,000.13. It lies above 2/η, 2,000.12, at" in curvature([2000.13], rate=2 / 2000.12)


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ([0.0, 0.1], "below 2/η, from 20 to ∞, at both epochs"),
        ([0.1, 0.0], "above 2/η, from 20 to ∞, at 1 of 2 epochs"),
        ([0.0, 0.0], "below 2/η, ∞, at both epochs"),
    ],
)
def test_a_learning_rate_of_0_allows_any_curvature(rates, said):
    with np.errstate(all="raise"):
        assert said in sentences.curvature(np.array([30.0, 5.0]), np.array(rates), FULL, 100)


@pytest.mark.parametrize(
    ("config", "but"),
    [
        (TrainConfig(batch_size=32), "with minibatches of 32 it is a guide only."),
        (TrainConfig(batch_size=0, optimizer="adam"), "with adam it is a guide only."),
        (
            TrainConfig(batch_size=32, optimizer="momentum"),
            "with minibatches of 32 and momentum it is a guide",
        ),
    ],
)
def test_beyond_gradient_descent_on_the_whole_training_set_the_bound_is_a_guide_only(config, but):
    said = curvature([30.0], config=config)
    assert "2/η is the bound for gradient descent on the whole training set without momentum;" in said
    assert but in said
    assert "lands farther" not in said, "nothing is claimed that holds for gradient descent alone"
    assert "guide" not in curvature([30.0], config=TrainConfig(batch_size=100)), "which is the whole of it"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.01234, "0.0123"), (999.4, "999"), (999.6, "1,000"), (1000.4, "1,000"), (-12345.6, "-12,346")],
)
def test_an_eigenvalue_is_written_without_a_power_of_ten_from_a_thousand_on(value, text):
    assert curvature([value]).startswith(f"The largest eigenvalue is {text}. ")
