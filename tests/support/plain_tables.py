"""A plain table, and how it is read."""

import numpy as np

from data import tables

PLAIN = "length,width,colour,kind\n1.5,10,red,a\n2.5,20,blue,b\n3.5,25,red,a\n4,40,green,b\n"
X = [[1.5, 10, 0, 0, 1], [2.5, 20, 1, 0, 0], [3.5, 25, 0, 0, 1], [4, 40, 0, 1, 0]]
FEATURES = ("length", "width", "colour = blue", "colour = green", "colour = red")


def read(text, **choices):
    return tables.read(text.encode() if isinstance(text, str) else text, **choices)


def columns(table):
    return {column.name: column for column in table.understood}


def assert_plain(table, features=FEATURES):
    """The table is that of PLAIN."""
    assert (table.feature_names, table.class_names) == (features, ("a", "b"))
    np.testing.assert_array_equal(table.X, X)
    np.testing.assert_array_equal(table.y, [0, 1, 0, 1])
