# What tests/engines/bench.js measures netpol against: a policy that looks for one thing only.
package baseline

deny contains msg if {
	some rule in input.request.object.spec.egress
	some peer in rule.to
	peer.ipBlock.cidr == "0.0.0.0/0"
	msg := "egress to 0.0.0.0/0"
}

deny contains msg if {
	some rule in input.request.object.spec.ingress
	some peer in rule.from
	peer.ipBlock.cidr == "0.0.0.0/0"
	msg := "ingress from 0.0.0.0/0"
}
