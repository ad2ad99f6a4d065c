"""The fixtures of these tests."""

from tests.fixtures import (  # noqa: F401 - pytest finds them here
    desk,
    editor,
    french,
    fresh_caches,
    index,
    library,
    saved_world,
    staff,
    translator,
    world,
)
