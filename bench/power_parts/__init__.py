"""Parts of the power-cut bench."""
