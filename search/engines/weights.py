"""How much each kind of match weighs in a score: the same for every engine.

A word's score is that of its best match, and a little for the others. Matches of words are scored
by BM25 times their weight; those that say "constant" add their weight as it is.
"""

from __future__ import annotations

TITLE, TEXT, LABEL = 3.0, 1.0, 0.4
EXACT = 1.1
"""As written rather than by its stem."""
OWN_LANGUAGE = 1.5
"""In the reader's language."""
REFERENCE = 12.0
"""The work's reference, whole (constant)."""
PREFIX_TITLE, PREFIX_TEXT = 0.6, 0.2
"""A word that may be half typed begins one of the title, or of the text or a label (constant)."""
WHOLE_TITLE = 1000.0
"""The title is what was typed, whole (constant): it comes before everything else."""
OTHERS = 0.1
"""What the matches of a word beside its best one add."""
MEANING = 75.0
"""Full nearness in meaning (constant, times the nearness); it adds to the words' score."""
DENSITY = 0.2
"""How much of the density around a work is taken off its nearness to a vector."""
TITLE_BEGINS = 100.0
"""Autocomplete: a title begins with what was typed (constant): it comes before the others."""
NUDGE = 0.1
"""Verification, and recency, multiply the score by up to one and this."""
MIN_PREFIX = 3
"""From how many letters on the last word of a search may be half typed."""
