from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Running the portal: serving, what is due, catalogues, the demonstration."""

    name = "portal.operations"
