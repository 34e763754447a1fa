"""What a server does under load: run `python benchmarks/load_service.py`.

Takes the seeds in and scans them in a temporary folder, starts `factcheck serve` on it as a process of its own, and
lets clients submit claims, decide about findings and read them, each as fast as it is answered. Counts that no
decision was lost or doubled, and prints how long the answers took. Exits with 1 if anything went wrong.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

from factcheck.client import Client
from factcheck.errors import ServiceFailed
from factcheck.records import Verdict

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
FACTCHECK = Path(sys.executable).with_name("factcheck")
START_SECONDS = 180
KINDS = (("decide", 5), ("check a claim", 4), ("read findings", 2), ("next finding", 1))
"""What a client does, and how often of twelve times."""


@dataclass
class Tally:
    """What all clients did and met. Locked, since they are threads."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    noted: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def took(self, kind: str, seconds: float) -> None:
        """Notes one answer."""
        with self.lock:
            self.seconds.setdefault(kind, []).append(seconds)

    def failed(self, kind: str, error: Exception) -> None:
        """Notes one failure."""
        with self.lock:
            self.errors[f"{kind}: {error}"] += 1

    def decided(self, note: str) -> None:
        """Notes a decision that the server said it kept."""
        with self.lock:
            self.noted.append(note)


def main() -> int:
    """Run the load, print what came of it, and say by the exit code whether all went well."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seeds", type=Path, default=SEEDS, help="articles to take in (default: seeds/)")
    options.add_argument("--clients", type=int, default=20, help="clients at once (default: 20)")
    options.add_argument("--seconds", type=float, default=60, help="how long they go on (default: 60)")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), chosen.seeds) as url, Client(url) as client:
        claims = [claim.quote for one in client.articles() for claim in client.article(one.article_id).claims]
        findings = [one.finding_id for shown in ({}, {"status": "sample"}) for one in client.findings(**shown)]
        client.check_claim(claims[0])  # the models are loaded by now
        print(f"{chosen.clients} clients for {chosen.seconds:g} s; {len(claims)} claims, {len(findings)} findings")
        tally = load(url, chosen.clients, chosen.seconds, Stock(claims=claims, findings=findings))
        kept = [one.note for one in client.decisions() if one.note.startswith("load ")]
    return verdict(tally, kept, chosen.seconds)


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What there is to ask about."""

    claims: list[str]
    findings: list[str]


def load(url: str, clients: int, seconds: float, stock: Stock) -> Tally:
    """Lets clients work until the time is over, and waits until each has its last answer."""
    tally, until = Tally(), time.monotonic() + seconds
    threads = [threading.Thread(target=work, args=(url, number, until, stock, tally)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def work(url: str, number: int, until: float, stock: Stock, tally: Tally) -> None:
    """One client: one thing after the other, drawn at random but the same in every run."""
    draw = random.Random(number)
    kinds, weights = zip(*KINDS, strict=True)
    count = 0
    with Client(url) as client:
        while time.monotonic() < until:
            [kind] = draw.choices(kinds, weights)
            count += 1
            began = time.perf_counter()
            try:
                do(client, kind, Turn(draw=draw, stock=stock, name=f"client {number}", count=count), tally)
            except ServiceFailed as error:
                tally.failed(kind, error)
            tally.took(kind, time.perf_counter() - began)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One thing that a client does: who it is, and for which time."""

    draw: random.Random
    stock: Stock
    name: str
    count: int


def do(client: Client, kind: str, turn: Turn, tally: Tally) -> None:
    """One call of a kind."""
    if kind == "check a claim":
        client.check_claim(turn.draw.choice(turn.stock.claims))
    elif kind == "decide" and turn.stock.findings:
        note = f"load {turn.name} {turn.count}"
        verdict = turn.draw.choice(list(Verdict))
        client.decide(turn.draw.choice(turn.stock.findings), str(verdict), reviewer=turn.name, note=note)
        tally.decided(note)
    elif kind == "next finding":
        client.next_finding(turn.name)
    else:
        client.count_findings()


def verdict(tally: Tally, kept: list[str], seconds: float) -> int:
    """Prints what came of it; the exit code."""
    print(f"{'':<16} {'answers':>8} {'a second':>9} {'p50 ms':>8} {'p95 ms':>8} {'slowest':>8}")
    for kind, taken in sorted(tally.seconds.items()):
        steps = quantiles(taken, n=20) if len(taken) > 1 else taken * 19
        numbers = [1000 * value for value in (steps[9], steps[18], max(taken))]
        print(f"{kind:<16} {len(taken):>8} {len(taken) / seconds:>9.1f} " + " ".join(f"{one:>8.0f}" for one in numbers))
    sent, found = Counter(tally.noted), Counter(kept)
    lost, doubled = sent - found, [note for note, count in found.items() if count > 1]
    unsaid = found - sent
    print(f"decisions: {len(tally.noted)} answered, {len(kept)} kept, {len(lost)} lost, {len(doubled)} doubled")
    if not tally.noted:
        print("nothing was decided: there was no finding to decide about")
    for error, count in tally.errors.most_common(5):
        print(f"error, {count} times: {error}")
    if unsaid:
        print(f"{sum(unsaid.values())} decisions were kept though their client was told of an error")
    return 1 if lost or doubled or tally.errors or not tally.noted else 0


@contextmanager
def serving(folder: Path, seeds: Path) -> Iterator[str]:
    """The address of a server over the scanned seeds, until the context ends."""
    # the more is flagged, the more there is to decide about
    environment = {"FACTCHECK_OPERATING_POINT": "sensitive", **os.environ, "FACTCHECK_INDEX": str(folder / "index")}
    for command in (["ingest", str(seeds)], ["scan"]):
        subprocess.run([FACTCHECK, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen(
        [FACTCHECK, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, stderr=sys.stderr, text=True
    )
    try:
        line = server.stdout.readline() if server.stdout else ""
        url = next(word for word in line.split() if word.startswith("http://"))
        wait_until_ready(url)
        yield url
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)


def wait_until_ready(url: str) -> None:
    """Returns once the server has loaded its models.

    Raises:
        TimeoutError: it has not, for too long.
    """
    from urllib.error import URLError
    from urllib.request import urlopen

    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urlopen(f"{url}/readyz", timeout=START_SECONDS) as response:
                if response.status == 200:
                    return
        except URLError:
            time.sleep(0.5)
    raise TimeoutError(f"{url} was not ready within {START_SECONDS} s")


if __name__ == "__main__":
    sys.exit(main())
