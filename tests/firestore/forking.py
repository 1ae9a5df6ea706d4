"""Forks children while it talks to Firestore: `python -m tests.firestore.forking PROJECT`.

Prints how many of them came to their own end.
"""

import asyncio
import sys

from session.engines.firestore.repository import FirestoreRepository

CHILDREN = 80


async def main(project: str) -> int:
    """Return how many children ended with 0."""
    repository = await FirestoreRepository.open(project)

    async def ask_for_ever() -> None:
        while True:
            await repository.scan_sessions(limit=1)

    asking = [asyncio.create_task(ask_for_ever()) for _ in range(4)]
    well = 0
    for _ in range(CHILDREN):
        # With something to do before its program runs, a child is forked, not merely spawned.
        child = await asyncio.create_subprocess_exec("/bin/true", preexec_fn=lambda: None)
        well += await child.wait() == 0
    for task in asking:
        task.cancel()
    await asyncio.wait(asking)
    await repository.aclose()
    return well


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(main(sys.argv[1]))}\n")
