//! Values on the edges of what the server accepts. Each is spelled as it stands in the text.

/// Numbers, and what people write for them, where a port belongs.
pub const NUMBERS: &[&str] = &[
    "0", "1", "65535", "65536", "-1", "80", "443", "2147483647", "2147483648", "-2147483648", "-2147483649",
    "4294967295", "4294967376", "9223372036854775807", "9223372036854775808", "18446744073709551616", "-0", "00",
    "007", "08", "010", "0o10", "0x50", "0xFFFF", "-0x10", "0b101", "8_0", "+80", "80.0", "80.5", "8e1", "1e2",
    "1E+2", "1e400", ".5", "5.", "1e-7", ".inf", "-.Inf", ".NaN", "12:30", "1:00", "\"80\"", "'80'", "\"\"", "!!str 80",
    "!!int \"80\"", "!!float 80", "true", "~", "\"0\"", "\" 80\"", "80-90", "80,443", "1e21", "123456789012345678901",
    "0.1", "100000000000000000000000.0", "-80.25", "1_000.5", "0x", "0b", "0o", "0o8", "-", "+", ".", "_1", "1__0",
];

/// Names of ports, good and bad.
pub const PORT_NAMES: &[&str] = &[
    "http", "HTTP", "a", "-a", "a-", "a--b", "80a", "8080-tcp", "fifteen-chars-a", "sixteen-chars-aa", "a_b", "a.b",
    "\"a b\"", "\"\"", "\"\u{e9}\"", "\"1-1\"", "\"-\"", "\"--\"", "\"very-long-name-Of-a-port--\"", "\"a\\n\"", "\"\\t\"",
    "\"9\"", "\"\u{1f600}\"", "\"a\\\"b\"", "\"a\\\\b\"", "\"<b>\"", "\"a&b\"", "\"\\u0000\"", "\"\\u007f\"", "\"\\u2028\"",
];

/// Protocols, good and bad.
pub const PROTOCOLS: &[&str] = &[
    "TCP", "UDP", "SCTP", "tcp", "Udp", "ICMP", "\"\"", "~", "ALL", "\"TCP \"", "6", "true", "[TCP]", "TCP,UDP", "\"T<P\"",
    "\"T\\nP\"", "\"\u{fffd}\"", "\"\\u2029\"",
];

/// Label keys, good and bad.
pub const KEYS: &[&str] = &[
    "app", "App", "a.b", "a_b", "-a", "a-", ".a", "a.", "\"\"", "\" \"", "\"a b\"", "a/b", "example.com/a", "Example.com/a",
    "example..com/a", "/a", "a/", "a/b/c", "\"//\"", "-a/b", "a-/b", "a_b/c", "\"*\"", "\"a*\"", "\"\u{e9}\"", "\"a\\tb\"", "1", "true",
    "~", "1.5", "0x10", "2020-01-01", "kubernetes.io/metadata.name", "\"a\\\\b\"", "\"<a>\"", "\"a\\u0000b\"", "\"\\u00e9/x\"",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-",
    "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com/\u{e9}\"",
    "\"\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\"",
];

/// Label values, good and bad.
pub const VALUES: &[&str] = &[
    "web", "Web", "\"\"", "\" \"", "\"a b\"", "a.b", "a_b", "-a", "a-", "_a", "a_", ".a", "a/b", "\"*\"", "\"${X}\"", "\"{{ x }}\"", "\"\u{e9}\"",
    "\"a\\nb\"", "\"true\"", "true", "yes", "no", "on", "1", "1.0", "1.10", "~", "null", "0123", "0x1f", "1e3", "2020-01-01",
    "2020-01-01T00:00:00Z", "12:30:45", "[a]", "{a: b}", "\"a\\\"b\"", "\"a\\\\b\"", "\"a<b\"", "a=b", "a,b", "\"a:b\"", "\"\\u0001\"",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

/// Operators, good and bad.
pub const OPERATORS: &[&str] =
    &["In", "NotIn", "Exists", "DoesNotExist", "in", "IN", "Equals", "Gt", "Lt", "\"\"", "~", "=", "!=", "\"In \"", "1", "true"];

/// IPv4 addresses, good and bad.
pub const V4: &[&str] = &[
    "10.0.0.0", "10.0.0.1", "192.168.1.0", "172.16.0.0", "0.0.0.0", "255.255.255.255", "010.0.0.0", "10.0.0.00", "10.00.0.0",
    "08.0.0.0", "256.0.0.0", "1.2.3", "1.2.3.4.5", "1.2.3.4", "127.0.0.1", "10.0.0", "10", "10.0.0.a", "0x0a.0.0.0", "10..0.0",
    ".10.0.0", "10.0.0.0.", "-1.0.0.0", "+10.0.0.0", " 10.0.0.0", "10.0.0.0 ", "10.0.0.000", "10.0.0.0001", "1000.0.0.0", "224.0.0.1",
    "169.254.169.254", "0.0.0.1", "00.00.00.00", "10.0.0.0\\n",
];

/// IPv6 addresses, good and bad.
pub const V6: &[&str] = &[
    "::", "::1", "fd00::", "FD00::", "fd00::1", "2001:db8::", "2001:0db8::", "2001:db8:0:0::", "2001:db8:0:0:0:0:0:0",
    "2001:DB8::A", "::ffff:10.0.0.0", "::ffff:10.0.0.1", "::FFFF:10.0.0.0", "::ffff:0a00:0000", "::ffff:a00:0", "::10.0.0.0",
    "0:0:0:0:0:ffff:1.2.3.4", "fe80::1%eth0", "1::2::3", ":::", "2001:db8:::", "12345::", "g::", "[::1]", "::ffff:010.0.0.0",
    "64:ff9b::1.2.3.4", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "::ffff:1.2.3",
    "1:2:3:4:5:6:1.2.3.4", "1::1.2.3.4", "ffff::", "2001:db8:0:1:0:0:0:0", "2001:0:0:1:0:0:0:1", "1:0:0:2:0:0:0:3", "::1.2.3.04", "0::0",
    "00000::", "fd00::1.2.3.256", "1:2:3:4:5:6:7:1.2.3.4", "1:", ":1", "fe80::", "::%", "0:0:0:0:0:0:0:0", "1:2:3:4::5:6:7:8",
];

/// Prefix lengths, good and bad.
pub const PREFIXES: &[&str] = &[
    "/0", "/1", "/8", "/12", "/16", "/24", "/31", "/32", "/33", "/64", "/48", "/96", "/104", "/120", "/127", "/128", "/129", "/-1",
    "/+8", "/08", "/00", "/008", "/", "", "/8 ", "/ 8", "/abc", "/99999999999", "/1e1", "/0x8", "/24/8", "/8.0", "//8", "\\\\8", "/255.0.0.0",
    "/256", "/016", "/032",
];

/// Names of objects, good and bad.
pub const NAMES: &[&str] = &[
    "web", "Web", "a.b", "a..b", "-a", "a-", ".a", "a.", "a_b", "\"a b\"", "\"\"", "~", "123", "\"123\"", "1.2.3", "true", "a/b", "\"%\"", "\"..\"", "\".\"",
    "\"a%b\"", "\"\u{e9}\"", "\"a\\nb\"", "\"a\\\"b\"", "\"<>\"", "[]", "{}", "a-0", "0",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

/// Times, good and bad.
pub const TIMES: &[&str] = &[
    "2024-01-02T03:04:05Z", "\"2024-01-02T03:04:05Z\"", "\"2024-01-02T03:04:05+02:00\"", "\"2024-01-02T03:04:05.123Z\"", "~", "\"\"",
    "\"yesterday\"", "\"2024-01-02\"", "\"2024-13-02T03:04:05Z\"", "\"2024-02-30T03:04:05Z\"", "\"2024-01-02T24:04:05Z\"",
    "\"2024-01-02T03:04:05\"", "\"2024-01-02 03:04:05Z\"", "\"2024-01-02T03:04:05Zx\"", "1", "true", "\"20240102T030405Z\"", "[]", "{}",
    "2024-01-02", "2024-01-02 03:04:05", "\"2024-1-2T03:04:05Z\"", "\"2024-01-02t03:04:05z\"", "\"2024-01-02T03:60:05Z\"",
];

/// Spellings that YAML readers disagree on.
pub const SCALARS: &[&str] = &[
    "yes", "No", "ON", "off", "y", "N", "True", "FALSE", "tRUE", "~", "null", "Null", "NULL", "nULL", "", "0o14", "014", "0x_ff", "0b11",
    "1_000", "+12", "-12", "1e3", "1.e3", "1E5", ".5", "-.5", ".inf", "-.Inf", "+.INF", ".NaN", ".nan", "2020-01-01", "2020-1-1",
    "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5", "2020-01-01T00:00:00Z", "12:30:45", "190:20:30", "1:60", "=", "<<", "-", "--", "---a", "!!str 80", "!!str yes",
    "!!str", "!!int \"80\"", "!!int x", "!!float 1", "!!float x", "!!bool \"yes\"", "!!bool x", "!!null \"\"", "!!null x",
    "!!binary aGVsbG8=", "!!binary \"a b\"", "!!binary /w==", "!!timestamp 2020-01-01", "!!seq x", "!!map x", "!custom x", "!custom {a: b}", "! x",
    "!<tag:yaml.org,2002:str> 5", "!!set {a}", "!!omap [a: b]", "\"a\\u0041\"", "\"\\x41\"", "\"\\U0001F600\"", "\"\\/\"", "\"\\q\"", "\"\\ud800\"", "\"\\e\\a\\0\"",
    "'it''s'", "'a\\nb'", "'unterminated", "\"unterminated", "'a'b", "\"a\" b", "|\n  line one\n  line two", "|-\n  kept", ">\n  folded\n  text",
    ">-\n  folded", "|+\n  kept\n", "|2\n  two", "|9\n  x", "plain\n  over two lines", "\"quoted\n  over two\"", "@x", "`x", "%x", "&", "*", "&a", "*a", "&a x", "*nope", "!", "#x", "x #y",
    "a: b", "a : b", ": x", "- x", "? x", "[", "{", "]", "}", ",", "[a", "{a", "[a, b", "{a: b", "[,]", "{,}", "[a,]", "{a:}", "{a}", "[a: b]", "[? a : b]", "{? a}", "a]", "a}", "a,b",
    "\u{e9}", "\u{1f600}", "\"\u{feff}\"", "\u{a0}x", "\"\\xff\"", "a\tb", "\ta", "x\t", "\"\ta\"", "a\u{7f}b", "\"\u{85}\"", "\u{2028}", "\"a\\\n  b\"", "0", "-0", "0.0", "-0.0", "1.0", "1e1000", "-1e1000",
    "123456789012345678901234567890", "0x7fffffffffffffff", "0xffffffffffffffff", "0x1ffffffffffffffff", "1.7976931348623157e309", "4.9e-324", "0.1", "1e20", "1e21", "123456.789e3", "0.000001", "0.0000001", "1.5e300",
];

/// Keys that YAML readers disagree on.
pub const ODD_KEYS: &[&str] = &[
    "1", "1.5", "true", "yes", "~", "null", "0x10", "010", "1e3", ".inf", ".NaN", "2020-01-01", "\"quoted\"", "'single'", "\"\"", "\"a\\tb\"", "!!str x", "!!int \"1\"", "&k app", "<<", "[a]",
    "{a: b}", "? x", "- a", "*a", "@a", "\u{e9}", "a b", "a#b", "=", "-", "\"\\u0061pp\"", "123456789012345678901", "1.0", "-1", "-0",
];

/// Fields that exist somewhere, or nearly.
pub const FIELDS: &[&str] = &[
    "ports", "port", "from", "to", "podSelector", "namespaceSelector", "ipBlock", "cidr", "except", "matchLabels", "matchExpressions", "key",
    "operator", "values", "protocol", "endPort", "policyTypes", "policyType", "ingress", "egress", "spec", "metadata", "name", "namespace", "labels",
    "annotations", "matchLabel", "selector", "app", "status", "ipblock", "podselector", "PodSelector", "Spec", "cidrs", "portRange", "action", "x",
];
