# What the emulator lacks, by the inputs that the stack has for it.

# moto has no ListTagsForResource of Application Auto Scaling.
autoscaling_enabled = false

# moto starts no tasks.
wait_for_deployment = false
