"""Datasets for the lab: generated points in the plane, the visitor's own points, tables and images."""

from data.config import DATASETS, SCALINGS, DataConfig, offered
from data.downloads import DataUnavailable, fetch, folder_of, ready
from data.entries import Entry
from data.images import Images
from data.loading import Dataset, held_dataset, load_dataset
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
from data.uploads import held as held_images
from data.uploads import keep as keep_images

__all__ = [
    "DATASETS",
    "MAX_OWN_POINTS",
    "MOST_CLASSES",
    "SCALINGS",
    "STORE",
    "DataConfig",
    "DataUnavailable",
    "Dataset",
    "Entry",
    "Images",
    "bad_rows",
    "fetch",
    "folder_of",
    "format_points",
    "held_dataset",
    "held_images",
    "joined",
    "keep_images",
    "load_dataset",
    "offered",
    "parse_points",
    "point_labels",
    "read_rows",
    "ready",
    "with_every_class",
]
