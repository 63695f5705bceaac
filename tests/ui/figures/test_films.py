"""What a timeline needs of every epoch, of networks that are known."""

from types import SimpleNamespace

import numpy as np
import pytest
from linear import STRAIGHT, points_dataset, straight

from ui.figures import films, frames
from ui.timeline import component

DATASET = points_dataset([(-1, 0, 0), (1, 0, 1)], test=[(-1, 1, 0), (1, 1, 1), (1, -1, 1)])
BY_EPOCH = {0: straight((-1, 0), 0.0), 2: straight((0, 1), 0.0), 5: straight((1, 0), 0.0)}
FINDINGS = [f"{n} of 3 test examples are misclassified" for n in (3, 2, 0)]


def run(lost=()):
    def snapshot(epoch):
        return SimpleNamespace(
            records=[None, SimpleNamespace(params=BY_EPOCH[epoch], diverged=epoch in lost)]
        )

    return SimpleNamespace(configs=[STRAIGHT] * 2, dataset=DATASET, with_parameters=snapshot)


@pytest.mark.parametrize("lost", [(), (5,)])
def test_every_epoch_has_its_confusion_matrix_and_its_finding_until_the_network_diverges(lost):
    matrices, findings = films.confusion(run(lost), (0, 2, 5), 1)
    alive = [epoch for epoch in BY_EPOCH if epoch not in lost]
    assert list(dict.fromkeys(matrices["epoch"])) == alive
    for epoch in alive:
        alone = frames.confusion(BY_EPOCH[epoch], STRAIGHT, DATASET)
        np.testing.assert_array_equal(matrices.loc[matrices["epoch"] == epoch, alone.columns], alone)
    said = [f"{words} after epoch {epoch}" for words, epoch in zip(FINDINGS, BY_EPOCH, strict=True)]
    if lost:
        said[-1] = "Network 2 has diverged"
    assert findings["finding"].tolist() == said
    assert findings["epoch"].tolist() == [0, 2, 5]


def test_one_misclassified_example_is_one():
    one = points_dataset([(-1, 0, 0), (1, 0, 1)], test=[(-1, 1, 1)])
    alone = run()
    alone.dataset = one
    _, findings = films.confusion(alone, (5,), 1)
    assert findings["finding"].tolist() == ["1 of 1 test example is misclassified after epoch 5"]
    assert findings["heading"].tolist() == ["1 of 1 misclassified after epoch 5"]


def test_as_many_epochs_are_sent_as_fit_up_to_those_of_a_timeline():
    one, other = (lambda n: 100 * n), (lambda n: 1000 + 50 * n)
    assert films.most_within([one], 1000) == 10
    assert films.most_within([one, other], 1000 + 150 * 7 + 149) == 7
    assert films.most_within([one, other], 1000) == 0
    assert films.most_within([one], 10**9) == component.MOST
