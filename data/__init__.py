"""Datasets for the lab: generated points in the plane, the visitor's own points, tables and images."""

from data.archive import MOST_BYTES as MOST_FILE_BYTES
from data.config import DATASETS, SCALINGS, DataConfig, offered
from data.downloads import DataUnavailable, fetch, folder_of, ready
from data.entries import Entry
from data.images import Images
from data.loading import Dataset, check_uploaded, held_dataset, load_dataset, uploaded
from data.own_tables import choices as table_choices
from data.own_tables import file_of as table_file
from data.own_tables import held as held_table
from data.own_tables import keep as keep_table
from data.own_tables import key as table_key
from data.own_tables import store as store_table
from data.own_tables import with_choices as with_table_choices
from data.points import (
    MAX_OWN_POINTS,
    MOST_CLASSES,
    bad_rows,
    format_points,
    joined,
    parse_points,
    point_labels,
    read_rows,
    with_every_class,
)
from data.store import STORE
from data.tables import HEADERS, MISSING_CHOICES, Column, Table
from data.uploads import held as held_images
from data.uploads import keep as keep_images

__all__ = [
    "DATASETS",
    "HEADERS",
    "MAX_OWN_POINTS",
    "MISSING_CHOICES",
    "MOST_CLASSES",
    "MOST_FILE_BYTES",
    "SCALINGS",
    "STORE",
    "Column",
    "DataConfig",
    "DataUnavailable",
    "Dataset",
    "Entry",
    "Images",
    "Table",
    "bad_rows",
    "check_uploaded",
    "fetch",
    "folder_of",
    "format_points",
    "held_dataset",
    "held_images",
    "held_table",
    "joined",
    "keep_images",
    "keep_table",
    "load_dataset",
    "offered",
    "parse_points",
    "point_labels",
    "read_rows",
    "ready",
    "store_table",
    "table_choices",
    "table_file",
    "table_key",
    "uploaded",
    "with_every_class",
    "with_table_choices",
]
