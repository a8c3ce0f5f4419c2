"""Measurements as ratios within one run. See docs/data.md for what they are held against."""
