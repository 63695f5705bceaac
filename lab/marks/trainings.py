"""The trainings that marks need, made again: networks that start on the same data train as one stack.

A hand-in may say with which fingerprint its experiment came out. That network is trained again too, and its
fingerprint is compared. It is a reason to look, and costs no points: the task's own goal decides about those.
"""

from typing import NamedTuple

from lab.assignment import engine
from lab.links import fingerprint, verdict
from lab.links.limits import n_examples, widths
from lab.links.rounding import is_milestone
from mlp import execution, train_many

AGAIN = "Its fingerprint comes out again"
ELSE = "It is trained again, but with another fingerprint"
NO_LOSS = "Another processor or library may round otherwise, so this costs no points."
FORGED = (
    "Its fingerprint is that of other settings than those handed in. It costs no points: the settings are "
    "trained again."
)


class Trained(NamedTuple):
    """What was trained: {pair of configs: its last EpochRecord}, {claimed pair: its Fingerprint}, and
    {pair: why it could not be trained}.
    """

    records: dict
    fingerprints: dict
    errors: dict


def train(pairs, claimed, heartbeat):
    """Generator: yield how many pairs are done, at least every `heartbeat` seconds; return the Trained.

    Of the pairs (DataConfig, TrainConfig) that are `claimed`, the fingerprints are made too.
    """
    trained = Trained({}, {}, {})
    for job in execution.plan(pairs, widths, n_examples=n_examples):
        own = [pairs[row] for row in job.rows]
        kept = [[] for _ in own]
        try:
            dataset = engine.load(job.data)
            for records in train_many(job.configs, dataset, heartbeat=heartbeat):
                for history, record in zip(kept, records, strict=False):  # a heartbeat is empty
                    _keep(history, record)
                yield len(trained.records) + len(trained.errors)
        except Exception as error:  # a training that fails leaves the others as they are
            reason = str(error).strip().partition("\n")[0]
            named = reason if isinstance(error, ValueError) else f"{type(error).__name__}: {reason}"
            trained.errors.update(dict.fromkeys(own, named))
            continue
        for pair, history in zip(own, kept, strict=True):
            trained.records[pair] = history[-1]._replace(params=())
            if pair in claimed:
                trained.fingerprints[pair] = fingerprint.of_network(pair, history)
        yield len(trained.records) + len(trained.errors)
    return trained


def _keep(history, record):
    """Add a record to those of a network; of the ones before, the milestones stay, without parameters."""
    if history and history[-1].epoch == record.epoch:  # a run that has ended repeats its last record
        return
    if history:
        last = history.pop()
        if last.epoch == 0 or is_milestone(last.epoch):
            history.append(last._replace(params=()))
    history.append(record)


def compared(claim, found):
    """Return (a sentence on the fingerprint that a hand-in claims beside that of the same network here,
    whether it comes out again).
    """
    said = verdict.compare(claim, found)
    if said.state == verdict.ANOTHER:
        return FORGED, False
    if said.state in (verdict.EXACTLY, verdict.NEAR):
        return f"{AGAIN}{'' if said.state == verdict.EXACTLY else ', but for rounding'}.", True
    return f"{ELSE}: {verdict.difference(claim, found)}. {NO_LOSS}", False
