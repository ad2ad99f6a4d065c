"""What people upload is looked at before it is kept: by what is in it, never by its name.

`check_picture` and `check_document` give a clean file under a safe name, or raise `UploadRefused`,
whose message says in the reader's language what to do. docs/uploads.md lists what is refused.
"""

from .documents import check_document
from .errors import UploadRefused
from .pictures import check_picture

__all__ = ["UploadRefused", "check_document", "check_picture"]
