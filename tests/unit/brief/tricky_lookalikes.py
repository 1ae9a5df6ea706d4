"""What is pasted from logs, code and headers, where little is an indicator."""

Labelled = list[tuple[str, set[tuple[str, str]]]]

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
    ("ldt:3f2504e04f8911d39a0c0305e82c3301:12345; 2.0.0.0; Salesforce.com's API", set()),
    ("docker ps: 3f9c2ab1e5d4 nginx:1.25.3 0.0.0.0:80->80/tcp", set()),
    (
        "x-amzn-trace-id: Root=1-67891233-abcdef012345678912345678; cf-ray: 8a1b2c3d4e5f6071-AMS",
        set(),
    ),
    ("permit tcp 10.0.0.0 0.255.255.255 any eq 443", {("ip", "10.0.0.0")}),
    (
        "argo: cart is OutOfSync (a1b2c3d -> d4e5f6a)",
        {("commit", "a1b2c3d"), ("commit", "d4e5f6a")},
    ),
    (
        "IPs: 45.83.64.11/45.83.64.12, | 45.83.64.13 |",
        {("ip", "45.83.64.11"), ("ip", "45.83.64.12"), ("ip", "45.83.64.13")},
    ),
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
