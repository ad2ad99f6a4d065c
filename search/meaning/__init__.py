"""Finding by meaning: texts become vectors, and texts of like meaning, vectors that are near.

`SEARCH_ENCODER` names what makes the vectors; "off" leaves the search with words alone.
"""

from __future__ import annotations

from .encoders import OFF, Encoder, get_encoder

__all__ = ["OFF", "Encoder", "get_encoder"]
