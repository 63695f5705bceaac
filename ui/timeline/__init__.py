"""The timeline: the epoch on show, chosen and played in the browser."""
