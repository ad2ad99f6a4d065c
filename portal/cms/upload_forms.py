"""The admin's own uploads are checked like everybody's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.fields import WagtailDocumentField
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from .uploads import UploadRefused, check_document, check_picture


def _clean(data: Any, check: Callable[[Any], UploadedFile]) -> Any:
    """Check an upload, and write what may be kept into it.

    Into it, since Wagtail keeps the upload itself where another field (the title) is wrong.
    Raises ValidationError.
    """
    if not data:
        return data
    try:
        checked = check(data)
    except UploadRefused as refusal:
        raise ValidationError(str(refusal), code="refused") from refusal
    data.file.seek(0)
    data.file.truncate()
    data.file.write(checked.read())
    data.file.flush()
    data.file.seek(0)
    data.name, data.size, data.content_type = checked.name, checked.size, checked.content_type
    return data


class PictureField(WagtailImageField):
    """A picture that `check_picture` has cleaned."""

    def to_python(self, data: Any) -> Any:
        """Give the clean picture. Raises ValidationError."""
        return super().to_python(_clean(data, check_picture))


class DocumentField(WagtailDocumentField):
    """A document that `check_document` has looked at."""

    def to_python(self, data: Any) -> Any:
        """Give the document. Raises ValidationError."""
        return super().to_python(_clean(data, check_document))


def _replace_file(form: Any, field: type[Any]) -> None:
    """Let the form's file be checked by another field; its label and widget stay."""
    old = form.fields.get("file")
    if old is not None:
        form.fields["file"] = field(
            label=old.label, required=old.required, widget=old.widget, max_length=old.max_length
        )


class PictureForm(BaseImageForm):
    """The admin's form of pictures."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _replace_file(self, PictureField)


class DocumentForm(BaseDocumentForm):
    """The admin's form of documents."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _replace_file(self, DocumentField)
