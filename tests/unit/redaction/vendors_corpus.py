"""Tokens of further vendors: the prefix of each, and as many characters as they have."""

_HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 4
_MIXED = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA" * 6
_UPPER = "ABCD2345EFGH6723" * 6
_UUID = "4a715e4e-48dd-7408-9a58-f3aef3416f93"


def _hex(prefix: str, count: int) -> str:
    return prefix + _HEX[:count]


def _mixed(prefix: str, count: int) -> str:
    return prefix + _MIXED[:count]


TOKENS = [
    _hex("rubygems_", 48),
    _mixed("gsk_", 52),
    _mixed("xai-", 80),
    _mixed("pplx-", 48),
    _mixed("r8_", 37),
    _hex("sbp_", 40),
    _mixed("nfp_", 36),
    _mixed("fm2_", 80),
    _mixed("pscale_tkn_", 43),
    _mixed("dp.pt.", 43),
    _hex("pul-", 40),
    _mixed("figd_", 40),
    _hex(_mixed("pat", 14) + ".", 64),
    _hex("1/1234567890123:", 32),
    "pat-na1-" + _UUID,
    _hex(_hex("PMAK-", 24) + "-", 34),
    _mixed(_hex("xkeysib-", 64) + "-", 16),
    _mixed(_mixed("sk.eyJ", 60) + ".", 22),
    _mixed("EAA", 80),
    "sdk-" + _UUID,
    _hex("bkua_", 40),
    _mixed(_mixed("tskey-auth-", 12) + "-", 32),
    "dt0c01." + _UPPER[:24] + "." + _UPPER[:64],
    _hex("squ_", 40),
    _mixed("AKCp8", 68),
    _mixed("secret_", 43),
    _mixed(_mixed("AAAA", 7) + ":APA91b", 134),
    "hooks.zapier.com/hooks/catch/123456/abc12de",
]

NAMED = [
    (_mixed("ngrok authtoken ", 49), _MIXED[:49]),
    (f"GenieKey {_UUID}", _UUID),
    (f"Authorization: GenieKey {_UUID}", _UUID),
    (f"Authorization: Splunk {_UUID}", _UUID),
    (_mixed("Authorization: SSWS ", 42), _MIXED[:42]),
    (_mixed("AZURE_DEVOPS_EXT_PAT=", 52), _MIXED[:52]),
    (_hex("ALGOLIA_ADMIN_KEY=", 32), _HEX[:32]),
]
"""What stands before them, and the token."""

HARMLESS = [
    f"trace {_UUID} of sdk-checkout",
    "sdk-4a715e4e is the build, pul-12 the pull request",
    "pat-na1 is a region, dp.pt is a site, gsk_1 a table",
    "authorization: denied 10.0.0.1:443 at 2026-11-05T09:14:22Z",
    "Authorization: failed req-1234567890",
    "the admin key is with the operator",
    "eaa/eab: 12, squ_ids: 4",
    "read the secret_santa_list_of_the_year_two_thousand_and_six",
]
