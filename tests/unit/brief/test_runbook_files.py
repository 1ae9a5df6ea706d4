"""Runbook files with odd front matter: read as they are meant, or named with the reason."""

from pathlib import Path

import pytest

from bot.investigators.brief.runbooks import Runbook, read_runbooks

BOMB = "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nwhen: [*b, *b]"


def read(folder: Path, content: str | bytes, name: str = "one.md") -> tuple[Runbook, ...]:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    runbooks = read_runbooks(folder)
    assert runbooks is not None
    return runbooks.all


@pytest.mark.parametrize(
    "content",
    [
        "---\ntitle: Disk full\nwhen: [no space, df]\n---\n1. df -h",
        "---\r\ntitle: Disk full\r\nwhen: no space, df\r\n---\r\n1. df -h",
        "---  \nTitle: ' Disk\n  full'\nWHEN:\n- no space\n- df\n...\n1. df -h",
        b"\xef\xbb\xbf---\ntitle: Disk full\nwhen: no space, df\n---\n1. df -h",
        '---\n{"title": "Disk full", "when": ["no space", "df"]}\n---\n1. df -h\n',
    ],
)
def test_front_matter_is_read_however_it_is_written(tmp_path: Path, content: str) -> None:
    (it,) = read(tmp_path, content)
    assert (it.title, it.when, it.text) == ("Disk full", "no space, df", "1. df -h")


def test_values_may_be_figures_dates_and_lists(tmp_path: Path) -> None:
    (it,) = read(tmp_path, "---\ntitle: 2026-11-28\nowner: [ann, ben]\nwhen: 503\n---\nx")
    assert (it.title, it.owner, it.when) == ("2026-11-28", "ann, ben", "503")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("---\ntitle: Pool\nwhen: never ends\n1. x", "has no end"),
        ("---\n- a\n---\nx", "is not a mapping"),
        ("---\ntitle: {a: b}\n---\nx", "title is neither a text"),
        (f"---\n{BOMB}\n---\nx", "when is neither a text"),
        ("---\ntitle: 'open\n---\nx", "ScannerError"),
        (b"---\ntitle: l\xe4uft\n---\nx", "UnicodeDecodeError"),
        ("  \n", "it is empty"),
    ],
)
def test_a_bad_file_is_named_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, why: str
) -> None:
    assert read(tmp_path, content) == ()
    said = capsys.readouterr().out
    assert "one.md" in said
    assert why in said


@pytest.mark.parametrize("link", ["javascript:alert(1)", "../pool.md", "42", "http://"])
def test_a_link_that_cannot_be_followed_is_left_away_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], link: str
) -> None:
    (it,) = read(tmp_path, f"---\ntitle: Pool\nlink: '{link}'\n---\nx")
    assert it.link == ""
    assert "runbook.bad_link" in capsys.readouterr().out


def test_hidden_folders_are_left_alone_and_upper_case_is_not(tmp_path: Path) -> None:
    """A mounted ConfigMap has each file twice: once in `..2026_11_28`, once as a link to it."""
    read(tmp_path, "# Pool", "..2026_11_28/pool.md")
    (tmp_path / "pool.md").symlink_to(tmp_path / "..2026_11_28" / "pool.md")
    assert [it.name for it in read(tmp_path, "# Disk", "disk.MD")] == ["disk", "pool"]


def test_a_rule_at_the_top_of_a_page_is_no_front_matter(tmp_path: Path) -> None:
    (it,) = read(tmp_path, "---\n# Pool\n---\n1. look")
    assert it.title == "Pool"
