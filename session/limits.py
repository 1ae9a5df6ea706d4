"""Limits of stored sizes: the same on every engine, so that a session can move.

Sizes are of UTF-8, in bytes. They keep each record within one Firestore document, which may be
of 1 MiB: https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields
"""

KIB = 1024

DOCUMENT_BYTES = 1024 * KIB
"""What Firestore allows a document, its field names and its own name included."""

TEXT_BYTES = 700 * KIB
"""Of one message. Slack cuts people's messages at 40,000 characters, 160 kB at most."""

MESSAGE_BYTES = DOCUMENT_BYTES - 24 * KIB
"""Of a message's text and attributes together; the rest is for its ids and field names."""

NOTEBOOK_BYTES = 512 * KIB
"""Of one notebook, as JSON: half a document, for a turn may rewrite it each time."""

AUDIT_BYTES = 64 * KIB
"""Of one turn's audit, as JSON: an operator reads it."""

SIGN_BYTES = 4 * KIB
"""Of what a bot says of itself, as JSON."""

SIGHTINGS = 200
"""Of one session: they stand in one record, and each is an entry of an index."""

SIGHTINGS_ASKED = 60
"""For how many a store is asked at once: Firestore compares with 30 values in one query."""

NOTE_BYTES = 64 * KIB
"""Of a turn's note, which stands in its session's document beside the lease."""

NAME_BYTES = 1500
"""Of an id or a name: Firestore cuts longer values in its indexes, and would mix them up."""

NESTING = 100
"""Of lists and mappings in JSON. Engines keep JSON as text, so Firestore's own limit of 20 for
maps does not apply; Python's decoder needs one of some hundreds."""

INTEGER_BITS = 64
"""Of a whole number in JSON: what other readers of the same store can hold."""
