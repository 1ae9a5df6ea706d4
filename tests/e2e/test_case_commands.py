"""`@Burrow indicators` and `@Burrow export`, as people see them."""

from simulator import Slack
from simulator.values import Message
from tests.e2e.conftest import StartBot, texts


async def test_an_export_is_a_file_of_the_whole_case_and_the_brief_goes_on_where_it_was(
    slack: Slack, start_bot: StartBot
) -> None:
    await start_bot(investigator="brief")
    root = await slack.user("ann").say("#incidents", "checkout is down, blocked evil-shop[.]net")
    await slack.user("ben").reply(root, "what now?", mention=True)
    await slack.wait_for_reply(root, containing="Case brief")
    await slack.user("ann").reply(root, "45.61.136[.]9 serves it too")
    await slack.user("ben").reply(root, "export", mention=True)
    await slack.wait_for_reply(root, containing="All of it is in the file")
    await slack.wait_until(lambda: has_file(slack, root))
    await slack.user("ben").reply(root, "indicators", mention=True)
    table = await slack.wait_for_reply(root, containing="2 indicators: 1 IP address, 1 domain.")
    assert "evil-shop[.]net" in str(table.blocks)
    await slack.user("ben").reply(root, "any news?", mention=True)
    news = await slack.wait_for_reply(root, containing="New indicators")
    assert "45[.]61[.]136[.]9" in str(news.blocks)
    assert "evil-shop" not in str(news.blocks)
    assert len([text for text in await texts(slack, root) if "Starting" in text]) == 1


async def has_file(slack: Slack, root: Message) -> bool:
    files = [file for post in await slack.thread(root) for file in post.files]
    return any(str(file["title"]).startswith("Case ") and file["size"] > 500 for file in files)
