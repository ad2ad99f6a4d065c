"""The template as a Word file: made from the fields of the form, and read back into them."""
