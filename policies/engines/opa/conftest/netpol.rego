# conftest evaluates Rego alone, so that it cannot load netpol's bundle; it reads netpol's report:
#
#   netpol check --format json policies | conftest test --parser json --policy conftest -
package main

deny contains told(finding) if {
	some finding in input.diagnostics
	finding.severity == "error"
}

warn contains told(finding) if {
	some finding in input.diagnostics
	finding.severity == "warning"
}

told(finding) := sprintf("%s:%d: %s %s: %s", [
	finding.path,
	finding.span.start.line,
	finding.code,
	finding.lint,
	finding.message,
])
