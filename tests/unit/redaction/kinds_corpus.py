"""Secrets of the kinds that have no name beside them, and what looks like them and is none."""

import base64
import json

_HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 6
_MIXED = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA" * 6
_LOWER = "a3b5c7d9e1f2g4h6i8j0k2m4n6p8q1r3" * 6
_UUID = "4a715e4e-48dd-7408-9a58-f3aef3416f93"
_PEM = "-----BEGIN {0}-----\n" + _MIXED[:64] + "\n-----END {0}-----\n"
_PRIVATE_PEM = base64.b64encode(_PEM.format("RSA PRIVATE " + "KEY").encode()).decode()
_CERTIFICATE = base64.b64encode(_PEM.format("CERTIFICATE").encode()).decode()

WHOLE = [
    base64.b64encode(b"198622483471925248").decode() + ".Cl2FMQ." + _MIXED[:27],
    base64.b64encode(b"1098622483471925248").decode().rstrip("=") + ".GaB3dE." + _MIXED[:38],
    "mfa." + _MIXED[:84],
    "eyJsb2dnZWRfaW4iOnRydWV9.Zk3abQ." + _MIXED[:27],
    "pypi-" + _MIXED[:60],
    "glrt-t3_" + _MIXED[:20],
    *("sntryu_" + _HEX[:64], "phx_" + _MIXED[:43], "cfut_" + _MIXED[:40]),
    *("lsv2_pt_" + _HEX[:32] + "_" + _HEX[:10], "nvapi-" + _MIXED[:64], "napi_" + _LOWER[:64]),
    *("tvly-dev-" + _MIXED[:32], "pcsk_aB3dE5_" + _MIXED[:60], "mdb_sa_sk_" + _MIXED[:40]),
    *("hcaik_01" + _LOWER[:58], "sb_secret_" + _MIXED[:31], "rdme_" + _LOWER[:70]),
    *("duffel_live_" + _MIXED[:43], "shippo_live_" + _HEX[:40], "CFPAT-" + _MIXED[:43]),
    *("lin_oauth_" + _HEX[:64], "dckr_oat_" + _MIXED[:32], "CCIPAT_aB3dE_" + _HEX[:40]),
    *("ATBB" + _MIXED[:32], "vcp_" + _MIXED[:56], "HRKU-" + _UUID, "NRII-" + _MIXED[:32]),
    *("sk-lf-" + _UUID, "access-sandbox-" + _UUID, "snyk_uat.aB3dE5gH." + _MIXED[:60]),
    *("access_token$production$a3b5c7d9e1f2g4h6$" + _HEX[:32], "v1.0-" + _HEX[:24] + "-" + _HEX),
    *("st." + _HEX[:24] + "." + _HEX[:32] + "." + _HEX[:32], "re_aB3dE5gH_" + _MIXED[:24]),
    *("fw_" + _MIXED[:24], "rnd_" + _MIXED[:32], "sl.aB" + _MIXED[:100], "s." + _MIXED[:24]),
    *("oy2" + _LOWER[:43], "sk_" + _HEX[:48], "token-a3b5c:" + _LOWER[:54], "cli-" + _LOWER[:28]),
    *(_MIXED[:52] + "JQQJ99" + _MIXED[:14] + "AZDO" + "x1y2", _HEX[:36] + "FFFFNRAL"),
    "A" * 20 + "bC" + _MIXED[2:60],
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    _PRIVATE_PEM,
    "$krb5tgs$23$*ann$realm$spn*$" + _HEX[:32] + "$" + _HEX[:64],
]
"""Each is a secret as a whole."""

INSIDE = [
    ("https://chat.acme.io/hooks/" + _LOWER[:26], _LOWER[:26]),
    (f"https://events.pagerduty.com/integration/{_HEX[:32]}/enqueue", _HEX[:32]),
    (f"https://x.grafana.net/integrations/v1/alertmanager/{_MIXED[:25]}/", _MIXED[:25]),
    (f"https://logs-01.loggly.com/inputs/{_UUID}/tag/http", _UUID),
    (f"https://hc-ping.com/{_UUID}", _UUID),
    (f"https://f.azurewebsites.net/api/x?code={_MIXED[:54]}==", _MIXED[:54]),
    (f"https://app.acme.io/callback?code=4/0A{_MIXED[:40]}&state=x", _MIXED[:40]),
    (f"PHPSESSID={_LOWER[:26]}", _LOWER[:26]),
    (f"JSESSIONID={_HEX[:32].upper()}; Path=/", _HEX[:32].upper()),
    (f"connect.sid=s%3A{_MIXED[:32]}.{_MIXED[:43]}", _MIXED[:43]),
    ("curl -b 'session=abcdef123456' https://x", "abcdef123456"),
    ("curl --cookie sid=abcdef https://x", "abcdef"),
    ("curl -su ann:hunter2 https://x", "hunter2"),
    ("curl -sSfLu ann:hunter2 https://x", "hunter2"),
    ("http -a ann:hunter2 https://x", "hunter2"),
    ("https --auth=ann:hunter2 x.io/y", "hunter2"),
    ("rabbitmqctl add_user ann correcthorse", "correcthorse"),
    ("vault kv put secret/app value=correcthorse", "correcthorse"),
    ("aws secretsmanager create-secret --name x --secret-string correcthorse1", "correcthorse1"),
    ("aws ssm put-parameter --name /db --type SecureString --value correcthorse", "correcthorse"),
    ("gh secret set TOKEN --body correcthorse", "correcthorse"),
    ("redis-cli -h cache AUTH correcthorse", "correcthorse"),
    ("127.0.0.1:6379> AUTH correcthorse1", "correcthorse1"),
    ("AUTH PLAIN " + base64.b64encode(b"\0ann\0hunter2").decode(), "AGFubgBodW50ZXIy"),
    ("334 UGFzc3dvcmQ6\nC: aHVudGVyMg==", "aHVudGVyMg=="),
    ("CREATE USER ann WITH ENCRYPTED PASSWORD 'correcthorse'", "correcthorse"),
    ("alter role ann password 'correcthorse';", "correcthorse"),
    ("SET PASSWORD FOR 'ann'@'%' = 'correcthorse'", "correcthorse"),
    ("define('DB_PASSWORD', 'correcthorse');", "correcthorse"),
    ("define('AUTH_KEY', 'x&k#9sdf!@asdfkj234');", "x&k#9sdf!@asdfkj234"),
    ('setenv("API_TOKEN", "correcthorse", 1)', "correcthorse"),
    ('variable "db_password" {\n  default = "correcthorse"\n}', "correcthorse"),
    (json.dumps({"db_password": {"value": "correcthorse", "type": "string"}}), "correcthorse"),
    (json.dumps({"url": {"sensitive": True, "type": "string", "value": "abcDEF"}}), "abcDEF"),
    (json.dumps({"url": {"value": "abcDEF", "type": "string", "sensitive": True}}), "abcDEF"),
    ("db:\n  user: app\n  password: correcthorse\n  port: 5432", "correcthorse"),
    ("PresharedKey = " + _MIXED[:43] + "=", _MIXED[:43]),
    ("APP_KEY=base64:" + _MIXED[:43] + "=", _MIXED[:43]),
    ("WEAVIATE_KEY=" + _MIXED[:30], _MIXED[:30]),
    ("the btc wallet: 5K" + _MIXED.replace("0", "2")[:49], _MIXED.replace("0", "2")[:49]),
    ("private key 0x" + _HEX[:64], _HEX[:64]),
    ("seed phrase: " + "abandon ability able about " * 3, "ability able about"),
    ("$ANSIBLE_VAULT;1.1;AES256\n  " + _HEX[:80] + "\n  " + _HEX[:80], _HEX[:80]),
]
"""A text, and the secret in it."""

HARMLESS = [
    *("commit " + _HEX[:40], "sha256:" + _HEX[:64], _UUID, _HEX[:32], "0x" + _HEX[:40]),
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db/dbuser-a1B2c3",
    "arn:aws:lambda:eu-west-1:123456789012:function:checkout-Handler7F3A9B2C1D",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38G",
    'integrity="sha384-' + _MIXED[:64] + '"',
    *("A" * 90, "AAAA" * 20 + "==", "SHA256:" + _MIXED[:43], "h1:" + _MIXED[:43] + "="),
    f"client-certificate-data: {_CERTIFICATE}",
    *("pi_3MtwBwLkdIwHu7ix28a3tqPa", "evt_1MqqbKLt4dXK03v5qaIbiNCC", "req_" + _HEX[:32]),
    *("payments-7d9c5b6f5d-x2x9k", "ip-10-0-0-1.eu-west-1.compute.internal", "v1.0-rc1"),
    "com.acme.payments.PaymentsControllerTest2.handleRequest3",
    "foo_bar_baz_qux_quux.client.request_handler_v2_final_x",
    *(
        "glob-patterns-are-fine-here-2026",
        "re_created_by_the_controller_v2",
        "cio-news-2026-11-28",
    ),
    *(
        "pypi-mirror-2.internal.acme.example.com",
        "fw_rules_updated_on_edge_router_17",
        "K10 failed",
    ),
    *("src/main/java/com/Acme/PaymentsServiceImp", "node_modules/@Babel/core/lib/Transformer1"),
    "https://github.com/acme/app/settings/hooks/123456",
    "https://docs.acme.io/integrations/slack-incoming-webhook-setup-guide",
    "https://x.io/?code=E_CONNECTION_REFUSED_BY_PEER",
    "https://login.acme.io/authorize?client_id=payments-web&response_type=code&scope=openid",
    "https://app.datadoghq.com/monitors/1234567?from_ts=1712345678000&session=none",
    *("password: required", "password: string", "Password: changed yesterday by Ann"),
    *(
        "create user fails: password policy not met",
        "ALTER TABLE u ADD COLUMN password varchar(9)",
    ),
    *('["password", "username", "email"]', 'set("retries", "three")', "PRIMARY_KEY=id"),
    *('variable "db_password" {\n  type = string\n}', '"sensitive": false, "value": "eu-west-1"'),
    *("curl -sSfL https://x.io/install.sh", "curl -vu admin https://x", "http --all https://x"),
    *("gh pr create --body 'fix the thing'", "vault kv get secret/app", "redis-cli PING"),
    *("NOAUTH Authentication required", "auth plain text is off", "seed phrase: lost"),
    *(
        "PUBLIC_KEY=" + _MIXED[:43],
        "CACHE_KEY=payments:v2:summary",
        "session=expired_or_not_there",
    ),
]
