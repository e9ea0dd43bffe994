# A small policy over the bundle: netpol judges, this decides what to do about it. Load both:
#
#   opa run -s -b netpol.bundle.tar.gz netpol.rego
package cluster.admission

# Production refuses what netpol denies; everywhere else it only warns.
production := {"shop", "payments"}

findings contains finding if {
	some finding in data.netpol.violations with input as input
}

deny contains finding.msg if {
	input.request.namespace in production
	some finding in findings
}

warn contains finding.msg if {
	not input.request.namespace in production
	some finding in findings
}

main := {
	"apiVersion": "admission.k8s.io/v1",
	"kind": "AdmissionReview",
	"response": {
		"uid": input.request.uid,
		"allowed": count(deny) == 0,
		"status": {"message": concat("\n", deny)},
		"warnings": [msg | some msg in warn],
	},
}
