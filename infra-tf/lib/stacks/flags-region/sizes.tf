# How much of everything: the only things in which environments may differ, besides where they are.

variable "retention_days" {
  type        = object({ logs = number })
  description = "Days that logs are kept."
  nullable    = false
}
