"""Mails of the portal: written in the reader's language, kept until they are sent."""
