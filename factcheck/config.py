"""The settings, where they come from, and their limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from platformdirs import user_cache_dir
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from factcheck.errors import BadSetting


class Settings(BaseSettings):
    """All settings; each is read from the environment as FACTCHECK_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="FACTCHECK_", frozen=True, extra="ignore")

    index: Path = Field(default=Path("index"), description="Folder of the database and the vectors.")
    host: str = Field(default="127.0.0.1", description="Address to serve on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to serve on; 0 takes a free one.")
    relation_model: str = Field(default="builtin", description="Relation model: builtin, or a model folder.")
    cache: Path = Field(
        default=Path(user_cache_dir("factcheck")),
        description="Folder where the built-in relation model is put together.",
    )
    threads: int = Field(default=0, ge=0, le=256, description="Threads for the models; 0 takes all cores.")
    neighbours: int = Field(default=10, ge=1, le=200, description="Nearest claims looked at for each claim.")
    min_similarity: float = Field(default=0.3, ge=0, le=1, description="Least cosine of a candidate pair.")
    event_window_days: int = Field(
        default=30, ge=0, le=36500, description="Most days between two articles on one event; undated ones pass."
    )
    operating_point: Literal["strict", "sensitive"] = Field(
        default="strict", description="strict flags only what is very likely right; sensitive flags more."
    )
    double_review: float = Field(
        default=0.1, ge=0, le=1, description="Share of findings that two people should look at, where two review."
    )
    max_article_chars: int = Field(default=2_000_000, ge=1_000, description="Longest article taken in.")
    max_claim_chars: int = Field(default=2_000, ge=100, description="Longest claim that can be submitted.")
    public_hosts: str = Field(
        default="", description="Names under which others reach the pages, with commas between; empty is none."
    )
    https: bool = Field(default=False, description="Whether the pages are reached by https, through a proxy.")
    trusted_proxy: str = Field(
        default="", description="Address of the proxy whose X-Forwarded-For says who asks; empty is none."
    )
    cors_origins: str = Field(
        default="", description="Origins whose pages may call the API, with commas between; empty is none."
    )
    rate_limit: int = Field(default=600, ge=0, description="Most requests a minute by one person; 0 is no limit.")
    write_rate_limit: int = Field(
        default=120, ge=0, description="Most claims, decisions and other writes a minute by one person; 0 is no limit."
    )
    allow_fetch: bool = Field(default=False, description="Whether articles may be fetched from the web by address.")


def load_settings(**overrides: Any) -> Settings:
    """The settings from the environment, with overrides on top; an override of None is ignored.

    Raises:
        BadSetting: a value is not of the right kind or outside its limits.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadSetting(
            f"setting {name} = {first['input']!r}: {first['msg']}",
            hint="factcheck settings lists every setting with its limits",
        ) from error
