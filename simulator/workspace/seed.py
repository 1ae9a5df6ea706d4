"""The people and channels a fresh workspace begins with."""

from simulator.manifest import Manifest
from simulator.values import User
from simulator.workspace.activity import Activity
from simulator.workspace.directory import SLACKBOT
from simulator.workspace.links import Links
from simulator.workspace.state import Workspace

TEAM = "T0NORTHWIND"
PARTNER_TEAM = "T0CONTOSO"
ENTERPRISE = "E0NORTHWIND"
"""The Enterprise Grid to which the workspace may belong."""
APP_ID = "A0BURROW"
OTHER_APP_ID = "A0OTHER"
PEOPLE = (
    User(id="U0ANN", name="ann", real_name="Ann Keller", team_id=TEAM),
    User(id="U0BEN", name="ben", real_name="Ben Okafor", team_id=TEAM),
    User(id="U0CHLOE", name="chloe", real_name="Chloe Martin", team_id=TEAM),
    User(id="U0GIL", name="gil", real_name="Gil Vance", team_id=TEAM, is_restricted=True),
    User(id="U0PAT", name="pat", real_name="Pat Moreau", team_id=PARTNER_TEAM, is_stranger=True),
    User(id=SLACKBOT, name="slackbot", real_name="Slackbot", team_id=TEAM),
    User(id="U0PAGER", name="pager", real_name="Pager", team_id=TEAM, bot_id="B0PAGER"),
)
MEMBERS = frozenset({"U0ANN", "U0BEN", "U0CHLOE", "U0PAGER"})
"""The workspace's own people and apps: neither guests nor strangers."""


def seeded_workspace(manifest: Manifest, activity: Activity, links: Links) -> Workspace:
    """Northwind: Ann, Ben and Chloe, a guest, a partner's employee and a pager."""
    workspace = Workspace(
        team_id=TEAM,
        name="Northwind",
        url="https://northwind.slack.com/",
        activity=activity,
        bot=_bot(manifest),
        links=links,
    )
    for person in PEOPLE:
        workspace.add_user(person)
    _add_channels(workspace)
    return workspace


def _bot(manifest: Manifest) -> User:
    letters = "".join(letter for letter in manifest.bot_name.upper() if letter.isalnum())
    return User(
        id=f"U0{letters}",
        name=manifest.bot_name,
        real_name=manifest.app_name,
        team_id=TEAM,
        bot_id=f"B0{letters}",
    )


def _add_channels(workspace: Workspace) -> None:
    bot = workspace.bot.id
    everyone = MEMBERS | {bot}
    workspace.new_channel("general", "channel", everyone)
    workspace.new_channel("incidents", "channel", everyone | {"U0GIL"})
    workspace.new_channel("payments", "channel", MEMBERS)
    workspace.new_channel("security", "group", {"U0ANN", "U0BEN", bot})
    workspace.new_channel("war-room", "mpim", {"U0ANN", "U0BEN", bot})
    workspace.new_channel("contoso-desk", "channel", {*everyone, "U0PAT"}, is_ext_shared=True)
    for person in PEOPLE:
        if person.bot_id is None and not person.is_stranger and person.id != SLACKBOT:
            workspace.direct_channel(person.id)
