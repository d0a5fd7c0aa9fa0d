"""`python -m bench.readings` prints them with their limits."""

from bench.measure import show
from bench.readings.every import figures

show(figures(), keep=False)
