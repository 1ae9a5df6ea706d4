"""Texts in which something is written in an unusual place or way, with all that is in them."""

SHA1 = "3395856ce81f2b7382dee72602f798b642f14140"
MD5 = "9e107d9d372bb6826bd81d3542a419d6"
SSDEEP = "96:s4Ud1Lj96tHHlZDrwciQmA+4uy1I0G4HYuL8N3TzS8QsO/wqWXLcMSx:sF1LjEtHHlZDrJzrhuyZvHYm8tzp"
SHA256 = "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"

Labelled = list[tuple[str, set[tuple[str, str]]]]

COMMITS: Labelled = [
    ("fixed in 3f9c2ab1", {("commit", "3f9c2ab1")}),
    ("roll the image back to 3f9c2ab1", {("commit", "3f9c2ab1")}),
    ("3f9c2ab1 broke the cart", {("commit", "3f9c2ab1")}),
    (
        "prod is running `3f9c2ab1`, staging 77aa01bc",
        {("commit", "3f9c2ab1"), ("commit", "77aa01bc")},
    ),
    ("compare 3f9c2ab..77aa01b on that branch", {("commit", "3f9c2ab"), ("commit", "77aa01b")}),
    ("3f9c2ab1 fix rounding of totals", {("commit", "3f9c2ab1")}),
    ("registry/shop/api:3f9c2ab1 is the image we shipped", set()),
    ("pushed image shop:3f9c2ab1", {("commit", "3f9c2ab1")}),
    (f"image at {SHA1}", {("commit", SHA1)}),
    (f"Value: {SHA1}", {("hash", SHA1)}),
    (f"{SHA1}", {("hash", SHA1)}),
    ("request 3f9c2ab1 failed, container 3f9c2ab1e5d4 too", set()),
    ("color #3f9c2ab, pod checkout-3f9c2ab1-x2k9q", set()),
    ("コミット3f9c2ab1を戻しました", {("commit", "3f9c2ab1")}),
]
HASHES: Labelled = [
    ("00112233445566778899aabbccddeeff", set()),
    ("0123456789abcdef0123456789abcdef", set()),
    ("deadbeefdeadbeefdeadbeefdeadbeef", set()),
    ("f" * 64, set()),
    (f"_{MD5}_ and *{SHA256}*", {("hash", MD5), ("hash", SHA256)}),
    (f"ハッシュは{SHA256}です", {("hash", SHA256)}),
    (f'{{"sha256":"{SHA256}","md5":"{MD5}"}}', {("hash", SHA256), ("hash", MD5)}),
    (f"{MD5},{SHA256},true", {("hash", MD5), ("hash", SHA256)}),
    (
        f"https://www.virustotal.com/gui/file/{SHA256}",
        {
            ("url", f"https://www.virustotal.com/gui/file/{SHA256}"),
            ("domain", "www.virustotal.com"),
            ("hash", SHA256),
        },
    ),
    (
        f"ssdeep {SSDEEP}",
        {
            (
                "hash",
                SSDEEP,
            )
        },
    ),
    ("e3b0c442…b855 only", set()),
    ("session 9e107d9d372bb6826bd81d3542a419d6", set()),
]
AWS: Labelled = [
    (
        "AKIAZ7EXAMPLEKEY0001 is off, ASIAZ7EXAMPLEKEY0002 still works",
        {("access_key", "AKIAZ7EXAMPLEKEY0001"), ("access_key", "ASIAZ7EXAMPLEKEY0002")},
    ),
    (
        "arn:aws:secretsmanager:eu-west-2:123456789012:secret:shop/db-main-Xy12Zz",
        {("arn", "arn:aws:secretsmanager:eu-west-2:123456789012:secret:shop/db-main-Xy12Zz")},
    ),
    (
        '{"arn":"arn:aws:iam::123456789012:user/ci","x":1}',
        {("arn", "arn:aws:iam::123456789012:user/ci")},
    ),
    (
        "arn:aws:s3:::shop-backups/db.dump,PutObject",
        {("arn", "arn:aws:s3:::shop-backups/db.dump")},
    ),
    (
        "roleは arn:aws:iam::123456789012:role/deployです",
        {("arn", "arn:aws:iam::123456789012:role/deploy")},
    ),
    ("account 123456789012 is ours", {("aws", "123456789012")}),
    ("order 123456789012 is paid", set()),
]
SCRIPTS: Labelled = [
    ("接続元は192.0.2.44です", {("ip", "192.0.2.44")}),
    ("CVE-2024-11111かもしれません", {("cve", "CVE-2024-11111")}),
    ("_evil-shop.net_", {("domain", "evil-shop.net")}),
    (
        "*evil-shop.net* ~203.0.113.9~ `198.51.100.7`",
        {("domain", "evil-shop.net"), ("ip", "203.0.113.9"), ("ip", "198.51.100.7")},
    ),
    (
        "_CVE-2024-11111_ _T1059.001_ _SEC-42_",
        {("cve", "CVE-2024-11111"), ("attack", "T1059.001"), ("ticket", "SEC-42")},
    ),
    (
        "hxxps://shop-bonus[.]jp/aです",
        {("url", "https://shop-bonus.jp/a"), ("domain", "shop-bonus.jp")},
    ),
    ("サーバーevil-shop.netへ接続", {("domain", "evil-shop.net")}),
    (
        "ドメイン「evil-shop.net」と、mail-x.org。",
        {("domain", "evil-shop.net"), ("domain", "mail-x.org")},
    ),
    ("เข้าเว็บevil-shop.netแล้ว", {("domain", "evil-shop.net")}),
    (
        "сервер 192.0.2.44был, домен evil-shop.netпропал",
        {("ip", "192.0.2.44"), ("domain", "evil-shop.net")},
    ),
    ("домен пример-магазин.рф", {("domain", "пример-магазин.рф")}),
    ("連絡先はbob@evil-shop.netです", {("email", "bob@evil-shop.net")}),
    (
        "「https://evil-shop.net/a」を開いた",
        {("url", "https://evil-shop.net/a"), ("domain", "evil-shop.net")},
    ),
    (
        "https://evil-shop.net/login、すぐ遮断",
        {("url", "https://evil-shop.net/login"), ("domain", "evil-shop.net")},
    ),
    (
        "die evil-shop.net-Domain, die 192.0.2.44-Adresse",
        {("domain", "evil-shop.net"), ("ip", "192.0.2.44")},
    ),
    ("CVE-2024-11111-Patch und SEC-42-Ticket", {("cve", "CVE-2024-11111"), ("ticket", "SEC-42")}),
    ("TimeoutErrorが出ました、HTTP 503です", {("error", "TimeoutError"), ("error", "HTTP 503")}),
    ("チケットSEC-42を見て", {("ticket", "SEC-42")}),
    ("evil-shop.net에서 192.0.2.44로", {("domain", "evil-shop.net"), ("ip", "192.0.2.44")}),
    ("_dmarc.evil-shop.net TXT", {("domain", "_dmarc.evil-shop.net")}),
    (
        "*.evil-shop.net and .cookie-x.net",
        {("domain", "evil-shop.net"), ("domain", "cookie-x.net")},
    ),
    ("CVE‑2024‑11111", {("cve", "CVE-2024-11111")}),
    ("evil\u200b-shop.net", {("domain", "evil-shop.net")}),
]
DEFANGED: Labelled = [
    ("blocked evil-login[.]app", {("domain", "evil-login.app")}),
    (
        "blocked invoice[.]zip and x.main[.]py",
        {("domain", "invoice.zip"), ("domain", "x.main.py")},
    ),
    *(
        (f"seen {written} today", {("domain", "www.evil-shop.net")})
        for written in (
            "www[.]evil-shop[.]net",
            "www(.)evil-shop.net",
            "www{.}evil-shop[.]net",
            "www[dot]evil-shop[dot]net",
            "www (dot) evil-shop (dot) net",
            "www.evil-shop[.net",
            "www.evil-shop.]net",
            r"www\.evil-shop\.net",
            "www[.]evil-shop dot net",
            "www<.>evil-shop<.>net",
            "www [.] evil-shop [.] net",
            "www[。]evil-shop.net",
        )
    ),
    *(
        (
            f"seen {written} today",
            {("url", "https://evil-shop.net/a"), ("domain", "evil-shop.net")},
        )
        for written in (
            "hxxps://evil-shop.net/a",
            "hxxps[:]//evil-shop[.]net/a",
            "hXXps[://]evil-shop.net/a",
            "https[:]//evil-shop.net/a",
            "h**ps://evil-shop.net/a",
            "hxxps:\\\\evil-shop[.]net/a",
            "https://evil-shop[.]net[/]a",
            r"https:\/\/evil-shop.net\/a",
            "hxxps:[//]evil-shop.net/a",
        )
    ),
    *(
        (f"from {written} today", {("email", "pay@evil-shop.net")})
        for written in (
            "pay@evil-shop[.]net",
            "pay[@]evil-shop.net",
            "pay[at]evil-shop[dot]net",
            "pay(at)evil-shop(.)net",
            "pay (at) evil-shop (dot) net",
            "pay{at}evil-shop.net",
        )
    ),
    *(
        (f"from {written} today", {("ip", "203.0.113.9")})
        for written in ("203[.]0[.]113[.]9", "203.0.113[.]9", "203(.)0(.)113(.)9", "203.0.113[.9")
    ),
    ("2001[:]db8::9 and 2001:db8[:]:8", {("ip", "2001:db8::9"), ("ip", "2001:db8::8")}),
    ("run ls (.) here, meet (at) noon", set()),
]
ADDRESSES: Labelled = [
    ("[IPv6:2001:db8:1::9]", {("ip", "2001:db8:1::9")}),
    ("Received: from x ([IPv6:2001:db8:1::9]:25)", {("ip", "2001:db8:1::9")}),
    (
        "src:2001:db8::7, fe80::1%eth0, 2001:DB8:0:0:0:0:0:2",
        {("ip", "2001:db8::7"), ("ip", "fe80::1"), ("ip", "2001:db8::2")},
    ),
    ("2001:db8::/32 and 2001:db8::1.", {("ip", "2001:db8::/32"), ("ip", "2001:db8::1")}),
    ("listening on 0.0.0.0:80 and [::]:80", set()),
    ("… and ::4 endings, dead::beef, abc::def()", set()),
    ("parsley 3.14.2.7 pulls it in", set()),
    ("containerd://1.6.20.3", set()),
    ("section 2.4.1.9", set()),
    ("upgraded from 2.4.1.9 to 2.4.2.0", set()),
    ("Edge/12.3.4.5, nginx/1.18.0.1, lib@1.2.3.4", set()),
    ("(255.255.254.0)", set()),
    ("192.0.2.0 255.255.255.0, netmask 255.255.255.255", {("ip", "192.0.2.0")}),
    ("192.0.2.0/255.255.255.0", {("ip", "192.0.2.0")}),
    ("7.2.0.192.in-addr.arpa", set()),
    ("OID 1.3.6.1.4.1.311 and 2.5.4.3", set()),
    ("3.14.2.7:443 answers, ping 5.6.7.8", {("ip", "3.14.2.7"), ("ip", "5.6.7.8")}),
    ("10.2.3.4->192.0.2.44:443", {("ip", "10.2.3.4"), ("ip", "192.0.2.44")}),
    (
        "192.0.2.1-192.0.2.9,192.0.2.12;198.51.100.1|x",
        {("ip", "192.0.2.1"), ("ip", "192.0.2.9"), ("ip", "192.0.2.12"), ("ip", "198.51.100.1")},
    ),
    ("<ip>192.0.2.44</ip>", {("ip", "192.0.2.44")}),
    ('{"ip":"192.0.2.44","port":22}', {("ip", "192.0.2.44")}),
    ("http://3221226028/a", {("url", "http://3221226028/a"), ("ip", "192.0.2.44")}),
    (
        "http://[2001:db8::9]:8080/a",
        {("url", "http://[2001:db8::9]:8080/a"), ("ip", "2001:db8::9")},
    ),
    ("db.internal/10.2.3.4:5432", {("ip", "10.2.3.4"), ("domain", "db.internal")}),
    ("aa:bb:cc:dd:ee:ff 00-1A-2B-3C-4D-5E aabb.ccdd.eeff", set()),
    ("S-1-5-21-3623811015-3361044348-30300820-1013", set()),
    ("16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", set()),
    ("at 12:04:33 on 2026.11.27, 27.11.2026 and 3.11.2", set()),
    ("see 3f2504e0-4f89-11d3-9a0c-0305e82c3301", set()),
    ("ssh deploy@192.0.2.44", {("ip", "192.0.2.44")}),
]
TICKETS: Labelled = [
    ("IR-2025-031", {("ticket", "IR-2025-031")}),
    ("INC-0042 and CHG0031234", {("ticket", "INC-0042"), ("ticket", "CHG0031234")}),
    ("MS08-067, UTC-3, GMT-5, VMSA-2023-0001, RHSA-2024-1234, CWE-79", set()),
    ("LAPTOP-77, SRV-01, WS-17, DB-2, VLAN-20, APT-28, COVID-19, P1-3", set()),
    ("SP-800-53, ISO-27001, PCI-3, TLS-1, CRC-32, SHA3-256", set()),
    ("feature/SEC-42-fix", set()),
    (
        "(SEC-42) [OPS-7]: *ABC-123*",
        {("ticket", "SEC-42"), ("ticket", "OPS-7"), ("ticket", "ABC-123")},
    ),
]
LINKS: Labelled = [
    (
        "<https://login-shop.net/a|pay.shop-bank.com>",
        {("url", "https://login-shop.net/a"), ("domain", "login-shop.net")},
    ),
    (
        "<https://wiki.shop-bank.com/x|RUN-12>",
        {("url", "https://wiki.shop-bank.com/x"), ("domain", "wiki.shop-bank.com")},
    ),
    (
        "[pay.shop-bank.com](https://login-shop.net/a)",
        {("url", "https://login-shop.net/a"), ("domain", "login-shop.net")},
    ),
    (
        '<a href="https://login-shop.net/a">Go to pay.shop-bank.com</a>',
        {("url", "https://login-shop.net/a"), ("domain", "login-shop.net")},
    ),
    ("<http://deploy.py|deploy.py>", set()),
    ("<http://evil-shop.net|evil-shop.net>", {("domain", "evil-shop.net")}),
    (
        "<https://alerts.shop-bank.com/x|5xx on 192.0.2.44 for SEC-42>",
        {
            ("url", "https://alerts.shop-bank.com/x"),
            ("domain", "alerts.shop-bank.com"),
            ("ip", "192.0.2.44"),
            ("ticket", "SEC-42"),
        },
    ),
    *(
        (text, {("url", "https://shop-bank.com/abc"), ("domain", "shop-bank.com")})
        for text in (
            "https://shop-bank.com/abc,false,false",
            "1,https://shop-bank.com/abc,200,GET",
            '"https://shop-bank.com/abc","x"',
            '{"u":"https://shop-bank.com/abc"}',
            "<u>https://shop-bank.com/abc</u>",
            "(https://shop-bank.com/abc).",
            "https://shop-bank.com/abc!",
            "*https://shop-bank.com/abc*",
            "_https://shop-bank.com/abc_",
            "https://shop-bank.com/abc; then",
            "see https://shop-bank.com/abc, please",
            "[x](https://shop-bank.com/abc)",
            "<https://shop-bank.com/abc>",
            "https://shop-bank.com/abc\\nnext",
            "a|https://shop-bank.com/abc|b",
            "https://shop-bank.com/abc…",
            "https://shop-bank.com/abc”",
            "https://shop-bank.com/abc;200;GET",
        )
    ),
    (
        "https://shop-bank.com/q?ids=1,2,3&x=a;b",
        {("url", "https://shop-bank.com/q?ids=1,2,3&x=a;b"), ("domain", "shop-bank.com")},
    ),
    (
        "https://u:[redacted: password]@shop-bank.com/x",
        {
            ("url", "https://u:[redacted: password]@shop-bank.com/x"),
            ("domain", "shop-bank.com"),
            ("secret", "password"),
        },
    ),
    (
        "postgres://app:[redacted: password]@db-1.prod.internal:5432/shop",
        {("domain", "db-1.prod.internal"), ("secret", "password")},
    ),
    ("git@gitlab.com:team/app.git", set()),
    ("scp ann@bastion.shop-bank.com:/tmp/x .", {("domain", "bastion.shop-bank.com")}),
    ("Message-ID: <20261123.4711@mail.shop-bank.com>", set()),
    ('<script src="//cdn.evil-shop.net/s.js">', {("domain", "cdn.evil-shop.net")}),
    (r"\\fs01.corp.local\share\x", {("domain", "fs01.corp.local")}),
]
NO_HOSTS: Labelled = [
    ("at cart.save (src/cart.ts:10:3)", set()),
    ("node.kubernetes.io/unreachable:NoExecute", set()),
    (
        "app.kubernetes.io/name=shop, certificates.cert-manager.io,"
        " topology.ebs.csi.aws.com/zone:NoSchedule",
        set(),
    ),
    ("apiVersion: apps.shop.io/v1beta1", set()),
    ("docker pull ghcr.io/team/app and docker.io/library/nginx", set()),
    ("eventSource: s3.amazonaws.com by signin.amazonaws.com", set()),
    ("deploy.sh, Main.java, app.module.ts, build.zip, id_rsa.pub, Makefile.am, config.inc", set()),
    ("cart.save failed, order.date is null, user.email, item.host, cache.store", set()),
    ("metrics http.requests.total=12 jvm.memory.free 3, node.network.in", set()),
    ("restarted.it works, done.so we wait", set()),
    ("kafka.bootstrap.servers, spring.datasource.url, net.ipv4.ip_forward", set()),
    ("aws_instance.web, module.vpc, com.acme.shop.Cart", set()),
    ("multi-user.target and nginx.service", set()),
    (r"C:\Users\ann.lee\invoice.zip and HKLM\Software\Run", set()),
    (r"CORP\ann.lee and ann.lee", set()),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.6099.71", set()),
    (
        "onet.pl and evil-mail.ml, pay.shop.live, brand-x.store",
        {("domain", "evil-mail.ml"), ("domain", "pay.shop.live"), ("domain", "brand-x.store")},
    ),
    (
        "the site onet.pl, the domain get.helm.sh",
        {("domain", "onet.pl"), ("domain", "get.helm.sh")},
    ),
]
PASTED: Labelled = [
    (
        '{"client_ip":"2001:67c:2628:647::4","host":"blog.larkspur.io","status":403}',
        {("ip", "2001:67c:2628:647::4"), ("domain", "blog.larkspur.io"), ("error", "HTTP 403")},
    ),
    (
        "MAC=52:54:00:12:34:56:aa:bb:cc:dd:ee:ff:08:00 SRC=193.32.162.88 DST=10.1.2.3 TTL=245",
        {("ip", "193.32.162.88"), ("ip", "10.1.2.3")},
    ),
    ("Failed to watch: k8s.io/client-go/informers/factory.go:134, deployments.apps", set()),
    ("at com.larkspur.checkout.CartService.save(CartService.java:88)", set()),
    ("go: github.com/larkspur/lib@v1.2.3: invalid version", set()),
    (
        "Upgraded nginx from 1.24.0.1 to 1.25.3.0; PAN-OS 10.2.3.4; agent 4.3.2.1 and 4.3.2.0",
        set(),
    ),
    ('TXT "v=spf1 include:_spf.google.com"', {("domain", "_spf.google.com")}),
    (
        "<bounce+ann=larkspur.io@mailer-cloud.net> user=ann@lark.io",
        {("email", "bounce+ann=larkspur.io@mailer-cloud.net"), ("email", "ann@lark.io")},
    ),
    ("com.apple.Safari, org.gnome.Terminal, io.larkspur.app", set()),
    (
        "INC-20261123 and ABC-3/ABC-4, RC-1",
        {("ticket", "INC-20261123"), ("ticket", "ABC-3"), ("ticket", "ABC-4")},
    ),
    (
        "between 9f8e7d6c and 1a2b3c4d; prod=0f8e7d6c; commit hash: 1a2b3c4d5e6f",
        {
            ("commit", "9f8e7d6c"),
            ("commit", "1a2b3c4d"),
            ("commit", "0f8e7d6c"),
            ("commit", "1a2b3c4d5e6f"),
        },
    ),
    ("it returned 502 after 500 ms, ENOTFOUND", {("error", "HTTP 502"), ("error", "ENOTFOUND")}),
    (
        "障害：api.shop-x.jp（203.0.113.5）です。https://status.shop-x.jp/を確認",
        {
            ("domain", "api.shop-x.jp"),
            ("ip", "203.0.113.5"),
            ("url", "https://status.shop-x.jp"),
            ("domain", "status.shop-x.jp"),
        },
    ),
    (
        "攻击来自203.0.113.6，域名为bad-site.cn，请封禁",
        {("ip", "203.0.113.6"), ("domain", "bad-site.cn")},
    ),
    ("a beacon to cdn[.]azure-upd[.]com/jquery-3.3.1.min.js", {("domain", "cdn.azure-upd.com")}),
    ("psycopg2.errors.DeadlockDetected", {("error", "psycopg2.errors.DeadlockDetected")}),
]
TRICKY: Labelled = [
    *COMMITS, *HASHES, *AWS, *SCRIPTS, *DEFANGED, *ADDRESSES, *TICKETS, *LINKS, *NO_HOSTS, *PASTED,
]  # fmt: skip
