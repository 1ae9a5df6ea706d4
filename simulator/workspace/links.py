"""The addresses on this machine under which the simulator serves the workspace."""

from urllib.parse import quote

from simulator.values import Message, User


class Links:
    """`host` is known once the server listens: `127.0.0.1:PORT`."""

    def __init__(self) -> None:
        self.host = ""

    @property
    def api(self) -> str:
        """For the app's Web API client, with the trailing slash."""
        return f"http://{self.host}/api/"

    def socket(self, ticket: str) -> str:
        return f"ws://{self.host}/link/?ticket={ticket}&app_id=simulated"

    def upload(self, file_id: str) -> str:
        """Where the bytes of a file are to be posted."""
        return f"http://{self.host}/upload/v1/{file_id}"

    def file(self, team_id: str, file_id: str, name: str) -> str:
        """Where the bytes of a file can be had."""
        return f"http://{self.host}/files-pri/{team_id}-{file_id}/{quote(name)}"

    def response(self, message: Message, user: User) -> str:
        """Where the app may answer that user's click on that message."""
        return f"http://{self.host}/response/{message.channel}/{message.ts}/{user.id}"
