"""The engine for tests and for trying things out: everything is gone when the process ends."""

from session.engines.memory.repository import MemoryRepository

__all__ = ["MemoryRepository"]
