"""What happens: one function for each thing that can happen, in the caller's transaction."""
