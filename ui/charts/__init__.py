"""Charts: data frames in, a `Drawing` of an `alt.Chart` out. Pure; no Streamlit, no engine."""

# Altair looks for pandas among the modules that are loaded. Where the first two visitors come at once, one of
# them may be loading it: this import waits until it is whole.
import pandas  # noqa: F401
