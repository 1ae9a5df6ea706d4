"""files.*: uploads in three steps, and what a file is."""

from simulator.api.call import Call, Method
from simulator.api.threads import root_of
from simulator.errors import SlackError
from simulator.values import Channel, Content, Json
from simulator.workspace.files import File

MAX_SNIPPET = 1_000_000


def upload_address(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/files.getUploadURLExternal"""
    name = call.text("filename")
    length = call.text("length")
    if not name or not length.isdigit() or int(length) == 0:
        raise SlackError("missing_argument")
    if call.text("snippet_type") and int(length) > MAX_SNIPPET:
        raise SlackError("snippet_too_large")
    file = call.workspace.new_file({"name": name}, call.workspace.bot)
    file_id = str(file.about["id"])
    return {"upload_url": call.links.upload(file_id), "file_id": file_id}


def complete_upload(call: Call) -> Json:
    """Answers before anything is shared; without a channel the files stay private.

    https://docs.slack.dev/reference/methods/files.completeUploadExternal
    """
    given = call.structure("files", "invalid_arguments") or []
    if not isinstance(given, list) or not given:
        raise SlackError("invalid_arguments")
    files = [_uploaded(call, asked) for asked in given]
    if channel_id := call.text("channel_id"):
        channel = _destination(call, channel_id)
        call.sharing.later(lambda: _share(call, channel, files))
    return {"files": [file.about for file in files]}


def _uploaded(call: Call, asked: Json) -> File:
    file = call.workspace.files.find(str(asked.get("id")))
    if file is None or file.content is None:
        raise SlackError("file_not_found")
    file.about["title"] = asked.get("title") or file.about["title"]
    return file


def _destination(call: Call, channel_id: str) -> Channel:
    channel = call.workspace.channels.get(channel_id)
    if channel is None or (channel.kind != "channel" and not call.is_member(channel)):
        raise SlackError("channel_not_found")
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("posting_to_channel_denied")
    return channel


def _share(call: Call, channel: Channel, files: list[File]) -> None:
    """As with posts: where the root was deleted and has no replies, into the channel.

    A file that was deleted meanwhile is not shared.
    """
    files = [file for file in files if call.workspace.files.find(str(file.about["id"]))]
    if not files:
        return
    call.workspace.post(
        channel,
        Content(
            text=call.text("initial_comment"), files=tuple(dict(file.about) for file in files)
        ),
        user=call.workspace.bot,
        thread_ts=root_of(call, channel, missing=None),
        subtype="file_share",
    )


def info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/files.info"""
    file = call.workspace.files.find(call.required("file"))
    if file is None:
        raise SlackError("file_not_found")
    public = {channel: list(shares) for channel, shares in file.shares.items()}
    return {"file": file.about | {"shares": {"public": public} if public else {}}}


def delete(call: Call) -> Json:
    """What is left of it where it was shared is a tombstone.

    https://docs.slack.dev/reference/methods/files.delete
    """
    file = call.workspace.files.find(call.required("file"))
    if file is None:
        raise SlackError("file_not_found")
    if file.about["user"] != call.workspace.bot.id:
        raise SlackError("cant_delete_file")
    call.workspace.delete_file(file)
    return {}


WRITE = ("files:write",)
METHODS = {
    "files.getUploadURLExternal": Method(
        answer=upload_address, scopes=WRITE, tier=4, takes_json=False
    ),
    "files.completeUploadExternal": Method(answer=complete_upload, scopes=WRITE, tier=4),
    "files.delete": Method(answer=delete, scopes=WRITE, tier=3),
    "files.info": Method(answer=info, scopes=("files:read",), tier=4, takes_json=False),
}
