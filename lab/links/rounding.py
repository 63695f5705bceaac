"""How much rounding alone changes a training, measured on twins that start one bit apart.

Another processor multiplies matrices in another order and so rounds differently. Where training amplifies
small differences, as with a large momentum, two processors end with different networks. Twins show
how different.
"""

import numpy as np

from lab.links.limits import n_examples, widths
from mlp import execution, init_params, train_many

N_TWINS = 3


def milestones(n_epochs):
    """Return the epochs 1, 2, 5, 10, 20, 50, … below `n_epochs`, and `n_epochs`; (0,) for no epoch."""
    steps = (factor * 10**power for power in range(len(str(n_epochs))) for factor in (1, 2, 5))
    return (*(epoch for epoch in steps if epoch < n_epochs), n_epochs)


def is_milestone(epoch):
    """Return whether this epoch is among the `milestones` of a longer training."""
    return str(epoch).rstrip("0") in ("1", "2", "5")


def course(records, epochs):
    """Return a tuple of the losses after these epochs: validation losses, or else training losses.

    `records` are EpochRecords of one network from epoch 0 on. An epoch without a record, for instance after
    divergence, has NaN.
    """
    by_epoch = {record.epoch: record for record in records}
    field = "train_loss" if np.isnan(by_epoch[0].valid_loss) else "valid_loss"
    at = [by_epoch.get(epoch) for epoch in epochs]
    return tuple(float(getattr(record, field)) if record else np.nan for record in at)


def nudged(params, seed):
    """Return a network's parameters with each weight moved to the next number above or below, at random.

    Weights and biases that are 0 stay 0.
    """
    rng = np.random.default_rng(seed)
    return tuple(layer._replace(W=_next(layer.W, rng)) for layer in params)


def _next(W, rng):
    towards = np.where(rng.random(W.shape) < 0.5, -np.inf, np.inf).astype(W.dtype)
    return np.where(W == 0, W, np.nextafter(W, towards))


def train_twins(experiments, load, heartbeat):
    """Train N_TWINS twins of every (DataConfig, TrainConfig); yield (epochs trained so far, histories).

    The histories are N_TWINS lists, which grow, each with a list of EpochRecords per experiment: those of
    epoch 0, of the milestones and of the last epoch, without parameters. `load(data)` is the Dataset; where
    it raises ValueError, the lists of those experiments stay empty.
    """
    histories = [[[] for _ in experiments] for _ in range(N_TWINS)]
    done = 0
    for job, pairs in _stacks(experiments):
        configs = [experiments[row][1] for row, _ in pairs]
        try:
            dataset = load(job.data)
            sizes = dataset.X_train.shape[1], len(dataset.class_names)
            initial = [
                nudged(init_params(config, *sizes), twin)
                for config, (_, twin) in zip(configs, pairs, strict=True)
            ]
            training = train_many(configs, dataset, heartbeat=heartbeat, initial=initial)
        except ValueError:
            training = ()
        for records in training:
            for (row, twin), record in zip(pairs, records, strict=False):  # a heartbeat is empty
                _keep(histories[twin][row], record._replace(params=()))
            yield done + sum(record.epoch for record in records), histories
        done += sum(config.epochs for config in configs)
    yield done, histories


def _stacks(experiments):
    """Yield (Job, [(row, number of the twin), …]) for twins that are trained together.

    All twins of a network that is its own job are stacked; otherwise one twin of each network, so that a
    stack is no larger than in the sweep itself.
    """
    for job in execution.plan(experiments, widths, n_examples=n_examples):
        if len(job.rows) == 1:
            yield job, [(job.rows[0], twin) for twin in range(N_TWINS)]
        else:
            for twin in range(N_TWINS):
                yield job, [(row, twin) for row in job.rows]


def _keep(records, record):
    """Add a record to a network's records; drop the previous one if it is not a milestone."""
    if records and records[-1].epoch == record.epoch:  # a run that has ended repeats its last record
        return
    if records and records[-1].epoch and not is_milestone(records[-1].epoch):
        records.pop()
    records.append(record)
