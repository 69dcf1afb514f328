"""Parts of the checkpoint bench."""
