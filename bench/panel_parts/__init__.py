"""Parts of the bench of the panel's kernel side."""
