"""Parts of the storage bench."""
