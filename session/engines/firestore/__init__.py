"""The engine for teams: Google's Firestore, shared by any number of instances."""

import os

# Else gRPC begins its work anew in each forked child, and a child in which that comes to grief
# (https://github.com/grpc/grpc/issues/43055) is dead before it has run its program. No child of
# ours uses gRPC, which reads this when it is imported.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "false")  # noqa: TID251 - no setting of ours
