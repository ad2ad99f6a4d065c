from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Running the portal: serving, what is due, catalogues, the demonstration."""

    name = "portal.operations"

    def ready(self) -> None:
        """Register the checks."""
        from . import languages  # noqa: F401 - registering is the purpose
