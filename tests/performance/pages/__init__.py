"""Pages as a portal would have them that searches by Wagtail's own means; for measuring alone."""
