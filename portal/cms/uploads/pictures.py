"""Pictures: decoded, turned the right way up, and saved again without what the camera wrote."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import get_sampling

from .content import checked, read
from .errors import UploadRefused

FRAMES = 500
# A colour profile is a few kilobytes; more is something else in its place.
PROFILE_BYTES = 2 * 1024 * 1024
_FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}
# Of what a picture says beside its pixels, what is needed to show them.
_SHOWN = ("transparency", "background", "loop", "duration", "disposal", "blend", "default_image")


def check_picture(file: Any) -> UploadedFile:
    """Give a picture as it may be kept: JPEG, PNG, WebP or GIF, without metadata.

    What the camera notes (place, time, owner) goes; quality, colours, and the movement of an
    animation stay. Raises UploadRefused for anything else, and for what is too large.
    """
    data = read(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=tuple(_FORMATS)) as picture:
                kind = "JPEG" if picture.format == "MPO" else str(picture.format)
                frames = _count_frames(picture, kind)
                saved = _saved(picture, kind, frames, data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UploadRefused(_too_many_pixels()) from None
    except UnidentifiedImageError:
        raise UploadRefused(_not_a_picture(data)) from None
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError) as error:
        # Pillow's decoders raise all of these on files that are damaged or made to harm.
        raise UploadRefused(
            _("The picture is damaged. Open it, save it as JPEG or PNG, and choose the new file.")
        ) from error
    if len(saved) > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE * 2:
        raise UploadRefused(_too_many_pixels())
    return checked(file, saved, _FORMATS[kind], f"image/{kind.lower()}")


def _not_a_picture(data: bytes) -> str:
    """Say what to do with something else, and why where it is often tried."""
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<") and b"<svg" in data[:20_000].lower():
        return _("SVG drawings can hold programs. Save it as PNG, and choose the new file.")
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftyphevc"):
        return _("HEIC pictures cannot be shown everywhere. Save it as JPEG, and choose that file.")
    return _("This is no JPEG, PNG, WebP or GIF picture. Save it as one, and choose the new file.")


def _too_many_pixels() -> str:
    limit = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000
    return _(
        "The picture has too many pixels: at most %(limit)s million, all images of an animation "
        "together. Make it smaller, and choose it again."
    ) % {"limit": number_format(limit)}


def _count_frames(picture: Image.Image, kind: str) -> int:
    """Give the number of images of an animation. Raises UploadRefused where they are too many."""
    pixels = picture.width * picture.height
    count = 1
    while True:
        if pixels * count > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS or count > FRAMES:
            raise UploadRefused(_too_many_pixels())
        if kind == "JPEG":  # the further images of a JPEG are its thumbnails
            return 1
        try:
            picture.seek(count)
        except EOFError:
            picture.seek(0)
            return count
        count += 1


def _saved(picture: Image.Image, kind: str, frames: int, data: bytes) -> bytes:
    """Give the file of a picture that was saved again."""
    options: dict[str, Any] = {}
    profile = picture.info.get("icc_profile")
    if profile and len(profile) <= PROFILE_BYTES:
        options["icc_profile"] = profile
    if kind == "JPEG":
        options |= _as_it_was_compressed(picture)
    elif kind == "WEBP":
        options |= {"lossless": True} if _is_lossless(data) else {"quality": 90}
    elif kind == "PNG":
        options["optimize"] = picture.width * picture.height < 4_000_000
    out = BytesIO()
    if frames > 1:
        images, durations = _animation(picture, frames)
        options |= {
            "save_all": True,
            "append_images": images[1:],
            "duration": durations,
            "loop": picture.info.get("loop", 0 if kind != "GIF" else None),
        }
        if options["loop"] is None:  # a GIF without the note plays once
            del options["loop"]
        images[0].save(out, kind, **options)
    else:
        still = ImageOps.exif_transpose(picture)
        if kind == "JPEG" and still.mode not in ("RGB", "L"):
            still = _to_rgb(still, options)
        _clean(still).save(out, kind, **options)
    return out.getvalue()


def _as_it_was_compressed(picture: Any) -> dict[str, Any]:
    """Give the options that compress a JPEG as much as it was."""
    options: dict[str, Any] = {"optimize": True, "progressive": "progressive" in picture.info}
    if picture.mode in ("RGB", "L"):
        options["qtables"] = picture.quantization
        if (sampling := get_sampling(picture)) >= 0:
            options["subsampling"] = sampling
    else:
        options["quality"] = 92
    return options


def _to_rgb(picture: Image.Image, options: dict[str, Any]) -> Image.Image:
    """Bring the colours of a printer to a screen, by the picture's profile where it has one."""
    profile = options.pop("icc_profile", None)
    if profile and picture.mode == "CMYK":
        try:
            screen = ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(
                picture, ImageCms.ImageCmsProfile(BytesIO(profile)), screen, outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError):
            turned = None  # a broken profile: as without one
        if turned is not None:
            return turned
    return picture.convert("RGB")


def _animation(picture: Image.Image, frames: int) -> tuple[list[Image.Image], list[float]]:
    """Give the images of an animation and how long each stays."""
    images, durations = [], []
    for frame in _each(picture, frames):
        images.append(_clean(frame.copy()))
        durations.append(frame.info.get("duration", 100))
    return images, durations


def _each(picture: Image.Image, frames: int) -> Iterator[Image.Image]:
    for number in range(frames):
        picture.seek(number)
        picture.load()
        yield picture


def _clean(picture: Image.Image) -> Image.Image:
    """Give the pixels and what is needed to show them."""
    clean = picture.copy()
    clean.info = {name: picture.info[name] for name in _SHOWN if name in picture.info}
    return clean


def _is_lossless(data: bytes) -> bool:
    """Tell whether a WebP was saved without loss."""
    place = 12
    while place + 8 <= len(data):
        name, size = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        if name == b"ANMF":
            name = data[place + 24 : place + 28]
        if name in (b"VP8L", b"VP8 "):
            return name == b"VP8L"
        place += 8 + size + size % 2
    return False
