"""The demonstration's content: real places, told from public sources; examples say so."""
