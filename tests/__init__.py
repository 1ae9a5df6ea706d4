"""The tests."""

# Before anything imports gRPC, for it says whether forked children are safe from gRPC.
import session.engines.firestore  # noqa: F401
