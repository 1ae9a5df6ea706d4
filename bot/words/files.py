"""Sentences about the files of an answer, and about parts that did not fit."""

from collections.abc import Sequence

from bot.words import listed

IMAGES_LEFT = "A tool returned images. I can't attach files here, so they were left out."
CUT = "The rest does not fit into this thread and was left out."
CUT_FILE = "The rest is too long for a file and was left out."


def in_file(title: str) -> str:
    """Say where an attachment is."""
    return f"All of it is in the file `{title}`."


def partly_in_file(title: str) -> str:
    """Say where an attachment is that had to be cut."""
    return f"The file `{title}` has the beginning of it. The rest is too long for a file."


def whole_in_file(title: str) -> str:
    """Say that the answer goes on in a file, which has all of it."""
    return f"This is the beginning of my answer. All of it is in the file `{title}`."


def more_in_file(title: str) -> str:
    """Say that the answer goes on in a file, which is cut too."""
    return f"This is the beginning of my answer. The file `{title}` has more of it."


def rows_in_file(shown: int, count: int, kept: int, title: str) -> str:
    """Say how much of a table is shown, and how much of it a file has."""
    inside = "All of them" if kept == count else f"The first {kept:,}"
    return f"These are {shown} of {count:,} rows. {inside} are in the file `{title}`."


def rows_left(count: int) -> str:
    """Say how many rows of a table are not shown."""
    if count == 1:
        return "1 more row of this table does not fit into this thread and was left out."
    return f"{count:,} more rows of this table do not fit into this thread and were left out."


def image_in_file(source: str, title: str) -> str:
    """Say where an image is that a tool returned."""
    return f"`{source}` returned an image. It is in the file `{title}`."


def images_left(count: int) -> str:
    """Say that an answer had more images than are attached."""
    if count == 1:
        return "One more image was left out."
    return f"{count} more images were left out."


def files_left(count: int) -> str:
    """Say that an answer had more files than are attached."""
    return f"{'One more file was' if count == 1 else f'{count} more files were'} left out."


def files_unsure(titles: Sequence[str]) -> str:
    """Say that files, which the answer names, may not be there."""
    names = listed([f"`{title}`" for title in titles])
    if len(titles) == 1:
        return f"I could not check whether the file {names} is attached."
    return f"I could not check whether the files {names} are attached."


def files_missing(titles: Sequence[str]) -> str:
    """Say that files, which the answer names, are not there."""
    names = listed([f"`{title}`" for title in titles])
    return f"I could not attach {'the file' if len(titles) == 1 else 'the files'} {names}."
