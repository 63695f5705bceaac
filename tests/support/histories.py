"""Histories of trainings: made of records, and read as plain lists."""

from ui.training.history import Epoch, of_epochs


def of_records(records, observations=()):
    """The History of all epochs from 0 on, given their records and any observations."""
    padded = [*observations, *[None] * (len(records) - len(observations))]
    return of_epochs(Epoch(number, *parts) for number, parts in enumerate(zip(records, padded, strict=True)))


def records_of(run):
    """The records of the kept epochs; entry e is epoch e as long as none has been dropped."""
    return [epoch.records for epoch in run.history.epochs]


def observations_of(run):
    return [epoch.observation for epoch in run.history.epochs]
