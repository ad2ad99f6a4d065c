"""How gunicorn serves the portal; the command line adds the address, and --preload."""

import gc
from typing import Any

workers = 2
threads = 2
graceful_timeout = 20
loglevel = "warning"
control_socket_disable = True


def _freeze(_process: Any) -> None:
    """Take the loaded code out of garbage collection: none of it is garbage.

    Workers then share its memory for longer, and end at once instead of looking through it all.
    """
    gc.collect()
    gc.freeze()


when_ready = post_worker_init = _freeze
