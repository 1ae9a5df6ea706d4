"""Alerts as apps post them, each when it fires and when it is over.

Written after the templates and documentation that the apps publish: Alertmanager's and Grafana's
Slack receivers, Datadog's and PagerDuty's Slack apps, Opsgenie, AWS's chat application, Sentry.
"""

from typing import Any

Message = dict[str, Any]


def attached(title: str, *, color: str = "", text: str = "", **fields: str) -> Message:
    """A message that is one attachment."""
    attachment: Message = {"title": title, "text": text, "color": color, "fallback": title}
    if fields:
        attachment["fields"] = [
            {"title": name, "value": value, "short": True} for name, value in fields.items()
        ]
    return {"text": "", "attachments": [attachment]}


def blocks(*lines: str, header: str = "", color: str = "", text: str = "") -> Message:
    """A message of blocks, which stand in a coloured attachment if there is a colour."""
    found: list[Message] = []
    if header:
        found.append({"type": "header", "text": {"type": "plain_text", "text": header}})
    found += [{"type": "section", "text": {"type": "mrkdwn", "text": line}} for line in lines]
    if color:
        return {"text": text, "attachments": [{"color": color, "blocks": found}]}
    return {"text": text, "blocks": found}


PAIRS: dict[str, tuple[Message, Message]] = {
    "Alertmanager": (
        attached("[FIRING:2] HighErrorRate checkout (web-1:9100 prod)", color="danger"),
        attached("[RESOLVED] HighErrorRate checkout (web-1:9100 prod)", color="good"),
    ),
    "Alertmanager, labels in the text": (
        attached("[FIRING:1] DiskFull", color="danger", text="*Instance:* db-7\n*Value:* 97.1 %"),
        attached("[RESOLVED] DiskFull", color="good", text="*Instance:* db-7\n*Value:* 61 %"),
    ),
    "Grafana": (
        attached("[Alerting] Checkout latency alert", color="#D63232", metric="912.4"),
        attached("[OK] Checkout latency alert", color="#36a64f"),
    ),
    "Grafana, unified": (
        attached("[FIRING:1] Latency (Checkout p99 912)", color="#D63232"),
        attached("[RESOLVED] Latency (Checkout p99 88)", color="#36a64f"),
    ),
    "Datadog": (
        attached("[Triggered on {host:i-0ab12cd34}] CPU is high", color="#a30200"),
        attached("[Recovered on {host:i-0ab12cd34}] CPU is high", color="#2eb886"),
    ),
    "Datadog, older": (
        attached("Triggered: Queue depth over 5000", color="danger"),
        attached("Recovered: Queue depth over 5000", color="good"),
    ),
    "PagerDuty": (
        blocks("*Service:* checkout", header="Triggered #4711: Checkout 5xx", color="#eb4034"),
        blocks("*Service:* checkout", header="Resolved #4711: Checkout 5xx", color="#25c151"),
    ),
    "PagerDuty, as text": (
        {"text": "*Triggered* <https://acme.pagerduty.com/incidents/Q1|#4711 Checkout 5xx>"},
        {"text": "*Resolved* <https://acme.pagerduty.com/incidents/Q1|#4711 Checkout 5xx>"},
    ),
    "Opsgenie": (
        attached("#8123: Certificate expires", color="#D14C4C", Priority="P2", Status="open"),
        attached("#8123: Certificate expires", color="#D14C4C", Priority="P2", Status="closed"),
    ),
    "CloudWatch": (
        attached(":rotating_light: CloudWatch Alarm | checkout-5xx | eu-west-1", color="#E01E5A"),
        attached(
            ":white_check_mark: CloudWatch Alarm | checkout-5xx | eu-west-1", color="#2EB67D"
        ),
    ),
    "CloudWatch, by its states": (
        attached("checkout-5xx: OK → ALARM", color="danger"),
        attached("checkout-5xx: ALARM → OK", color="good"),
    ),
    "blocks with a field": (
        blocks("*Host:* web-2", "*Status:* Firing", header="Memory over 90 %"),
        blocks("*Host:* web-2", "*Status:* Resolved", header="Memory over 90 %"),
    ),
    "a line of text": (
        {"text": "PROBLEM: web-3 load is 31.2 at 10:02:11 UTC"},
        {"text": "OK: web-3 load is 0.4 at 10:31:00 UTC"},
    ),
    "a colour alone": (
        attached("Replication lag on orders-db-1", color="danger"),
        attached("Replication lag on orders-db-1", color="#2eb886"),
    ),
}
"""By app: what it posts when it fires, and when that is over."""

ONLY_FIRING: dict[str, Message] = {
    "Sentry": blocks("<https://acme.sentry.io/1|*TypeError: x is null*>", color="#E03E2F"),
    "a title that names a state": attached("TCP connection closed by peer", color="danger"),
    "a name that is not resolved": attached("Host name could not be resolved", color="danger"),
    "a button": attached("OK button fails on checkout", color="danger"),
    "low, and therefore green, but firing": attached("[FIRING:1] Low disk", color="good"),
    "a code": attached("Synthetic check failed", color="danger", text="Status code: 200 ok"),
    "text": {"text": "Deploy of checkout failed"},
    "nothing": {"text": ""},
}
