"""Tables and pictures of a run's networks, from which the charts are drawn."""
