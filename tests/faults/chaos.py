"""Runs that are killed at random moments, over and over, each in a forked process; prints how often that was.

Takes: the input, the output, how many runs to kill, and a seed. Shards run in the forked process itself, so that a kill
may fall anywhere in planning, in a shard, in linking and in writing, and so that nothing has to be loaded again.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

from pipeline import engines
from pipeline.config import Settings
from pipeline.engines import Progress
from pipeline.progress import Quiet
from pipeline.run import run
from pipeline.shard import Shard, _language, process

SETTINGS = Settings(model="rules", shard_articles=3)


def here(shards: Iterable[Shard], settings: Settings, _: Progress | None) -> Generator[tuple[Shard, dict[str, Any]]]:
    for shard in shards:
        yield shard, process(shard, settings)


def main(source: Path, out: Path, kills: int, seed: int) -> None:
    engines.find = lambda name: here  # type: ignore[assignment,misc]
    _language(SETTINGS.model, SETTINGS.clean)
    chance = random.Random(seed)
    killed = 0
    longest = 0.05
    while killed < kills:
        child = os.fork()
        if child == 0:
            try:
                run(source, out, SETTINGS, Quiet())
                os._exit(0)
            except BaseException as error:
                print(f"a run failed: {error!r}", flush=True)
                os._exit(1)
        began = time.monotonic()
        time.sleep(chance.uniform(0.0, longest))
        os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(status):
            killed += 1
        elif os.WEXITSTATUS(status) == 0:
            # It was done before: what is there goes, in part or whole, and the next one begins anew.
            for path in sorted(out.iterdir()):
                if path.is_file() and chance.random() < 0.5:
                    path.unlink()
            for folder in sorted((out / ".parts").iterdir()):
                if chance.random() < 0.7:
                    (folder / "record.json").unlink()
        else:
            sys.exit(1)
        longest = min(max(longest, 1.3 * (time.monotonic() - began)), 1.5)
    print(f"killed {killed}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
