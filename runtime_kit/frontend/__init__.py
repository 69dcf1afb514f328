"""Python that the front end carries to a kernel.

Each module here is one self-contained file: the front end sends its text to kernels in
which this package is not installed. May import the standard library and IPython only.
"""
