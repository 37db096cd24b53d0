"""Measurements, run by hand: ``./setup/bench aging`` and ``./setup/bench provision``. Nothing here is
asserted, nothing in CI.
"""
