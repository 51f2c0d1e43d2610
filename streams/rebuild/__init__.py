"""Recomputes the state of a stage from the topic that it reads, when its changelog is lost. Nothing is sent meanwhile.

Read in this order: ``plan`` (from where to where), ``one_stage``, ``all_stages``; ``teacher`` and ``from_mentions`` (watch,
from `mentions` too).
"""
