"""What the pages share: controls, the cache of runs, frames, charts, links."""
