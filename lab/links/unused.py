"""Which fields have no effect given the values of the others, and which fields of a sweep have none."""

import math
from dataclasses import fields

from data import DATASETS
from lab.links.limits import n_examples
from lab.words import counted, listed
from mlp import INITIALIZERS, OPTIMIZERS, SCHEDULES

OF_THE_ORDER = ("shuffle", "shuffle_seed")
OF_STEPS = {  # fields that a network without a step does not need; biases start at 0
    *("use_bias", "optimizer", "learning_rate", "momentum", "schedule", "learning_rate_min", "cycle_steps"),
    *("l1", "l2", "batch_size", "shuffle", "shuffle_seed"),
}


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
        without = [trial for trial in setting if has_no_effect(field, trial.data, trial.config)]
        if without and len(without) == len(setting):
            said.append(
                f"{field} has no effect here: trials that differ only in it train {same_networks(field)}."
            )
        elif field == "batch_size":
            sizes = list(dict.fromkeys(trial.config.batch_size for trial in without))
            if len(sizes) > 1:
                said.append(
                    f"A batch_size of {listed(sizes)} is the whole training set: trials that differ only in "
                    "these train the same networks."
                )
        elif without:
            of = counted(len(setting), "trial")
            said.append(f"{field} has no effect in {len(without)} of the {of} that set it.")
    return said


def same_networks(field):
    """Return in words what is the same whatever the value of a field that has no effect."""
    rounding = field in OF_THE_ORDER
    return "the same networks, apart from rounding" if rounding else "the same networks"


def has_no_effect(field, data, config):
    """Return whether the field of a DataConfig or TrainConfig has no effect on what is trained.

    The batch size has none from the size of the training set on. The order of the examples of a full batch
    is the order of a sum, so its effect is rounding alone.
    """
    values = {one.name: getattr(part, one.name) for part in (data, config) for one in fields(part)}
    return is_unused(field, values) or field in _without_effect(data, config)


def _without_effect(data, config):
    """Return the set of the fields without effect that `is_unused` cannot know."""
    found = set()
    if not data.shuffles():
        found |= {"stratified"} | ({"seed"} if DATASETS[data.name].generator is None else set())
    if not config.hidden_layer_sizes:
        found.add("activation")
    variance = INITIALIZERS[config.initializer].variance(1, 1)
    if variance == 0:
        found |= {"init_scale", "init_seed"}
    if config.init_scale == 0:
        found |= {"initializer", "init_seed"}
    if math.isnan(variance):  # nothing is drawn
        found.add("init_seed")
    if all(rate == config.learning_rate_min for rate, _ in config.rate_pieces()):
        found.add("cycle_steps")  # between two equal rates
    is_whole = config.batch_size == 0 or config.batch_size >= n_train(data)
    found |= {"batch_size", *OF_THE_ORDER} if is_whole else set()
    found |= set() if config.shuffle else {"shuffle_seed"}
    return found | (OF_STEPS if config.epochs == 0 else set())


def n_train(data):
    """Return the most examples that the training set of a DataConfig can have."""
    (first, *_), per_cent = data.split_sizes()
    return round(n_examples(data) * first / 100) if per_cent else first
