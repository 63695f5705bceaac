"""What each of the five courseworks set out to show, did, got wrong and concluded, and whether that holds.

"Its own code" was run once more; "trained again" is the same training by that code or by a right engine. All
other figures were published.
"""

from collections.abc import Callable
from typing import NamedTuple

from lab.published import verdicts
from lab.published.again import (
    B_ASKED,
    B_FOUND,
    B_PUBLISHED,
    C_HALF_CYCLE,
    C_STEPS,
    D_PUBLISHED,
    D_RAW_AND_SCALED,
    E_LOOP,
    E_MATRICES,
    E_PAIR,
    reached,
    relative_gap,
)
from lab.published.sigmoids import all_right, points
from lab.published.tables import SOURCES


class System(NamedTuple):
    """A coursework: its letter, the course, what it set out to show and did.

    `wrong` are (sentence, key of the bug in lab.bugs or None); `concluded` are (conclusion, whether it
    holds and why: a sentence, or a function that computes it from stored trainings).
    """

    letter: str
    course: str
    set_out: str
    did: str
    wrong: tuple[tuple[str, str | None], ...]
    concluded: tuple[tuple[str, str | Callable[[], str]], ...]

    def judged(self):
        """Return [(conclusion, whether it holds and why), …] in sentences."""
        return [(conclusion, holds() if callable(holds) else holds) for conclusion, holds in self.concluded]


IN_FILE_ORDER = ("The examples keep the order of the file in every epoch.", "never_shuffled")

A = System(
    "A",
    SOURCES["ift6135_a"],
    "Which first weights train a network with two hidden layers on MNIST? Then: which sizes, which batch "
    "size, which learning rate, how many epochs?",
    "It trained 784-h₁-h₂-10 with ReLU by plain gradient descent: 500-300 from zeros, N(0, 1) and Glorot for "
    "ten epochs; 500-200, 500-300 and 800-200 for 100 epochs; then a search for each of the other settings, "
    "and a final training whose test accuracy it looked at once.",
    (
        ("Its pixels are divided by 255 twice: none exceeds 0.0039.", "divided_twice"),
        ("The loss that it reports for an epoch is that of the last minibatch.", "last_minibatch"),
        IN_FILE_ORDER,
        (
            "Its finite differences were never computed: no line calls the function. It would also loop "
            "over W³ instead of W², which its text asks for, and it uses names that have no value.",
            None,
        ),
        (
            "The assignment allows 0.5 to 1 million parameters. Its 500-200 has 494,710, and 1000-300 has "
            "1,088,310.",
            None,
        ),
        ("A search with the title “Epoch = 100” ran 50 epochs.", None),
        (
            "Its final training takes 500-300, the size with the lowest of its three published accuracies.",
            None,
        ),
    ),
    (
        ("The best batch size is 50.", verdicts.best_batch),
        (
            "A lower learning rate is better.",
            "Not shown. With the pixels divided once, 500-200 reaches 0.9697 after five epochs at A's "
            "highest rate, 0.1 (trained again).",
        ),
        ("80 epochs give the best accuracy.", verdicts.best_epochs),
    ),
)
B = System(
    "B",
    SOURCES["ift6135_b"],
    "The same assignment as A's: which first weights train? And a network with a validation accuracy of 97%.",
    "It trained networks of any depth with ReLU on raw pixels, 0 to 255, for ten epochs: 512-512 from "
    "N(0, 1), Glorot and zeros; 600-250 with weight decay; 512-512 from N(0, 0.001²). It saved its "
    "weights and loaded them, and checked ten derivatives with N = 1 to 24.",
    (
        (
            "The gradient of the loss is averaged over the batch twice, so its steps are shorter by a "
            "factor of the batch size.",
            "mean_taken_twice",
        ),
        (
            "Its check takes h = 1/N with N = 1 to 24, steps so long that a slightly wrong gradient "
            "looks right.",
            "coarse_check",
        ),
        IN_FILE_ORDER,
        (
            "The code beside its table of 97% trains with batches of 100. They do not give that table: "
            "trained again, the validation accuracy after two epochs is 0.9211, and 0.9453 was "
            "published. Batches of 50 come close to it.",
            None,
        ),
        (
            "600-250, η = 0.14 and a weight decay of 0.001 are given without saying how they were found: its "
            "random search is commented out, and would not vary the units.",
            None,
        ),
        ("For N(0, 0.001²) its text says η = 0.14, the code beside it 0.1.", None),
    ),
    (
        (
            "From Glorot's weights it learns, with a validation accuracy of 0.9452 after ten epochs. "
            "From N(0, 1) and from zeros it does not: 0.1061 and 0.1060.",
            "It holds. Trained again, it ends at 0.9466 from Glorot's weights and at 0.1060 from zeros; from "
            "N(0, 1) the loss explodes in the first epoch, and the accuracy stays at 0.106.",
        ),
        (
            f"600-250 reaches the 97% that the assignment asked for: {B_PUBLISHED}.",
            f"Only sometimes. {reached(B_FOUND, B_ASKED, B_PUBLISHED)}",
        ),
        ("N(0, 0.001²) reaches 0.9738 with 512-512.", verdicts.small_normal),
    ),
)
C = System(
    "C",
    SOURCES["dd2424"],
    "What does a learning rate that goes up and down do for a two-layer network on CIFAR-10, and how large "
    "should its penalty be?",
    "It trained 3072-50-10 with ReLU and softmax, λ = 0.01 and batches of 100: 24 epochs with a "
    "half-cycle of n_s = 80,000 steps, 30 epochs with n_s = 800. It drew cost, loss, accuracy and "
    "learning rate, and searched ten values of λ, 10^(-4 + i/10).",
    (
        (
            "Its schedule multiplies by 2 where it should take the remainder mod 2: every half-cycle but the "
            "first falls.",
            "sawtooth",
        ),
        ("Each file is standardised by its own mean and deviation, the test file too.", "own_statistics"),
        (
            "n_s = 80,000 is twice the number of training images, not of steps: 24 epochs are "
            f"{C_STEPS:,} steps, and the rate ends {C_STEPS / C_HALF_CYCLE:.0%} of its way up.",
            None,
        ),
        (
            "Its gradient check takes a step of h = 1, asks only whether the difference is above 1e-7, "
            "which no negative one is, and cannot run as it stands.",
            None,
        ),
        IN_FILE_ORDER,
    ),
    (
        (
            "Both of its runs have a cyclical learning rate, triangular between 0.0001 and 0.1.",
            "Neither has, by its own code. With n_s = 80,000 the rate only rises, "
            f"{C_STEPS / C_HALF_CYCLE:.0%} of the way. With n_s = 800 it rises once; from then on "
            "it falls, jumps back up and falls again.",
        ),
    ),
)
D = System(
    "D",
    SOURCES["mnist_sigmoid"],
    "Can a network of sigmoids, written from scratch, read digits, and with which of two learning rates?",
    "It trained 784-100-100-10 with sigmoids in all layers, no biases and weights from N(0, 1), with the "
    "gradient of Σ(y − ŷ)² and a momentum that reaches back one step: η = 0.01 for 100 and for 50 epochs, "
    "η = 0.001 for 100, each with α = η. Then it looked at single test images.",
    (
        ("The slope of a sigmoid is taken at a z rounded to a whole number.", "slope_at_rounded"),
        (
            "It descends the squared error and reports the cross-entropy, as a mean over all batches "
            "since the first epoch.",
            "squared_error_differentiated",
        ),
        ("Training pixels are scaled separately for every position in the batch.", "scaled_by_place"),
        (
            "The test images are not scaled at all. Its trained networks score "
            f"{points(D_RAW_AND_SCALED)} less on them than on scaled ones (its code, four networks).",
            "test_set_forgotten",
        ),
        ("“Test accuracy = 100%” is that of two images.", "two_images"),
        IN_FILE_ORDER,
    ),
    (
        (
            "The test accuracy is 100%.",
            "It does not hold: two images were looked at. With its own 0.94 both are right "
            f"{all_right(0.94, 2):.0%} of the time.",
        ),
        (
            f"With η = 0.001 it reaches a training accuracy of {D_PUBLISHED}, the mean over its 100 epochs, "
            "and a test accuracy of 0.9145.",
            verdicts.slow_sigmoids,
        ),
    ),
)
E = System(
    "E",
    "published coursework E for IFT 6390, Université de Montréal",
    "How does backpropagation follow from the chain rule, is the code right, what do units, epochs and "
    "weight decay do to the decision boundary, and how much faster are matrices than a loop?",
    "It derived nine identities and eighteen steps. With one hidden layer of ReLU, softmax and an "
    "elastic net it printed 24 derivatives next to numerical ones, drew three figures of three boundaries "
    "around two circles, compared a loop with matrices, and trained Fashion-MNIST for 30 epochs.",
    (
        ("Its loss is -ln(o + 1e-6), its gradient that of -ln o.", "constant_in_log"),
        ("Its derivative with respect to an input leaves out the sum over the hidden units.", None),
        ("Some of its figures say “num_epoch = 100” and show 30 epochs.", None),
    ),
    (
        (
            "Its gradients agree with numerical ones.",
            f"To five digits: {E_PAIR[0]} and {E_PAIR[1]}. The rest is not rounding: the constant 1e-6 "
            f"in its loss makes that relative gap of {relative_gap(E_PAIR)}.",
        ),
        (
            "The loop and the matrices give the same gradient.",
            "It holds: they agree in all printed digits, for one example and for ten.",
        ),
        (
            f"Matrices are {E_LOOP / E_MATRICES:.1f} times as fast: {E_MATRICES} s per epoch instead of "
            f"{E_LOOP} s.",
            "True for its code. Its loop calls each backward function four times per example, so part of the "
            "factor is that, and not the loop.",
        ),
    ),
)
SYSTEMS = (A, B, C, D, E)
