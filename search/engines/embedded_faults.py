"""Whatever goes wrong with the embedded index becomes one clear sentence."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from .base import EngineUnavailable

logger = logging.getLogger(__name__)


@contextmanager
def engine_faults() -> Iterator[None]:
    """Turn what the library and the disk throw into EngineUnavailable, and log it."""
    try:
        yield
    except (ValueError, OSError, RuntimeError) as error:
        logger.warning("The embedded search engine failed: %s", error, exc_info=True)
        raise EngineUnavailable(
            _("The search index cannot be read or written: rebuild needed.")
        ) from error
    except BaseException as error:
        # A panic of the library (a damaged file) comes as a BaseException without importable type.
        if type(error).__name__ != "PanicException":
            raise
        logger.warning("The embedded search engine failed: %s", error, exc_info=True)
        raise EngineUnavailable(_("The search index is damaged: rebuild needed.")) from error
