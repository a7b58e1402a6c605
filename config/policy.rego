# A policy to start from: [guard] policies = ["policy/*.rego"]
#
# `deny` holds a plan, `warn` remarks. The input is the plan's JSON; the same file works with OPA and conftest.
package stackfleet

# At most ten stacks are deleted at once, those among them that are made again.
deny contains msg if {
	n := input.summary.instances.delete + object.get(input.summary.instances, "recreate", 0)
	n > 10
	msg := sprintf("%d instances would be deleted (limit 10)", [n])
}

# What this policy has never heard of is as bad as the worst that it knows.
known := {"create", "update", "delete", "detach", "adopt", "recreate", "none"}

deny contains msg if {
	some s in input.stack_sets
	not known[s.action]
	msg := sprintf("%s: unknown action %q", [s.name, s.action])
}

# Production comes after a canary.
deny contains msg if {
	some s in input.stack_sets
	some g in s.instances.groups
	g.action == "update"
	startswith(g.ou, "Root/Workloads/Prod")
	not canaried(s.name)
	msg := sprintf("%s updates production without a canary stage", [s.name])
}

canaried(name) if {
	some o in input.operations
	o.stack_set == name
	o.stage == "canary"
}

deny contains "partial plans may not be merged" if not input.complete

# Who reviews should look at permissions.
warn contains msg if {
	some r in input.risk.reasons
	r.code == "R203"
	msg := r.message
}
