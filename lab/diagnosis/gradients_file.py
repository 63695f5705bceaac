"""A program's gradients, read from an .npz file or from one CSV file per array.

Arrays are recognised by their names: dW1, db1, dW2, …, in upper or lower case, with grad_ or g for d, or
_grad at the end, with _ or brackets; layers count from 1, or from 0 if the names do. Names without a d (W1,
b1, …) are read as gradients too, unless one array has both names, as W1 and dW1: then those without a d are
the parameters, and are left out. An .npz without names, as `np.savez(file, dW1, db1, …)` writes it, must have
them in that order. Matrices may have a row per unit instead of a row per input.
"""

import csv
import re
from typing import NamedTuple

import numpy as np

from data.archive import REAL, Refusal, array, header, opened, short
from lab.cells import decoded
from lab.diagnosis.batch import names
from lab.words import counted, listed
from mlp.network import Layer

KIND, LAYER, LAST = r"(?P<kind>w|b|weights?|bias|biases)", r"(?P<layer>\d{1,3})", r"(?P<last>[_. ]*grad)?"
NAME = re.compile(rf"(?P<first>d|g|grad|gradient|delta)?[_. ]*{KIND}[_. \[(]*{LAYER}[\])]*{LAST}")
NAME_LAST = re.compile(rf"(?:layers?|fc|linear)?[_. ]*{LAYER}[_. ]*{KIND}{LAST}")
MOST_NAME = 40
WITH_COMMA = re.compile(r"[+-]?(\d+(,\d+)?|,\d+)([eE][+-]?\d+)?")  # or without a comma


class Key(NamedTuple):
    """What a name says: "W" or "b", the number of the layer, and whether it is called a derivative."""

    kind: str
    layer: int
    is_derivative: bool


class Gradients(NamedTuple):
    """Gradients in the shapes of the parameters, and whether the file's matrices had a row per unit."""

    layers: tuple[Layer, ...]
    row_per_unit: bool


def most_bytes(batch):
    """Return the largest plausible bytes of a file with a Batch's gradients: 60 per number, for UTF-16."""
    return 20_000 + 60 * sum(W.size + b.size for W, b in batch.params)


def check_sizes(sizes, batch):
    """Raise Refusal if a file in `sizes`, [(file name, bytes), …], is larger than its gradients can be."""
    for name, n_bytes in sizes:
        if n_bytes > most_bytes(batch):
            found = f"{_cut(name)} has {n_bytes:,} bytes"
            raise Refusal(found, f"{most_bytes(batch):,}, which is enough for these gradients as text")


def read(files, batch):
    """Return the Gradients in `files`, [(file name, bytes), …]: one .npz, or a .csv per array.

    Names and shapes are checked before arrays of that size are created. Raise Refusal with a sentence that
    names the file or array, what it has and what is allowed.
    """
    needed = _needed(batch)
    check_sizes([(name, len(content)) for name, content in files], batch)
    archives = [content for name, content in files if not name.lower().endswith((".csv", ".txt"))]
    if archives and len(files) > 1:
        n_csv = len(files) - len(archives)
        found = f"There are {counted(len(files), 'file')}"
        if n_csv:
            found = f"{counted(len(archives), '.npz file')} and {counted(n_csv, 'CSV file')} are mixed"
        raise Refusal(found, f"one .npz file, or CSV files: {needed}")
    found = _from_npz(archives[0], batch, needed) if archives else _from_csv(files, batch, needed)
    return _shaped(found, batch)


def _needed(batch):
    wanted = names(batch)
    return f"arrays named {listed(wanted if len(wanted) <= 6 else [*wanted[:3], '…', *wanted[-2:]])}"


def _from_npz(content, batch, needed):
    """Return {name: array} from an archive whose headers have the needed names and shapes."""
    with opened(content, needed) as archive:
        members = [one.filename.removesuffix(".npy") for one in archive.infolist()]
        in_order = members == [f"arr_{i}" for i in range(len(names(batch)))]
        known = dict(zip(names(batch), members, strict=True)) if in_order else _known(members, batch, needed)
        shapes = {name: header(archive, member, needed, REAL)[0] for name, member in known.items()}
        _check_shapes(shapes, batch)
        return {name: array(archive, member).astype(np.float64) for name, member in known.items()}


def _from_csv(files, batch, needed):
    stems, found = {}, {}
    for name, content in files:
        stem = name.rsplit("/")[-1].rsplit(".", 1)[0]
        if stem in stems and _key(stem):
            first = _cut(stems[stem][0])
            said = "is given twice" if first == _cut(name) else f"and {_cut(name)} are both {stem}"
            raise Refusal(f"{first} {said}", "one file per array")
        stems[stem] = (name, content)
    for name, stem in _known(list(stems), batch, needed).items():
        found[name] = _table(*stems[stem], _parameters(batch)[name].size)
    _check_shapes({name: table.shape for name, table in found.items()}, batch)
    return found


def _table(name, content, size):
    """Return the numbers of a CSV file, (rows, columns), split at commas, semicolons, tabs or spaces.

    Commas are read as decimal commas if they can be, see `_with_points`; `size` numbers are expected.
    """
    text = decoded(content)
    if "\0" in text or "\N{REPLACEMENT CHARACTER}" in text:
        raise Refusal(f"{_cut(name)} is not text", "CSV in UTF-8, or one .npz file")
    rows = []
    for number, line in enumerate(filter(str.strip, _with_points(text, size).splitlines()), 1):
        cells = next(csv.reader([re.sub(r"[;\t ]+|\s*,\s*", ",", line.strip()).strip(",")]))
        try:
            rows.append([float(cell) for cell in cells])
        except ValueError:
            bad = next(cell for cell in cells if not _is_number(cell))
            raise Refusal(f"Row {number} of {_cut(name)} has {_cut(bad)!r}", "numbers") from None
        if len(rows[-1]) != len(rows[0]):
            found = f"Row {number} of {_cut(name)} has {counted(len(rows[-1]), 'number')}"
            raise Refusal(found, f"as many as the first row, {len(rows[0])}")
    if not rows:
        raise Refusal(f"{_cut(name)} is empty", "a row of numbers per row of the matrix")
    return np.array(rows)


def _with_points(text, size):
    """Return the text of a table with decimal points.

    Its commas are decimal commas if all that is between other separators is then a number, and either there
    is such a separator within the lines or there are as many of these numbers as expected.
    """
    cells = re.findall(r"[^;\s]+", text)
    n_lines = len(list(filter(str.strip, text.splitlines())))
    fits = all(map(WITH_COMMA.fullmatch, cells)) and (len(cells) == size or len(cells) > n_lines)
    return text.replace(",", ".") if fits else text


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def _known(members, batch, needed):
    """Return {our name: name in the file}; raise Refusal if a name is missing, unknown or there twice."""
    keys = _keys(members)
    from_zero = any(key.layer == 0 for _, key in keys)
    found = {}
    for member, key in keys:
        name = f"d{key.kind}{key.layer + from_zero}"
        if name in found:
            raise Refusal(f"{_cut(found[name])} and {_cut(member)} are both {name}", needed)
        found[name] = member
    wanted = names(batch)
    if missing := [name for name in wanted if name not in found]:
        there = f"; the file has {_firsts([*map(_cut, members)], 6)}" if members else ""
        raise Refusal(f"{_firsts(missing, 3)} {'is' if len(missing) == 1 else 'are'} missing{there}", needed)
    return {name: found[name] for name in wanted}


def _firsts(names, most):
    """Return names in words; of more than `most`, the first ones and how many there are."""
    if len(names) <= most:
        return listed(names)
    return f"{', '.join(names[:most])}, … ({len(names)} in all)"


def _keys(members):
    """Return [(name, Key), …] of the gradients among a file's names.

    Losses, inputs and the like may be in the file too, and the parameters beside their derivatives.
    """
    known = [(one, key) for one in members if len(one) <= MOST_NAME and (key := _key(one))]
    derivatives = [(one, key) for one, key in known if key.is_derivative]
    places = {key[:2] for _, key in derivatives}
    has_parameters = any(key[:2] in places for _, key in known if not key.is_derivative)
    return derivatives if has_parameters else known


def _key(member):
    """Return the Key of a name, or None."""
    text = member.strip().lower()
    if not (match := NAME.fullmatch(text) or NAME_LAST.fullmatch(text)):
        return None
    named = match.groupdict()
    is_derivative = bool(named.get("first") or named["last"])
    return Key(named["kind"][0].replace("w", "W"), int(named["layer"]), is_derivative)


def _parameters(batch):
    kinds = 2 if batch.config.use_bias else 1
    return dict(zip(names(batch), [array for layer in batch.params for array in layer[:kinds]], strict=True))


def _check_shapes(shapes, batch):
    """Raise Refusal if a shape is neither that of the parameter nor of its transpose."""
    for name, parameter in _parameters(batch).items():
        shape, allowed = shapes[name], [parameter.shape]
        allowed += (
            [(1, *parameter.shape), (*parameter.shape, 1)] if parameter.ndim == 1 else [parameter.shape[::-1]]
        )
        if shape not in allowed:
            raise Refusal(f"{name} has the shape {short(shape)}", f"{parameter.shape}, or {allowed[-1]}")


def _shaped(found, batch):
    """Return Gradients with every array in the shape of its parameter, transposed if necessary."""
    parameters = _parameters(batch)
    matrices = [name for name, parameter in parameters.items() if parameter.ndim == 2]
    oblong = [name for name in matrices if len(set(parameters[name].shape)) == 2]
    turned = [name for name in oblong if found[name].shape != parameters[name].shape]
    if turned and turned != oblong:
        straight = next(name for name in oblong if name not in turned)
        raise Refusal(
            f"{turned[0]} has a row per unit, and {straight} a row per input",
            "the same order in all matrices, preferably that of the weights in the file you started from",
        )
    ordered = {
        name: found[name].T if turned and name in matrices else found[name].reshape(parameter.shape)
        for name, parameter in parameters.items()
    }
    layers = []
    for number, (_, b) in enumerate(batch.params, 1):
        layers.append(Layer(ordered[f"dW{number}"], ordered.get(f"db{number}", np.zeros_like(b))))
    return Gradients(tuple(layers), bool(turned))


def _cut(text):
    text = str(text)
    return text if len(text) <= 40 else f"{text[:30]}…"
