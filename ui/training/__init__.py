"""Runs that grow, their cache and progress, turns and priorities, the pool and the cluster."""
