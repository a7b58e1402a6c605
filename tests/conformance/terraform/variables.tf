# What the steps of the test change.

variable "endpoint" {
  description = "Where the simulator listens."
  type        = string
}

variable "environment" {
  description = "A parameter of both StackSets."
  type        = string
  default     = "dev"
}

variable "subject" {
  description = "A word in the template of both StackSets."
  type        = string
  default     = "alarms"
}

variable "units" {
  description = "Organizational units that the service-managed StackSet is deployed to."
  type        = list(string)
  default     = ["ou-demo-security"]
}

variable "regions" {
  description = "Regions of the service-managed StackSet."
  type        = list(string)
  default     = ["us-east-1", "eu-west-1"]
}
