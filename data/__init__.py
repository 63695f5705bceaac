"""Datasets for the lab: points in the plane, made on the spot, and images."""

from .config import DATASETS, MAX_OWN_POINTS, SCALINGS, DataConfig, format_points, parse_points
from .generators import CLASS_RANGES
from .loading import Dataset, load_dataset

__all__ = [
    "CLASS_RANGES",
    "DATASETS",
    "MAX_OWN_POINTS",
    "SCALINGS",
    "DataConfig",
    "Dataset",
    "format_points",
    "load_dataset",
    "parse_points",
]
