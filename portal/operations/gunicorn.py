"""How gunicorn serves the portal; the command line adds the address, and --preload."""

import gc
from typing import Any

workers = 2
threads = 2
graceful_timeout = 20
loglevel = "warning"
control_socket_disable = True
# A long search must reach the portal, which answers it with what it could use: 2,000 Arabic
# letters make an address of 12 kB. Whoever puts a proxy in front sets the limit there.
limit_request_line = 0


def _freeze(_process: Any) -> None:
    """Take the loaded code out of garbage collection: none of it is garbage.

    Workers then share its memory for longer, and end at once instead of looking through it all.
    """
    gc.collect()
    gc.freeze()


when_ready = post_worker_init = _freeze
