"""Which fields have no effect given the values of the others, and which fields of a sweep have none."""

from dataclasses import fields

from data import DATASETS
from lab.words import counted
from mlp import OPTIMIZERS, SCHEDULES


def is_unused(name, values):
    """Return whether the field has no effect given the values of the others, {field: value}."""
    dataset = DATASETS.get(values.get("name"))
    if name in ("noise", "n_samples"):
        return bool(dataset and dataset.most_samples)
    if name == "n_classes":
        return not (dataset and dataset.class_range)
    for field, registry in (("optimizer", OPTIMIZERS), ("schedule", SCHEDULES)):
        if any(name in entry.uses for entry in registry.values()):
            chosen = registry.get(values.get(field))
            return not (chosen and name in chosen.uses)
    return False


def sentences(plan):
    """Return a sentence for each field of a sweep's Plan that has no effect in all or some of its trials."""
    said = []
    for field in plan.fields:
        setting = [trial for trial in plan.sweep.trials if field in dict(trial.settings)]
        n = sum(has_no_effect(field, trial.data, trial.config) for trial in setting)
        if n and n == len(setting):
            said.append(f"{field} has no effect here: trials that differ only in it train the same networks.")
        elif n:
            said.append(f"{field} has no effect in {n} of the {counted(len(setting), 'trial')} that set it.")
    return said


def has_no_effect(field, data, config):
    """Return whether the field of a DataConfig or TrainConfig has no effect on what is trained."""
    values = {one.name: getattr(part, one.name) for part in (data, config) for one in fields(part)}
    return is_unused(field, values) or (field == "activation" and not config.hidden_layer_sizes)
