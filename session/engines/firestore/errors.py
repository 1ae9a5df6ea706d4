"""Turns Google's errors into one sentence that says what is wrong and what to do.

Codes: https://firebase.google.com/docs/firestore/use-rest-api#error-codes
"""

from google.api_core import exceptions
from google.auth.exceptions import GoogleAuthError

UNCLEAR = (
    exceptions.ServiceUnavailable,
    exceptions.DeadlineExceeded,
    exceptions.InternalServerError,
    exceptions.Unknown,
    exceptions.Cancelled,
)
"""After these nobody knows whether a write was applied, and it may still be."""

BUSY = (exceptions.Aborted, exceptions.ResourceExhausted)
"""Certainly not applied; worth sending again after a moment."""

REFUSED = (
    exceptions.FailedPrecondition,
    exceptions.AlreadyExists,
    exceptions.NotFound,
    exceptions.InvalidArgument,
)
"""Certainly not applied. `InvalidArgument` also answers a token newer than the stored version,
which happens after a restore."""

LOGIN = (
    "Set GOOGLE_APPLICATION_CREDENTIALS to a service account's key file, or run "
    "`gcloud auth application-default login`"
)
DEPLOY = (
    "`burrow indexes --help` shows how to make it (npx firebase-tools deploy --only"
    " firestore:indexes --project"
)

Failure = exceptions.GoogleAPICallError | GoogleAuthError


def explain(error: Failure, project: str, database: str, emulator: str | None = None) -> str:
    """Say in one sentence what `error` means for this project, and what to do about it."""
    sentence = _explained(error, project, database)
    if emulator is None:
        return sentence
    return f"{sentence.rstrip('.')} (emulator at {emulator}, for FIRESTORE_EMULATOR_HOST is set)"


def _explained(error: Failure, project: str, database: str) -> str:
    where, text = f"Firestore (project {project}, database {database})", str(error)
    match error:
        case GoogleAuthError() | exceptions.Unauthenticated():
            return f"No valid Google credentials for {where}. {LOGIN}."
        case _ if "metadata from plugin failed" in text:
            return f"Google's credentials for {where} could not be refreshed. {LOGIN}."
        case exceptions.PermissionDenied():
            return _forbidden(text, where, project)
        case exceptions.NotFound() if "database" in text.lower():
            return (
                f"{where} has no such database. Check the store's URL, or make it: "
                f"gcloud firestore databases create --project={project} --database='{database}'"
                " --location=LOCATION"
            )
        case exceptions.FailedPrecondition() if "index" in text.lower():
            return f"{where} lacks an index (or still builds it): {DEPLOY} {project})."
        case exceptions.FailedPrecondition() if "datastore mode" in text.lower():
            return f"{where} is in Datastore mode; Burrow needs a database in native mode."
        case exceptions.ResourceExhausted():
            return (
                f"{where} is over its quota ({error.message.rstrip('.')}): raise it at"
                f" https://console.cloud.google.com/iam-admin/quotas?project={project}, or wait"
                " until it is renewed (a free one is at midnight, Pacific time)"
            )
        case exceptions.DeadlineExceeded():
            return f"{where} did not answer in time."
        case _ if isinstance(error, UNCLEAR):
            return f"{where} cannot be reached: {error.message}"
    return f"{where} refused: {error.message}"


def _forbidden(text: str, where: str, project: str) -> str:
    if "has not been used" in text or "is disabled" in text:
        return (
            f"The Firestore API is off in project {project}: "
            f"gcloud services enable firestore.googleapis.com --project={project}"
        )
    if "resource project" in text or "CONSUMER_INVALID" in text:
        return f"Google knows no project {project}, or hides it. Check the store's URL."
    return (
        f"These credentials may not use {where}. Grant their account roles/datastore.user: "
        f"gcloud projects add-iam-policy-binding {project} --role=roles/datastore.user"
        " --member=serviceAccount:ACCOUNT"
    )
