"""Parts of the bench beside other checkpoint libraries."""
