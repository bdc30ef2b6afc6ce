"""Measurements, run by hand. `bench/README.md` holds the figures and the commands."""
