"""The five published courseworks: what each did, as presets of the pages, and what it reported."""
