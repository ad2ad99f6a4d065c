"""Which machine may propose translations."""

from __future__ import annotations

from typing import Any

from .environment import SettingError

_CLASSES = {
    "libretranslate": "wagtail_localize.machine_translators.libretranslate.LibreTranslator",
    "deepl": "wagtail_localize.machine_translators.deepl.DeepLTranslator",
}


def machine_settings(name: str, url: str, key: str) -> dict[str, Any] | None:
    """Give wagtail-localize's setting, or None where no machine is wanted.

    name: "libretranslate" (which needs `url`), "deepl" (which needs `key`), or "". Raises
    SettingError.
    """
    if not name:
        return None
    if name not in _CLASSES:
        raise SettingError(f"MACHINE_TRANSLATOR must be one of {', '.join(_CLASSES)}, not {name}")
    if name == "libretranslate" and not url.startswith(("http://", "https://")):
        raise SettingError("MACHINE_TRANSLATOR_URL must be the address of a LibreTranslate server")
    if name == "deepl" and not key:
        raise SettingError("MACHINE_TRANSLATOR_KEY must be set for DeepL")
    options: dict[str, Any] = (
        {"LIBRETRANSLATE_URL": url.rstrip("/"), "API_KEY": key, "TIMEOUT": 60}
        if name == "libretranslate"
        else {"AUTH_KEY": key}
    )
    return {"CLASS": _CLASSES[name], "OPTIONS": options}
