"""What charts are drawn from: tables and pictures of a run's networks."""
