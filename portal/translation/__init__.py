"""The work of translators: what is translated, what is out of date, review before publication."""
