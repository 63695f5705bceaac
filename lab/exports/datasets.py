"""The part of a script that generates or reads its data."""

import textwrap

import numpy as np

from data import DATASETS, folder_of, held_images, held_table, parse_points, point_labels, table_key
from data.loading import FEW_ROUNDINGS
from lab.exports.experiment import Part
from lab.exports.sources import join, source
from lab.words import counted, listed

SCALED = {  # a sentence on each scaling
    "none": "",
    "standard": " They are scaled to mean 0 and deviation 1 over the training set.",
    "unit": " They are scaled to the range 0 to 1.",
    "unit_twice": " They are scaled to the range 0 to 1, and divided by 255 once more.",
}

STRATIFIED = [
    "place = np.empty(len(X))  # of each row, so that every class is spread evenly",
    "for rows in (np.flatnonzero(y[order] == label) for label in np.unique(y)):",
    "    place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)",
    'order = order[np.argsort(place, kind="stable")]',
]

FILLED = [
    "for column in np.flatnonzero(np.isnan(X).any(axis=0)):  # the median of the training set",
    "    gaps = np.isnan(X[:, column])",
    "    known = X[train, column][~gaps[train]]",
    "    X[gaps, column] = np.median(known if len(known) else X[~gaps, column])",
]


def part(export):
    """Return the Part whose code defines load_data()."""
    return _images(export) if export.images else _points(export)


def _points(export):
    data = export.data
    if data.name == "own_points":
        rows = "".join(f"        {point!r},\n" for point in parse_points(data.points))
        code = f"POINTS = np.array(\n    [  # x, y, label\n{rows}    ]\n)"
        code += f"\nLABELS = {list(point_labels(data.points))}  # one per class"
        raw = "X, y = POINTS[:, :2], np.searchsorted(LABELS, POINTS[:, 2])"
        prose, n_classes = "The points are those of the link.", "len(LABELS)"
    elif DATASETS[data.name].table:
        code, raw, prose, n_classes = _table(export)
    else:
        generator = DATASETS[data.name].generator
        code = source(generator)
        numbers = f"{data.n_samples}, {data.noise!r}, {data.n_classes}"
        raw = f"X, y = {generator.__name__}(np.random.default_rng(DATA_SEED), {numbers})"
        prose = f"The points are drawn by this function, {data.n_samples} of them, with the data seed."
        n_classes = "max(2, int(y.max()) + 1)"
    lines = [
        '"""[(X, y) of training, validation, test], X (n, features) scaled; and the number of classes."""',
        *raw.split("\n"),
        *_split(data, "0"),
        *FILLED * (data.name == "own_table" and bool(np.isnan(held_table(data.points).X).any())),
        *_point_scaling(data),
        "X = X.astype(np.float32)",
        f"return [(X[rows], y[rows]) for rows in (train, valid, test)], {n_classes}",
    ]
    return Part(
        "The data",
        prose + SCALED[data.scaling],
        join([code, _load_data(lines)] if code else [_load_data(lines)]),
    )


def _table(export):
    """Return the code before load_data(), its lines that define X and y, the prose, and n_classes as code."""
    data, entry = export.data, DATASETS[export.data.name]
    if entry.own:
        table = held_table(data.points)
        X, y, names = table.X, table.y, table.feature_names
        size = f"It has {counted(len(X), 'row')} and {counted(len(names), 'input')}."
        n_classes = str(len(table.class_names))
    else:
        (X, y, _), names, n_classes = (
            entry.read(folder_of(data.name)),
            entry.feature_names,
            str(entry.n_classes),
        )
        size = f"The table has {counted(len(X), 'row')}: {entry.description.lower()}. {entry.file_note}"
    if export.reads:
        raw = "\n".join([*_opened("TABLE"), '    X, y = file["X"], file["y"]'])
        option = "--table FILE " * (table_key(data.points) is not None)
        prose = f"{export.file_name} contains the table, X and y. {_made(export, option)} {size}"
        return "", raw, prose, n_classes
    raw = "X, y = TABLE[:, :-1].copy(), TABLE[:, -1].astype(np.int64)"
    prose = f"The table is that of the link. {size}" if entry.own else size
    return _rows(X, y, names), raw, prose, n_classes


def _rows(X, y, feature_names):
    """Return the code of TABLE (n, n_features + 1); the last number of a row is the class id."""
    rows = [
        " ".join([*map(repr, row), str(label)]) for row, label in zip(X.tolist(), y.tolist(), strict=True)
    ]
    lines = [line for row in rows for line in textwrap.wrap(row, 100)]
    names = ", ".join(feature_names)
    return "\n".join(
        [
            *textwrap.wrap(
                f"columns: {names}; and the class", 100, initial_indent="# ", subsequent_indent="# "
            ),
            'ROWS = """',
            *lines,
            '"""',
            f"TABLE = np.array(ROWS.split(), np.float64).reshape(-1, {X.shape[1] + 1})",
        ]
    )


def _images(export):
    data, entry = export.data, DATASETS[export.data.name]
    n_classes = "len(labels)" if entry.own else "int(y.max()) + 1"
    own = held_images(data.points) if entry.own else None
    pool = [
        '    X = np.concatenate([file["x_train"], file["x_test"]])',
        '    y = np.concatenate([file["y_train"].reshape(-1), file["y_test"].reshape(-1)]).astype(np.int64)',
        '    n_official_test = len(file["x_test"])',
    ]
    if own and not own.n_test:
        pool = ['    X, y = file["x_train"], file["y_train"].reshape(-1).astype(np.int64)']
    lines = [
        '"""[(X, y) of training, validation, test], X (n, pixels) scaled; and the number of classes."""',
        *_opened("IMAGES"),
        *pool,
        "X = X.reshape(len(X), -1)",
        *(["labels, y = np.unique(y, return_inverse=True)  # every distinct label is a class"] * entry.own),
        *_split(data, "0" if own and not own.n_test else "n_official_test"),
        "parts = [(X[rows], y[rows]) for rows in (train, valid, test)]",
        *_image_scaling(data),
        f"return [(scaled(raw), y) for raw, y in parts], {n_classes}",
    ]
    shape = f"(n, {', '.join(map(str, entry.image_shape or ('height', 'width')))})"
    kinds = ("train",) if own and not own.n_test else ("train", "test")
    pixels, labels = (listed([f"{letter}_{kind}" for kind in kinds]) for letter in "xy")
    prose = f"{export.file_name} contains {pixels}, uint8 of shape {shape}, and {labels}, the classes. "
    prose += _made(export, "--images FILE ") if export.is_written else entry.file_note
    return Part("The data", prose + SCALED[data.scaling], _load_data(lines))


def _made(export, option):
    """Return the sentence on how to get the file that is written from a visitor's own."""
    offered = "Export on the page offers it, and " * export.is_offered
    source = "the uploaded file" if option else "the link"
    return f"{offered}python -m lab LINK {option}--arrays {export.file_name} creates it from {source}."


def _opened(name):
    """Return the lines that open the file whose path is in the variable `name`, for a block below them."""
    return [
        "try:",
        f"    file = np.load({name}, allow_pickle=False)",
        "except FileNotFoundError:",
        "    raise SystemExit(",
        f'        f"There is no file {{{name}}}. How to get it: see the text at the top of the script, or "',
        '        "above load_data() in the notebook."',
        "    ) from None",
        "with file:",
    ]


def _load_data(lines):
    return "\n".join(["def load_data():", *(f"    {line}".rstrip() for line in lines)])


def _split(data, n_official_test):
    """Return the lines that define train, valid and test as rows of X."""
    (a, b, c), per_cent = data.split_sizes()
    shuffled = ["order = np.random.default_rng(DATA_SEED).permutation(len(X))", *STRATIFIED * data.stratified]
    if per_cent:
        return [
            *shuffled,
            f"cuts = [round(len(X) * {a} / 100), round(len(X) * {a + b} / 100)]",
            "train, valid, test = np.split(order, cuts)",
        ]
    if DATASETS[data.name].table:
        return [
            *shuffled,
            f"train, valid, test = order[:{a}], order[{a}:{a + b}], order[{a + b}:{a + b + c}]",
        ]
    start = f"len(X) - {n_official_test}" if n_official_test != "0" else str(a + b)
    return [
        f"train, valid = slice(0, {a}), slice({a}, {a + b})",
        f"test = slice({start}, {start} + {c})",
    ]


def _point_scaling(data):
    """Return the lines that scale X, points in the plane or rows of a table, by the training set."""
    if data.scaling == "none":
        return []
    lines = {
        "standard": ["shift, scale = X[train].mean(axis=0), X[train].std(axis=0)"],
        "unit": ["shift, scale = X[train].min(axis=0), np.ptp(X[train], axis=0)"],
        "unit_twice": ["shift, scale = X[train].min(axis=0), np.ptp(X[train], axis=0) * 255"],
    }[data.scaling]
    if DATASETS[data.name].own:
        one = "255.0" if data.scaling == "unit_twice" else "1.0"
        roundings = f"{FEW_ROUNDINGS} * np.spacing(np.abs(X[train]).max(axis=0))"
        least = roundings if data.scaling == "standard" else "0"
        lines += [
            "# what does not vary becomes 0",
            f"varies = np.ptp(X[train], axis=0) > {least}",
            f"shift, scale = np.where(varies, shift, X[train][0]), np.where(varies, scale, {one})",
        ]
    return [*lines, "X = (X - shift) / scale"]


def _image_scaling(data):
    """Return the lines that define scaled(part), the float32 values of bytes."""
    lines, value = [], "raw.astype(np.float32)"
    if data.scaling == "standard":
        lines = [
            "raw = parts[0][0]",
            "n, total = len(raw), raw.sum(axis=0, dtype=np.int64)",
            "squares = (raw.astype(np.uint16) ** 2).sum(axis=0, dtype=np.int64)",
            "spread = n * squares - total**2  # n² times the variance, as a whole number",
            "shift = (total / n).astype(np.float32)",
            "scale = np.where(spread > 0, np.sqrt(spread) / n, 1.0).astype(np.float32)",
        ]
        value = f"({value} - shift) / scale"
    elif data.scaling != "none":
        value += " / np.float32(255)" if data.scaling == "unit" else " / np.float32(255**2)"
    return [*lines, "", "def scaled(raw):", f"    return {value}", ""]
