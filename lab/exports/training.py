"""The parts of a script that train: schedule, optimizer, penalty, the loop over epochs."""

import inspect

from lab.exports.experiment import Part
from lab.exports.sources import fill, join, source
from mlp import OPTIMIZERS, SCHEDULES

EVALUATE = '''
def evaluate(params, X, y, n_classes):
    """(mean loss, accuracy) on X, y; NaN where there are no examples."""
    if len(y) == 0:
        return np.nan, np.nan
    total, right = 0.0, 0
    for start in range(0, len(y), 1024):
        rows = slice(start, start + 1024)
        logits = forward(params, X[rows])[0][-1]
        total += loss(logits, np.eye(n_classes, dtype=DTYPE)[y[rows]]).sum(dtype=np.float64)
        right += (logits.argmax(axis=1) == y[rows]).sum()
    return total / len(y), right / len(y)
'''
TRAIN = '''
def train(parts, n_classes):
    """Train on parts[0]; print about ten epochs.

    Returns {part: final loss} of the parts that have examples, and whether the training has diverged.
    The training loss is the mean over the epoch's minibatches, each before its own step.
    """
    parts = [(X.astype(DTYPE), y) for X, y in parts]
    X_train, y_train = parts[0]
    T_train = np.eye(n_classes, dtype=DTYPE)[y_train]
    params = init_params(X_train.shape[1], n_classes)
    batch_size = min(BATCH_SIZE or len(y_train), len(y_train))
    losses, diverged = [evaluate(params, X, y, n_classes)[0] for X, y in parts], False
    @setup@
    for epoch in range(1, EPOCHS + 1):
        @order@
        total = 0.0
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            X, T = X_train[rows], T_train[rows]
            pre_activations, inputs = forward(params, X)
            total += loss(pre_activations[-1], T).sum(dtype=np.float64)
            delta = loss_gradient(pre_activations[-1], T) * (1 / len(rows))
            @before@
            gradients = backward(params, pre_activations, inputs, delta)
            @update@
            t += 1
        figures = [evaluate(params, X, y, n_classes) for X, y in parts[1:]]
        losses = [total / len(order), *(mean for mean, _ in figures)]
        if epoch % max(1, EPOCHS // 10) == 0 or epoch == EPOCHS:
            accuracy = f", validation accuracy {figures[0][1]:.1%}" if len(parts[1][1]) else ""
            print(f"epoch {epoch}: training loss {losses[0]:.6g}{accuracy}")
        finite = [np.isfinite(theta).all() for layer in params for theta in layer]
        finite += [np.isfinite(mean) for mean, (_, y) in zip(losses, parts) if len(y)]
        diverged = not all(finite)
        if diverged:
            print(f"It diverges in epoch {epoch}.")
            break
    named = zip(("training", "validation", "test"), losses, parts)
    return {name: mean for name, mean, (_, y) in named if len(y)}, diverged
'''


def parts(export):
    """Return the Parts that train the network."""
    train = export.train
    optimizer, schedule = OPTIMIZERS[train.optimizer], SCHEDULES[train.schedule]
    code, prose = [], ["An epoch visits every example once, in minibatches."]
    prose.append(f"A step is {train.optimizer}: {_docstring(optimizer)}")
    if isinstance(train.learning_rate, tuple):
        prose.append("The learning rate changes from epoch to epoch as LEARNING_RATE says.")
    if not schedule.constant:
        code.append(source(schedule.function))
        prose.append(f"The learning rate follows {train.schedule}: {_docstring(schedule)}")
    if not optimizer.plain:
        code.append(source(optimizer.function))
        prose.append("It updates each W and b in place; each has its own memory.")
    if any(l1 or l2 for l1, l2 in train.penalties()):
        prose.append("The penalty's gradient is added to that of the loss, for the weights only.")
    return [Part("Training", " ".join(prose), join([*code, EVALUATE, _loop(train, optimizer, schedule)]))]


def _docstring(entry):
    return " ".join(inspect.getdoc(entry.function).split())


def _loop(train, optimizer, schedule):
    eta = "LEARNING_RATE"
    setup, before = ["t = 0  # counts the steps"], []
    each_epoch = ["order = np.arange(len(y_train))"]
    if train.shuffle:
        setup.append("shuffling = np.random.default_rng(SHUFFLE_SEED)")
        each_epoch = ["order = shuffling.permutation(len(y_train))"]
    if isinstance(train.learning_rate, tuple):
        eta = "eta"
        each_epoch.append("eta = [rate for rate, since in LEARNING_RATE if since < epoch][-1]")
    rate = eta if schedule.constant else "rate"
    if not optimizer.plain:
        states = f"np.zeros_like(theta) for _ in range({optimizer.n_states})"
        setup.append(f"memory = [[[{states}] for theta in layer] for layer in params]")
    if not schedule.constant:
        setup.append('context = SCHEDULE | {"steps_per_epoch": -(-len(y_train) // batch_size)}')
        before.append(f"rate = float({schedule.function.__name__}({eta}, t, **context))")
    if optimizer.plain:
        before.append(
            "# gradients are linear in delta: with delta times η, backward() returns the steps themselves"
        )
        before.append(f"delta = delta * {rate}")
    return fill(TRAIN, setup=setup, order=each_epoch, before=before, update=_update(train, optimizer, rate))


def _update(train, optimizer, rate):
    """Return the lines that add the penalty's gradient l1·sign(W) + 2·l2·W and take the step."""
    times = f" * {rate}" if optimizer.plain else ""
    l1, l2 = map(any, zip(*train.penalties(), strict=True))
    lines = [f"    dW += W * (2 * L2[layer]){times}"] if l2 else []
    lines += [f"    dW += np.sign(W) * L1[layer]{times}"] if l1 else []
    if lines or not optimizer.plain:
        lines.insert(0, "for layer, ((W, b), (dW, db)) in enumerate(zip(params, gradients)):")
    else:
        lines.insert(0, "for (W, b), (dW, db) in zip(params, gradients):")
    if optimizer.plain:
        return [*lines, "    W -= dW", "    b -= db"]
    call = f"{optimizer.function.__name__}(theta, g, state, np.empty_like(theta), {rate}, MOMENTUM, t)"
    return [*lines, "    for theta, g, state in zip((W, b), (dW, db), memory[layer]):", f"        {call}"]
