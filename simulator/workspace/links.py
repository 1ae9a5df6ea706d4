"""The addresses on this machine under which the simulator serves the workspace."""

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

    def response(self, message: Message, user: User) -> str:
        """Where the app may answer that user's click on that message."""
        return f"http://{self.host}/response/{message.channel}/{message.ts}/{user.id}"
