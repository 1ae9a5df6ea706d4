"""Makes and joins the parts that decide about a message."""

import time

from bot.config import Settings
from bot.config.alerts import apps_by_channel
from bot.intake.admission import Admission
from bot.intake.limits import QuestionLimits
from bot.intake.policy import Policy
from bot.slack.me import Me
from bot.slack.people import People
from session import Repository, Resolver


def build_admission(
    settings: Settings, me: Me, repository: Repository, people: People
) -> Admission:
    """Make the admission that the settings ask for."""
    policy = Policy(
        me=me,
        reads_replies=settings.replies == "all",
        permissions=settings.access,
        alerts=apps_by_channel(settings.alerts),
    )
    return Admission(policy, Resolver(repository), repository, people)


def build_limits(settings: Settings) -> QuestionLimits:
    """Make the limits that the settings ask for."""
    return QuestionLimits(
        per_person=settings.questions_per_hour_person,
        per_channel=settings.questions_per_hour_channel,
        monotonic=time.monotonic,
    )
