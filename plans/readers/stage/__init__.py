"""Stages: where a paper speaks of them, their kinds and days."""
