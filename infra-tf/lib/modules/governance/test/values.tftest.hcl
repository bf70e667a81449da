run "everything_can_be_destroyed" {
  command = plan

  assert {
    condition     = !output.deletion_protection && output.force_destroy && output.force_delete && output.skip_final_snapshot
    error_message = "An environment must be destroyable to the last resource."
  }
  assert {
    condition     = output.secret_recovery_window_days == 0 && output.key_deletion_window_days == 7
    error_message = "Secrets must go at once and keys after the shortest window that KMS allows."
  }
}
