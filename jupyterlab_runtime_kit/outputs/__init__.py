"""The journal of what kernels print, kept beside them so that a page opened later can show it.

One subscriber a kernel writes its outputs to an append-only file; a page reads them through
authenticated routes. Nothing here sends to a kernel or edits a notebook. May import
jupyter_server; imports no other room of this package.
"""
