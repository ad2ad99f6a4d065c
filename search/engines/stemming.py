"""The stems of words, by language: what the inflected forms of a word have in common."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

from .folding import MAX_TERM, OFF, fold

ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
"""Languages with a stemmer; any other language has none, which is better than a wrong one."""
STEMMED = tuple(ALGORITHMS)
_SAME_STEMMER = {"nb": "no", "nn": "no"}
_SCRIPTS = {
    "ar": "[\u0600-\u06ff]",
    "el": "[\u0370-\u03ff\u1f00-\u1fff]",
    "hi": "[\u0900-\u097f]",
    "ru": "[\u0400-\u04ff]",
}
_LATIN = "[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]"
_SCRIPT_OF = {code: re.compile(_SCRIPTS.get(code, _LATIN)) for code in ALGORITHMS}
# The article, with what is written together with it, where three letters at least are left.
_ARTICLE = re.compile(r"^[وف]?(?:[بك]?ال|لل)(?=.{3})")
# Stemmers that cut a plural to its singular and the singular further, so that they run twice.
_TWICE = frozenset(("es", "tr"))
# Endings of plurals that the Portuguese stemmer keeps apart from their singulars.
_PORTUGUESE = (
    ("ões", "ão"),
    ("ães", "ão"),
    ("oes", "ao"),
    ("ais", "al"),
    ("eis", "el"),
    ("éis", "el"),
    ("ns", "m"),
)
# "modernos" is no verb with a pronoun ("conocernos"); those in -iernos never are.
_SPANISH_ERNOS = frozenset(("mod", "int", "ext", "et", "cuad", "mat", "pat", "frat", "subalt"))
_IRREGULAR = {
    "ar": {"مدن": "مدينة", "مناطق": "منطقة", "نساء": "امرأة"},
    "en": {
        "women": "woman",
        "men": "man",
        "children": "child",
        "buses": "bus",
        "gases": "gas",
    },
    # As it stands in the name of every municipality.
    "tr": {"belediyesi": "belediye"},
}

_stemmers: dict[str, Stemmer.Stemmer] = {}
_stemmers_lock = threading.Lock()  # a Stemmer must not be used by two threads at once


def stem_language(language: str) -> str:
    """Give the code under which a language is stemmed ("pt-BR" -> "pt"), or "" for none."""
    code = language.replace("_", "-").split("-")[0].lower()
    code = _SAME_STEMMER.get(code, code)
    return code if code in ALGORITHMS else ""


@lru_cache(maxsize=400_000)
def stems(word: str, language: str) -> tuple[str, ...]:
    """Give the folded stems of a word in a language of `STEMMED`.

    Those of the word as written and of its folded form (what somebody who types no accents asks
    for); in some languages also what is left when a stem is stemmed again ("ciudades" is cut to
    "ciudad", and "ciudad" to "ciud"). Two words match where one stem is the same. Nothing for a
    word in another script than the language's.
    """
    if not _SCRIPT_OF[language].search(word):
        return ()
    plain = unicodedata.normalize("NFKC", word)
    if language == "tr":
        plain = plain.replace("İ", "i").replace("I", "\u0131")
    elif language == "ar":
        plain = plain.translate(OFF)
    forms = dict.fromkeys(
        regular
        for form in (unicodedata.normalize("NFC", plain.lower())[:MAX_TERM], fold(word))
        for regular in _regular(form, language)
    )
    found: list[str] = []
    with _stemmers_lock:
        if language not in _stemmers:
            _stemmers[language] = Stemmer.Stemmer(ALGORITHMS[language], 0)
        for form in forms:
            stem = _stemmers[language].stemWord(form)
            found.append(stem)
            if language in _TWICE:
                found.append(_stemmers[language].stemWord(stem))
    return tuple(dict.fromkeys(filter(None, map(fold, found))))


def _regular(word: str, language: str) -> tuple[str, ...]:
    """Give a word the forms that its stemmer is at its best with."""
    if language == "ar":
        # With the article it is certain that no first letter is a preposition.
        word = _ARTICLE.sub("", word)
        return ("ال" + _IRREGULAR["ar"].get(word, word),)
    if language == "pt" and len(word) > 4:
        for plural, singular in _PORTUGUESE:
            if word.endswith(plural):
                return (word[: -len(plural)] + singular,)
    if language == "es" and word.endswith("ces"):
        return (word, word[:-3] + "z")  # "luces" belongs to "luz", "entonces" to nothing
    if (
        language == "es"
        and word.endswith("ernos")
        and (word.endswith("iernos") or word[: -len("ernos")] in _SPANISH_ERNOS)
    ):
        return (word[:-1],)
    if language == "fr" and word.endswith("aux"):
        # "municipaux" belongs to "municipal", "tuyaux" to "tuyau": only a dictionary would know.
        return (word, word[:-1])
    return (_IRREGULAR.get(language, {}).get(word, word),)
