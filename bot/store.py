"""Opens the store that SESSION_STORE names."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from bot.config import Settings
from bot.errors import ConfigurationError
from session import Access, Repository, StorePlaceError, open_repository


@asynccontextmanager
async def open_store(
    settings: Settings, access: Access = Access.SERVE
) -> AsyncIterator[Repository]:
    """Open the store, and close it on the way out.

    Raises `ConfigurationError` where there can be none, else what `open_repository` raises.
    """
    opening = open_repository(
        settings.session_store,
        access=access,
        any_file_system=settings.sqlite_any_file_system,
    )
    async with AsyncExitStack() as stack:
        yield await entered(stack, "SESSION_STORE", opening)


async def entered(
    stack: AsyncExitStack, name: str, opening: AbstractAsyncContextManager[Repository]
) -> Repository:
    """Open a store that goes by a name for the operator.

    Raises `ConfigurationError` where there can be none, else what `open_repository` raises.
    """
    try:
        return await stack.enter_async_context(opening)
    except StorePlaceError as error:
        raise ConfigurationError(f"{name}: {error}.") from error
