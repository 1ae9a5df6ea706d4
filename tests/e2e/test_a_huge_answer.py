"""An answer of 3 MB: ten posts at most, and a file."""

from bot import words
from bot.turns.long_answers import MAX_FILES_BYTES, MAX_POSTS
from session import Outcome
from simulator import Slack
from tests.e2e.conftest import StartBot


async def test_a_huge_answer_is_ten_posts_and_a_file(slack: Slack, start_bot: StartBot) -> None:
    burrow = await start_bot()
    asked = await slack.user("ann").mention("#incidents", "a huge one, please")
    await slack.wait_for_reply(asked, containing=".md", timeout=60)

    async def is_delivered() -> bool:
        (session,) = await burrow.repository.scan_sessions()
        return not await burrow.repository.open_messages(session.id)

    await slack.wait_until(is_delivered, timeout=60)
    _, _, *posts, file_post = await slack.thread(asked)
    assert len(posts) == MAX_POSTS
    (file,) = file_post.files
    assert "has more of it" in posts[-1].text
    assert file["title"] in posts[-1].text
    assert MAX_FILES_BYTES - 100 < file["size"] <= MAX_FILES_BYTES


async def test_a_stop_while_a_huge_answer_is_posted_ends_it_with_a_line(
    slack: Slack, start_bot: StartBot
) -> None:
    burrow = await start_bot()
    asked = await slack.user("ann").mention("#incidents", "a huge one, please")
    await slack.wait_for_reply(asked, containing="word word", timeout=60)
    await slack.rate_limit("chat.postMessage", retry_after=1)
    await slack.user("ben").reply(asked, "stop", mention=True)
    await slack.wait_for_reply(asked, containing=words.POSTING_STOPPED, timeout=60)
    await slack.wait_quiet(1)
    thread = await slack.thread(asked)
    assert len(thread) < 2 + MAX_POSTS
    assert not any(post.files for post in thread)
    (session,) = await burrow.repository.scan_sessions()
    question, *_ = await burrow.repository.timeline(session.id)
    assert question.outcome == Outcome.ANSWERED
