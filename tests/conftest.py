"""What all tests share: no network but loopback, a store, and parts with fake models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

from factcheck.parts import Parts
from factcheck.store import Store
from tests.fakes import fake_parts
from tests.web_server import Site, running, sample_parts

# how long an example takes says more about the machine than about the code
settings.register_profile("factcheck", deadline=None)
settings.load_profile("factcheck")


@pytest.fixture(autouse=True)
def no_network() -> None:
    """Refuses every connection that leaves this machine, until the test is over."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture
def store() -> Iterator[Store]:
    """A real store, in memory."""
    opened = Store.open(None)
    yield opened
    opened.close()


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    """Parts with the real store and parser, fake models and nothing in them."""
    made = fake_parts(tmp_path / "index")
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with the sample report, for tests that only read."""
    with running(sample_parts(tmp_path_factory.mktemp("index"))) as started:
        yield started


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A server with the sample report, for tests that write."""
    with running(sample_parts(tmp_path / "index")) as started:
        yield started
