"""Values in unusual places: next to other scripts, defanged, in links."""

Labelled = list[tuple[str, set[tuple[str, str]]]]

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
