"""The messages of the demo's thread before anybody mentions the bot."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the thread."""

    minutes: float
    """How long before the first mention it was written."""
    who: str
    """The name of a person, or of the app `pager`."""
    text: str


_LOG = """\
```
INFO  pool: 50 connections in use, 0 idle, 112 requests wait for one
ERROR pool: 10.20.3.17:5432 does not answer
INFO  cart: order 81142 is not placed after 3004 ms, shows the error page
INFO  pool: 50 connections in use, 0 idle, 187 requests wait for one
ERROR pool: 10.20.3.17:5432 does not answer
INFO  cart: order 81145 is not placed after 3001 ms, shows the error page
INFO  cart: order 81151 is not placed after 3002 ms, shows the error page
INFO  pool: 50 connections in use, 0 idle, 241 requests wait for one
ERROR pool: 10.20.3.17:5432 does not answer
```"""
_COUNTED = """\
```
attempts to reach port 5432 in the last 5 minutes, for each client
  checkout, node 1   with an answer 611   without 590
  checkout, node 2   with an answer 598   without 604
  checkout, node 3   with an answer 620   without 615
  nightly jobs       with an answer 402   without   0
```"""

THREAD = (
    Said(41, "pager", "checkout-api: p99 4.8 s, 5xx 7 %"),
    Said(40, "ann", "I'm on it, taking IC."),
    Said(
        39,
        "ben",
        "I see it too. The shop itself is fast, search and the product pages look like on any"
        " other evening. Only the step after the cart hangs, and then comes the error page.",
    ),
    Said(38, "ann", f"this is one of the pods, the others look the same:\n{_LOG}"),
    Said(
        36,
        "ann",
        "for everybody who reads this later: 10.20.3.17 is pgbouncer, the proxy in front of"
        " payment-db, and not the database. I always mix them up myself.",
    ),
    Said(35, "chloe", "support here, 40 callers are waiting. What can I tell them?"),
    Said(
        34,
        "ann",
        "tell them that paying by card is slow for some, that no order gets lost, and that they"
        " should try again in a quarter of an hour. You get the next word from me by then.",
    ),
    Said(33, "chloe", "thanks, that helps"),
    Said(30, "ann", "my 9f2c1e7 went out an hour ago, rolling it back"),
    Said(
        28,
        "ben",
        "payment-db itself looks bored: 12 % of its processors, a fifth of the disk, and no query"
        " that takes longer than a tenth of a second. It does not even see most of the attempts.",
    ),
    Said(
        26,
        "ann",
        "every pod runs the release of yesterday now, and the graph has the same shape as before."
        " So my guess with the release looks wrong.",
    ),
    Said(24, "ben", f"I had the clients count:\n{_COUNTED}"),
    Said(
        23,
        "ben",
        "half of what checkout sends gets no answer, and the nightly jobs, which sit in another"
        " network, get all of theirs",
    ),
    Said(
        21,
        "ann",
        "that smells like a packet filter to me. A broken network card would drop the packets of"
        " everybody, and a busy proxy would answer late, but it would answer.",
    ),
    Said(20, "ben", "SEC-42 changed the payment-db firewall today."),
    Said(19, "ann", "Who has approved SEC-42?"),
    Said(
        17,
        "ben",
        "the ticket has no name in it. It has a list of the new rules: one for each network, in"
        " an order in which the third one hides the fourth, and the fourth is that of checkout",
    ),
    Said(
        16,
        "chloe",
        "five callers say that they were charged twice. I write down their order numbers.",
    ),
    Said(14, "ann", "let's open 5432 for checkout by hand"),
    Said(
        13,
        "ben",
        "on the jump host now. Please look at the order of the rules with me, I want a second"
        " pair of eyes on this one before I press the key.",
    ),
    Said(
        12,
        "ann",
        "I look at your screen. That one goes first, yes, and the others keep their order. Write"
        " the old order into the ticket before you change it, please.",
    ),
    Said(11, "ben", "written down, with a picture of the screen"),
    Said(10, "ben", "opened port 5432 for checkout"),
    Said(
        7,
        "chloe",
        "the two callers I have on the line say that it goes through when they try it now, one of"
        " them within a second. I tell the others to try again.",
    ),
    Said(6, "chloe", "who calls the five that were charged twice?"),
    Said(5, "ann", "5xx is falling, p99 still 1.4 s"),
    Said(
        3,
        "ben",
        "the rest is the same for every network, so it is another thing than the rules. Each new"
        " connection takes a second more than it should, and the log of the proxy says nothing"
        " about it at the level that we have on.",
    ),
)
"""The oldest first."""
