# Where we have no business, we have no stacks.
package stackfleet

allowed := {"us-east-1", "eu-west-1"}

deny contains msg if {
	some s in input.stack_sets
	some g in s.instances.groups
	some region in g.regions
	not allowed[region]
	msg := sprintf("%s: %s is not one of our Regions", [s.name, region])
}

warn contains msg if {
	input.summary.instances.create > 5
	msg := sprintf("%d new instances", [input.summary.instances.create])
}
