"""Parts of the bench of outputs."""
