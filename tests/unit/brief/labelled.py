"""Texts of incident threads, each with all the indicators that are in it."""

SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
SHA1 = "3f2a9c1e4b5d6f708192a3b4c5d6e7f8091a2b3c"
SHA256_2 = "5d41402abc4b2a76b9719d911017c592aaaa0000bbbb1111cccc2222dddd3333"
MD5 = "44d88612fea8a8f36de82e1278abb02f"

LABELLED: list[tuple[str, set[tuple[str, str]]]] = [
    # addresses
    ("login from 8.8.8.8 at noon", {("ip", "8.8.8.8")}),
    ("db at 10.20.30.40:5432 refuses", {("ip", "10.20.30.40")}),
    ("blocked 8.8.8[.]8 and 8.8.4(.)4", {("ip", "8.8.8.8"), ("ip", "8.8.4.4")}),
    ("we moved to v1.2.3.4 of it", set()),
    ("agent version 1.2.3.4 is out", set()),
    ("pinned pkg==1.2.3.4", set()),
    ("Mozilla/5.0 Chrome/120.0.0.0 Safari", set()),
    ("chart 1.2.3 and 10.5 of 2026.11.23", set()),
    ("300.1.2.3 is no address", set()),
    ("the VPC is 10.0.0.0/16", {("ip", "10.0.0.0/16")}),
    ("src=9.9.9.9 dst=192.168.1.5", {("ip", "9.9.9.9"), ("ip", "192.168.1.5")}),
    ("from 2001:db8::1 and [::1]:8080", {("ip", "2001:db8::1")}),
    ("fe80::1ff:fe23:4567:890a is link-local", {("ip", "fe80::1ff:fe23:4567:890a")}),
    ("at 12:04:33 std::vector and Foo::Bar", set()),
    ("MAC aa:bb:cc:dd:ee:ff", set()),
    ("metadata at 169.254.169.254", {("ip", "169.254.169.254")}),
    # names
    ("payments.acme.com is down", {("domain", "payments.acme.com")}),
    ("C2 at evil[.]example[.]com", {("domain", "evil.example.com")}),
    ("c2 bad-site(dot)net too", {("domain", "bad-site.net")}),
    ("db-1.prod.internal has load 40", {("domain", "db-1.prod.internal")}),
    ("main.py, config.json and node.js changed", set()),
    ("see README.md, deploy.sh, lib.rs, main.tf", set()),
    ("libssl.so and backup.zip are gone", set()),
    ("logger.info calls self.name", set()),
    ("in com.acme.checkout.PaymentService", set()),
    ("done.So we wait, e.g. here, i.e. now", set()),
    ("app.run() and foo.name(x)", set()),
    ("a shop in co.uk: shop.example.co.uk", {("domain", "shop.example.co.uk")}),
    ("host münchen.de answers", {("domain", "münchen.de")}),
    ("/etc/nginx/conf.d/acme.com.conf", set()),
    ("ACME.COM, acme.com.", {("domain", "acme.com")}),
    # URLs
    (
        "see https://grafana.acme.com/d/1?x=2, please",
        {("url", "https://grafana.acme.com/d/1?x=2"), ("domain", "grafana.acme.com")},
    ),
    (
        "(hxxps://evil[.]com/a.php)",
        {("url", "https://evil.com/a.php"), ("domain", "evil.com")},
    ),
    ("hxxp[:]//8.8.8[.]8/x", {("url", "http://8.8.8.8/x"), ("ip", "8.8.8.8")}),
    (
        "the wiki (https://en.wikipedia.org/wiki/A_(b))",
        {("url", "https://en.wikipedia.org/wiki/A_(b)"), ("domain", "en.wikipedia.org")},
    ),
    ("http://localhost/up and http://127.0.0.1:9100/status", set()),
    (
        f"https://github.com/acme/api/commit/{SHA1}",
        {
            ("url", f"https://github.com/acme/api/commit/{SHA1}"),
            ("domain", "github.com"),
            ("commit", SHA1),
        },
    ),
    (
        "https://acme.atlassian.net/browse/SEC-42",
        {
            ("url", "https://acme.atlassian.net/browse/SEC-42"),
            ("domain", "acme.atlassian.net"),
            ("ticket", "SEC-42"),
        },
    ),
    # mail
    ("mail from Ann.Lee+x@acme.com!", {("email", "ann.lee+x@acme.com")}),
    ("phi@evil[.]com bob[at]evil.com", {("email", "phi@evil.com"), ("email", "bob@evil.com")}),
    ("@ann.lee please, or @channel", set()),
    # hashes and commits
    (f"sample {SHA256}", {("hash", SHA256)}),
    (f"image sha256:{SHA256} pulled", {("hash", SHA256)}),
    (f"md5 {MD5.upper()}", {("hash", MD5)}),
    (f"file hash {SHA1}", {("hash", SHA1)}),
    (f"rolled back to {SHA1}", {("commit", SHA1)}),
    ("deployed 3f2a9c1, not 9fceb02d", {("commit", "3f2a9c1"), ("commit", "9fceb02d")}),
    ("the facade was defaced, a decade ago, 20261123", set()),
    (f"trace_id={MD5}", set()),
    ("request 0d9c6f2e-7b1a-4b6e-9f0a-1e2d3c4b5a69", set()),
    # ids
    ("CVE-2024-3094 (cve-2021-44228)", {("cve", "CVE-2024-3094"), ("cve", "CVE-2021-44228")}),
    ("T1059.001 after T1566, not T9999", {("attack", "T1059.001"), ("attack", "T1566")}),
    ("i-0abcd1234ef56789 in vpc-1a2b3c4d", {("aws", "vpc-1a2b3c4d")}),
    ("i-0abcd1234ef567890 is off", {("aws", "i-0abcd1234ef567890")}),
    (
        "assumed arn:aws:iam::123456789012:role/deploy-bot.",
        {("arn", "arn:aws:iam::123456789012:role/deploy-bot")},
    ),
    ("SEC-42 and OPS-1234 are open", {("ticket", "SEC-42"), ("ticket", "OPS-1234")}),
    ("UTF-8, SHA-256, ISO-8601, SEV-1, AES-128, RFC-2616", set()),
    ("INC0012345 was raised", {("ticket", "INC0012345")}),
    # errors
    (
        "java.lang.OutOfMemoryError in checkout, then HTTP 503",
        {("error", "java.lang.OutOfMemoryError"), ("error", "HTTP 503")},
    ),
    ("KeyError: 'sku' and status=502", {("error", "KeyError"), ("error", "HTTP 502")}),
    ("pod OOMKilled, then ECONNREFUSED", {("error", "OOMKilled"), ("error", "ECONNREFUSED")}),
    ("an error, no exception, 500 users, terror", set()),
    # secrets
    ("key [redacted: AWS access key] leaked", {("secret", "AWS access key")}),
    # lines as they are pasted into incident threads; held back until the rules stood
    (
        "02:14:09 sshd[4242]: Failed password for root from 45.155.205.233 port 51234 ssh2",
        {("ip", "45.155.205.233")},
    ),
    (
        '10.4.0.12 - - [23/Nov/2026:02:14:09 +0000] "GET /api/v1 HTTP/1.1" 502 157 "curl/8.4.0"',
        {("ip", "10.4.0.12")},
    ),
    (
        "psycopg2.OperationalError: Connection refused on db-3.prod.internal (10.9.8.7)",
        {
            ("error", "psycopg2.OperationalError"),
            ("error", "Connection refused"),
            ("domain", "db-3.prod.internal"),
            ("ip", "10.9.8.7"),
        },
    ),
    (
        "terraform apply failed in modules/vpc/main.tf line 12, see https://ci.acme.io/job/infra/4411/console",
        {("url", "https://ci.acme.io/job/infra/4411/console"), ("domain", "ci.acme.io")},
    ),
    ("kubectl -n shop logs checkout-7d9f8b6c5-x2k9q --since=10m | grep ERROR", set()),
    ("upgrade openssl to 3.0.13-1~deb12u1 because of CVE-2024-0727", {("cve", "CVE-2024-0727")}),
    ("user agent Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", set()),
    (
        "the phish came from billing@secure-paypaI[.]com, replied to hr(at)acme.com",
        {("email", "billing@secure-paypai.com"), ("email", "hr@acme.com")},
    ),
    (
        "beaconing every 60s to 193[.]142[.]146[.]35:443 from laptop-77.corp",
        {("ip", "193.142.146.35"), ("domain", "laptop-77.corp")},
    ),
    (
        "dropped C:\\Users\\ann\\AppData\\Local\\Temp\\invoice.pdf.exe, sha256 " + SHA256_2,
        {("hash", SHA256_2)},
    ),
    (
        "git bisect says 8c1f9e2 broke it, 77aa01b is fine",
        {("commit", "8c1f9e2"), ("commit", "77aa01b")},
    ),
    (
        "PR #4312 merged as 4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2",
        {("commit", "4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2")},
    ),
    (
        "Route 0.0.0.0/0 was added to rtb-0123456789abcdef0",
        {("aws", "rtb-0123456789abcdef0")},
    ),
    (
        "User: arn:aws:sts::111122223333:assumed-role/ci/session-1 may not: s3:GetObject",
        {("arn", "arn:aws:sts::111122223333:assumed-role/ci/session-1")},
    ),
    ("panic: runtime error: invalid memory address in foo.go:42", set()),
    ("ETA 15 min. Restarting redis-2. Then web-1 to web-4.", set()),
    (
        "mapped to T1190 and T1505.003, see attack.mitre.org/techniques/T1190",
        {("attack", "T1190"), ("attack", "T1505.003"), ("domain", "attack.mitre.org")},
    ),
    ("docker pull registry.acme.io/shop/api:2026.11.23-1", {("domain", "registry.acme.io")}),
    (
        "upstream timed out (110: Connection timed out) while reading from 2a01:4f8:c0c:1234::1",
        {("ip", "2a01:4f8:c0c:1234::1"), ("error", "Connection timed out")},
    ),
    ("Node.js 20.11.1, Vue.js, ASP.NET and Socket.io are affected", set()),
    (
        "ticket OPS-77 duplicates SEC-1201; P-256 keys, X-509 certs, GPT-4",
        {("ticket", "OPS-77"), ("ticket", "SEC-1201")},
    ),
    (
        "requests.exceptions.ConnectionError then TimeoutError, 3x HTTP 429",
        {
            ("error", "requests.exceptions.ConnectionError"),
            ("error", "TimeoutError"),
            ("error", "HTTP 429"),
        },
    ),
    (
        "DNS: www.acme.co.uk -> d111111abcdef8.cloudfront.net",
        {("domain", "www.acme.co.uk"), ("domain", "d111111abcdef8.cloudfront.net")},
    ),
    ("traceparent 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", set()),
    ("Thanks.It works now.Good night,see you.tomorrow", set()),
    (
        "see hxxps[:]//login-acme[.]top/verify?id=1 (urlscan says malicious)",
        {("url", "https://login-acme.top/verify?id=1"), ("domain", "login-acme.top")},
    ),
]
