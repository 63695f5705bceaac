"""Charts: data frames in, a `Drawing` of an `alt.Chart` out. Pure; no Streamlit, no engine."""
