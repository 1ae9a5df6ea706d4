"""Values that are written in an unusual way, and what only looks like them."""

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
