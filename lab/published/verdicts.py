"""Whether conclusions of the courseworks hold, in sentences computed from the stored trainings."""

import statistics

from lab.published import coursework_a, coursework_b, coursework_d, kept, starts
from lab.published.again import B_ASKED, D_STARTS, reaching
from lab.words import counted

NOT_TRAINED = "Not trained again here."
SIZES_200, SIZES_300 = coursework_a.REPLAYS[1:3]  # 500-200 and 500-300, batches of 100, for 100 epochs
SLOW = coursework_d.REPLAYS[1]


def _values(replay):
    """Return the last validation accuracies of the stored starts of one of A's Replays, ascending."""
    rows = starts.kept(replay, "glorot_uniform", replay.changes["epochs"])
    return sorted(row["valid_accuracy"] for row in rows)


def _standings(letter, replay):
    """Return {figure's name: its Standing} of what a coursework published of a Replay, where there is one."""
    figures = [figure for figure in starts.figures()[letter] if figure.replay is replay]
    found = {figure.name: starts.of(figure) for figure in figures}
    return {name: standing for name, standing in found.items() if standing}


def _how_often(share):
    if share in (0, 1):
        return "It holds." if share else "Not from any start here."
    return "Only from the best starts." if share < 0.5 else "From most starts."


def best_batch():
    """Return what batches of 50 and of 100 reach after as many epochs, and after as many steps."""
    said = ["Not shown: with the same epochs, batches of 50 take twice as many steps as batches of 100."]
    runs = [kept.stored().get(("a_batch_size", size, 0)) for size in ("50", "100")]
    if all(runs):
        of_50, of_100 = (float(rows[-1]["valid_accuracy"]) for rows in runs)
        said.append(
            f"After {runs[0][-1]['epoch']} epochs they are at a validation accuracy of {of_50:.2f} and "
            f"{of_100:.2f} here, from one start."
        )
    if values := _values(SIZES_300):
        said.append(
            f"With as many steps as batches of 50, batches of 100 end between {values[0]:.2f} and "
            f"{values[-1]:.2f} ({counted(len(values), 'start')}, median {statistics.median(values):.2f})."
        )
    return " ".join(said)


def best_epochs():
    """Return how far the starts of one of A's trainings of 100 epochs lie apart."""
    values, (_, epochs, published) = _values(SIZES_200), SIZES_200.finals["glorot_uniform"]
    if not values:
        return "One start cannot show it."
    return (
        f"One start cannot show it: 500-200, published with {published} after {epochs} epochs, ends between "
        f"{values[0]:.2f} and {values[-1]:.2f} from {counted(len(values), 'other start')}."
    )


def small_normal():
    """Return how many starts of N(0, 0.001²) reach the required and the published accuracy."""
    standing = _standings("B", coursework_b.SMALL).get("valid_accuracy")
    if standing is None:
        return NOT_TRAINED
    values, asked = standing.values, sum(value >= B_ASKED for value in standing.values)
    return (
        f"{_how_often(standing.share)} Trained again from {counted(len(values), 'start')}, it ends between "
        f"{values[0]:.4f} and {values[-1]:.4f}: {reaching(asked, B_ASKED)}, and "
        f"{reaching(standing.n_as_good, standing.figure.value)}."
    )


def slow_sigmoids():
    """Return how many starts reach D's training and test accuracy with its smaller learning rate."""
    found = _standings("D", SLOW)
    if len(found) < 2:
        return NOT_TRAINED
    training, test = found[starts.AVERAGED], found[starts.UNSCALED]
    return (
        f"{_how_often(min(training.share, test.share))} Of {counted(len(training.values), 'start')} trained "
        f"again here, {reaching(training.n_as_good, training.figure.value)} in training, "
        f"averaged over the epochs, and {reaching(test.n_as_good, test.figure.value)} on the test images. "
        f"Its own code, from {counted(len(D_STARTS), 'start')}, averages between {min(D_STARTS)} and "
        f"{max(D_STARTS)} in training. "
        "Some starts never learn one or more of the digits."
    )
