# What a second apply changes.
variable "team" {
  default = "audit"
}

variable "prefix" {
  default = "logs"
}

variable "read_only" {
  default = "false"
}

variable "expression" {
  default = "fault"
}

variable "session_seconds" {
  default = 7200
}

variable "retention_days" {
  default = 30
}

variable "actions" {
  type    = list(string)
  default = ["s3:GetObject"]
}
