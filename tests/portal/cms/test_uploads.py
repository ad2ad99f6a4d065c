"""Every kind of bad upload is refused with its reason, and every good one is kept clean."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from portal.accounts.models import User
from portal.cms.models import PortalDocument, PortalImage
from portal.cms.uploads import UploadRefused, check_document, check_picture
from portal.cms.uploads.names import safe_name

SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def upload(data: bytes, name: str = "file.bin") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/png")


def picture(
    kind: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (64, 48), **more: Any
) -> bytes:
    image = Image.new(mode, size)
    if mode in ("RGB", "RGBA", "L"):
        ImageDraw.Draw(image).rectangle((0, 0, 10, 10), fill="white")
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(check_picture(upload(data)).read()))
    image.load()
    return image


def bare_png(width: int, height: int) -> bytes:
    """Give a PNG that says it is large and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def archive(entries: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out.getvalue()


def office(
    main: str = WORD,
    part: str = "word/document.xml",
    types: str = "",
    more: dict[str, bytes] | None = None,
) -> bytes:
    """Give an office file; `more` are further entries."""
    entries: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'content-types"><Override PartName="/{part}" ContentType="{main}"/>{types}</Types>',
        part: "<document/>",
    }
    return archive(entries | (more or {}))


def relations(kind: str, target: str) -> bytes:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{RELATION}{kind}" Target="{target}" TargetMode="External"/>'
        "</Relationships>"
    ).encode()


def open_document(kind: str = "text", more: dict[str, bytes] | None = None) -> bytes:
    entries: dict[str, bytes | str] = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": "<office/>",
        "META-INF/manifest.xml": "<manifest/>",
    }
    return archive(entries | (more or {}))


def refusal(check: Callable[[Any], Any], data: bytes, name: str = "file.bin") -> str:
    with pytest.raises(UploadRefused) as refused:
        check(upload(data, name))
    return str(refused.value)


# Pictures


@pytest.mark.parametrize(
    ("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif")]
)
def test_a_picture_is_known_by_its_content(kind: str, ending: str) -> None:
    mode = "P" if kind == "GIF" else "RGB"
    kept = check_picture(upload(picture(kind, mode), "plan.exe"))
    assert kept.name == f"plan.{ending}"
    assert kept.content_type == f"image/{kind.lower()}"
    assert Image.open(kept).size == (64, 48)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (SVG, "SVG"),
        (b"\xef\xbb\xbf  " + SVG, "SVG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"GIF89a", "no JPEG"),
        (picture("TIFF"), "no JPEG"),
        (picture("BMP"), "no JPEG"),
        (PDF, "no JPEG"),
        (b"<html></html>", "no JPEG"),
        (picture()[:400], "damaged"),
        (picture("PNG", size=(300, 300))[:120], "damaged"),
        (bare_png(16_000, 16_000), "pixels"),
        (bare_png(10_000, 10_000), "pixels"),
        (bare_png(8_000, 8_000), "pixels"),
        (picture() + b"\0" * 10 * 1024 * 1024, "10"),
    ],
)
def test_what_is_no_good_picture_is_refused_with_its_reason(data: bytes, word: str) -> None:
    assert word in refusal(check_picture, data, "street.jpg")


def test_a_moving_picture_counts_all_its_images(settings: Any) -> None:
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 64 * 48 * 3
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "green", "blue", "white")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert "pixels" in refusal(check_picture, out.getvalue())


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_moving_picture_moves_on(kind: str) -> None:
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    more = {"lossless": True} if kind == "WEBP" else {}
    frames[0].save(
        out, kind, save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0, **more
    )
    kept = opened(out.getvalue())
    colours, durations = [], []
    for number in range(kept.n_frames):  # type: ignore[attr-defined]
        kept.seek(number)
        colours.append(kept.convert("RGB").getpixel((5, 5)))
        kept.load()
        durations.append(kept.info["duration"])
    assert colours == [(255, 0, 0), (0, 128, 0), (0, 0, 255)]
    assert durations == [100, 200, 300]


def test_nothing_stays_of_what_the_camera_wrote() -> None:
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    exif.get_ifd(0x8825)[1] = "N"
    data = picture(exif=exif, comment=b"SecretComment", xmp=b"<x>SecretXmp</x>")
    assert b"CameraMaker" in data
    assert b"SecretComment" in data
    kept = check_picture(upload(data)).read()
    assert not Image.open(io.BytesIO(kept)).getexif()
    for word in (b"CameraMaker", b"SecretComment", b"SecretXmp", b"Exif"):
        assert word not in kept


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_nothing_stays_of_notes_in_other_pictures(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    more: dict[str, Any] = {"exif": exif}
    if kind == "PNG":
        more["pnginfo"] = PngImagePlugin.PngInfo()
        more["pnginfo"].add_text("Author", "SecretAuthor")
    data = picture(kind, **more)
    assert b"CameraMaker" in data
    kept = check_picture(upload(data)).read()
    assert b"CameraMaker" not in kept
    assert b"SecretAuthor" not in kept


def test_a_picture_stands_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = opened(picture(exif=exif, quality=95))
    assert kept.size == (48, 64)
    assert kept.convert("L").getpixel((45, 3)) > 200  # type: ignore[operator]
    assert kept.convert("L").getpixel((3, 3)) < 50  # type: ignore[operator]


def test_quality_and_colour_profile_stay() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = picture(icc_profile=profile, quality=97, subsampling=0)
    kept = opened(data)
    assert kept.info["icc_profile"] == profile
    assert kept.quantization == Image.open(io.BytesIO(data)).quantization  # type: ignore[attr-defined]


def test_lossless_pictures_keep_every_pixel() -> None:
    for data in (picture("WEBP", lossless=True), picture("PNG"), picture("PNG", "RGBA")):
        before = Image.open(io.BytesIO(data)).convert("RGBA")
        assert opened(data).convert("RGBA").tobytes() == before.tobytes()


def test_a_printers_colours_become_a_screens() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (20, 20), (0, 255, 255, 0)).save(out, "JPEG", quality=95)
    kept = opened(out.getvalue())
    assert kept.mode == "RGB"
    red, green, blue = kept.getpixel((10, 10))  # type: ignore[misc]
    assert red > 200
    assert max(green, blue) < 60


def test_transparency_stays() -> None:
    image = Image.new("P", (10, 10), 0)
    out = io.BytesIO()
    image.save(out, "PNG", transparency=0)
    assert opened(out.getvalue()).convert("RGBA").getpixel((1, 1))[3] == 0  # type: ignore[index]


# Documents


@pytest.mark.parametrize(
    ("data", "name", "kept"),
    [
        (PDF, "plan.docx", "plan.pdf"),
        (b"\xef\xbb\xbf" + PDF, "plan", "plan.pdf"),
        (office(), "plan.pdf", "plan.docx"),
        (office(SHEET, "xl/workbook.xml"), "plan", "plan.xlsx"),
        (office(SLIDES, "ppt/presentation.xml"), "plan.zip", "plan.pptx"),
        (open_document(), "plan.docx", "plan.odt"),
        (open_document("spreadsheet"), "plan", "plan.ods"),
        (open_document("presentation"), "plan", "plan.odp"),
        ("Café".encode(), "plan.TXT", "plan.txt"),
        ("Café;1".encode("cp1252"), "plan.csv", "plan.csv"),
        ("خطة,1".encode("utf-16"), "خطة.csv", "خطة.csv"),
        (
            office(more={"word/_rels/d.rels": relations("hyperlink", "https://example.org")}),
            "a",
            "a.docx",
        ),
        (
            office(
                more={"word/_rels/s.rels": relations("attachedTemplate", "file:///C:/Normal.dotm")}
            ),
            "a",
            "a.docx",
        ),
        (
            office(more={"word/embeddings/sheet.xlsx": office(SHEET, "xl/workbook.xml")}),
            "chart",
            "chart.docx",
        ),
    ],
)
def test_a_document_is_known_by_its_content(data: bytes, name: str, kept: str) -> None:
    file = check_document(upload(data, name))
    assert file.name == kept
    assert file.read() == data


OBJECTS = zlib.compress(b"5 0 << /S /JavaScript /JS (app.alert(1)) >>")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"MZ\x90", "no PDF"),
        (b"{\\rtf1 hello}", "no PDF"),
        (SVG, "no PDF"),
        (picture(), "no PDF"),
        (PDF[:-7], "damaged"),
        (PDF.replace(b"/Type", b"/OpenAction << /S /JavaScript /JS (x) >> /Type"), "JavaScript"),
        (PDF.replace(b"/Type", b"/OpenAction << /S /Java#53cript >> /Type"), "JavaScript"),
        (PDF.replace(b"/Type", b"/AA << /S /Launch /F (cmd.exe) >> /Type"), "JavaScript"),
        (
            PDF.replace(
                b"endobj",
                b"endobj 2 0 obj << /Type /ObjStm /N 1 >>\nstream\n" + OBJECTS + b"\nendstream",
            ),
            "JavaScript",
        ),
        (PDF.replace(b"/Type", b"/Names << /EmbeddedFiles 9 0 R >> /Type"), "other files"),
        (PDF.replace(b"/Root", b"/Encrypt 9 0 R /Root"), "password"),
        (OLE + b"\0" * 600, "old office"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (archive({"a.txt": "a"}), "archive"),
        (archive({"a.zip": archive({"b": "c"})}), "archive"),
        (office()[:-30], "damaged"),
        (office(more={"word/vbaProject.bin": b"x"}), "macros"),
        (office(WORD.replace("document.main", "document.macroEnabled.main")), "macros"),
        (
            office(types='<Default Extension="x" ContentType="application/vnd.ms-activeX"/>'),
            "macros",
        ),
        (office(SHEET, "xl/workbook.xml", more={"xl/macrosheets/s.xml": b"<x/>"}), "macros"),
        (office(more={"word/activeX/a.xml": b"<x/>"}), "macros"),
        (office(more={"word/embeddings/oleObject1.bin": OLE}), "macros"),
        (office(more={"word/embeddings/tool.exe": b"MZ\x90"}), "other files"),
        (office(more={"word/media/image1.png": archive({"a": "b"})}), "other files"),
        (
            office(
                more={
                    "word/embeddings/s.xlsx": office(
                        SHEET, "xl/workbook.xml", more={"xl/vbaProject.bin": b"x"}
                    )
                }
            ),
            "macros",
        ),
        (
            office(
                more={"word/_rels/s.rels": relations("attachedTemplate", "https://x.example/t")}
            ),
            "fetches",
        ),
        (office(more={"word/_rels/d.rels": relations("image", "https://x.example/i")}), "fetches"),
        (office(more={"word/_rels/d.rels": relations("image", r"\\server\i.png")}), "fetches"),
        (office(more={"word/_rels/d.rels": relations("image", "file://server/i")}), "fetches"),
        (
            office(more={"word/_rels/d.rels": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}),
            "damaged",
        ),
        (office().replace(b"word/document", b"word/elsewhere"[:13]), "archive"),
        (open_document("text-master"), "archive"),
        (open_document(more={"Basic/Standard/x.xml": b"<x/>"}), "macros"),
        (
            open_document(more={"META-INF/manifest.xml": b"<m:encryption-data/>"}),
            "password",
        ),
        (
            open_document(
                more={"content.xml": b'<draw:image xlink:href="https://x.example/i.png"/>'}
            ),
            "fetches",
        ),
        (office(more={"word/x.xml": b"0" * 60 * 1024 * 1024}), "too large"),
        (archive({f"{number}": b"" for number in range(2001)}), "too large"),
        (office(more={"../up.xml": b"x"}), "damaged"),
    ],
)
def test_what_is_no_good_document_is_refused_with_its_reason(data: bytes, word: str) -> None:
    assert word in refusal(check_document, data, "plan.pdf")


@pytest.mark.parametrize("data", [b"MZ\x90\0", b"a\0b", b" <!doctype html><p>", SVG, b"a\x07"])
@pytest.mark.parametrize("name", ["plan.txt", "plan.csv"])
def test_only_text_is_text(data: bytes, name: str) -> None:
    assert "no PDF" in refusal(check_document, data, name)


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    data = bytearray(office(more={"word/x.xml": b"0" * 2_000_000}))
    size = struct.pack("<I", 2_000_000)
    assert data.count(size) >= 1
    assert refusal(check_document, bytes(data).replace(size, struct.pack("<I", 10)))


def test_a_protected_archive_is_refused() -> None:
    data = bytearray(office())
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    assert "password" in refusal(check_document, bytes(data))


# Names


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("Le plan d’été (v2).final.PDF", "Le-plan-d-été-v2-final.pdf"),
        ("خطة المدينة.pdf", "خطة-المدينة.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\plan.pdf", "plan.pdf"),
        ("<script>alert(1)</script>.pdf", "alert-1.pdf"),
        ('"><img src=x onerror=alert(1)>.pdf', "file.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("plan\u202efdp.exe", "planfdp.pdf"),
        ("CON.pdf", "file-CON.pdf"),
        ("lpt1", "file-lpt1.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        ("-rf.pdf", "rf.pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("x" * 300 + ".pdf", "x" * 80 + ".pdf"),
    ],
)
def test_names_are_safe_and_readable(name: str, kept: str) -> None:
    assert safe_name(name, "pdf") == kept


@pytest.mark.parametrize("sign", ["ب", "都", "𐍈"])
def test_long_names_of_any_script_fit_into_a_file_system(sign: str) -> None:
    name = safe_name(sign * 300, "docx")
    assert len(name.encode()) <= 210
    assert name.startswith(sign * 40)


# The admin's own forms


@pytest.fixture
def admin(client: Client, editor: User) -> Client:
    """Somebody who may upload, logged in."""
    client.force_login(editor)
    return client


def post(client: Client, where: str, data: bytes, name: str, **more: Any) -> Any:
    file = SimpleUploadedFile(name, data, content_type="application/octet-stream")
    field = "files[]" if where.endswith("add_multiple") else "file"
    fields = {"title": "A title", "collection": 1, field: file} | more
    headers = {"x-requested-with": "XMLHttpRequest"}
    return client.post(reverse(where), fields, headers=headers)


def located() -> bytes:
    """Give a picture that says where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    return picture(exif=exif)


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
class TestAdmin:
    @pytest.mark.parametrize("where", ["wagtailimages:add", "wagtailimages:add_multiple"])
    def test_pictures_are_cleaned(self, admin: Client, where: str) -> None:
        post(admin, where, located(), "x" * 300 + ".png")
        kept = PortalImage.objects.get()
        assert kept.file.name.endswith(".jpg")
        assert b"CameraMaker" not in kept.file.read()

    def test_a_picture_that_waits_for_its_title_is_cleaned(self, admin: Client) -> None:
        from wagtail.models import UploadedFile

        post(admin, "wagtailimages:add_multiple", located(), "a.jpg", title="x" * 300)
        assert not PortalImage.objects.exists()
        assert b"CameraMaker" not in UploadedFile.objects.get().file.read()

    @pytest.mark.parametrize("where", ["wagtailimages:add", "wagtailimages:add_multiple"])
    def test_bad_pictures_are_refused_with_the_reason(self, admin: Client, where: str) -> None:
        answer = post(admin, where, SVG, "street.png")
        assert "SVG" in answer.content.decode()
        assert not PortalImage.objects.exists()

    @pytest.mark.parametrize("where", ["wagtaildocs:add", "wagtaildocs:add_multiple"])
    def test_documents_are_checked(self, admin: Client, where: str) -> None:
        answer = post(admin, where, office(more={"word/vbaProject.bin": b"x"}), "plan.docx")
        assert "macros" in answer.content.decode()
        assert not PortalDocument.objects.exists()
        post(admin, where, office(), "plan.pdf")
        assert PortalDocument.objects.get().file_extension == "docx"

    def test_a_large_picture_on_disk_is_cleaned_too(self) -> None:
        from portal.cms.upload_forms import PictureField

        data = located()
        file = TemporaryUploadedFile("a.jpg", "image/jpeg", len(data), None)
        file.write(data)
        assert b"CameraMaker" not in PictureField().to_python(file).read()

    def test_a_title_can_be_changed_without_a_new_file(self, admin: Client) -> None:
        post(admin, "wagtailimages:add", located(), "a.jpg")
        kept = PortalImage.objects.get()
        fields = {"title": "Another", "collection": 1}
        admin.post(reverse("wagtailimages:edit", args=[kept.pk]), fields)
        again = PortalImage.objects.get()
        assert (again.title, again.file.name) == ("Another", kept.file.name)
