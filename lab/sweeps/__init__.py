"""What the results of a sweep show: the leaderboard, which field matters and where, and the sentences."""
