"""Redaction's speed, and its growth on hostile text: `python -m benchmarks.redact`."""

import time

from bot.redact import redact

LINE = (
    "2026-11-23T02:14:07Z api-7f9c WARN checkout id=0d9c6f2e-7b1a-4b6e-9f0a-1e2d3c4b5a69 "
    "took 5123 ms from 203.0.113.7 via payments.acme.example\n"
)
WORDS = "token expired, api key and secret, basic, bearer, authorization, https://a.example "
HOSTILE = [
    "eyJ",
    "password:",
    "'token':'",
    "-----BEGIN PRIVATE KEY-----",
    "://a:",
    "curl -u ",
    "pw",
]


def milliseconds(text: str, *, runs: int) -> float:
    """Return the mean CPU time of one redaction."""
    started = time.thread_time()
    for _ in range(runs):
        redact(text)
    return (time.thread_time() - started) * 1000 / runs


def main() -> None:
    """Print the figures."""
    plain = (LINE * 40)[:4000]
    print(f"4,000 characters of log lines     {milliseconds(plain, runs=200):8.2f} ms")
    print(
        f"the same with words like 'token'  {milliseconds(plain[:-90] + WORDS, runs=200):8.2f} ms"
    )
    print(
        "hostile text                        100 kB    400 kB  growth (4 is linear, 16 quadratic)"
    )
    for fragment in HOSTILE:
        small, large = (
            milliseconds((fragment * size)[:size], runs=3) for size in (100_000, 400_000)
        )
        print(f"{fragment!r:32}{small:8.1f}  {large:8.1f}  {large / small:6.1f}")


if __name__ == "__main__":
    main()
