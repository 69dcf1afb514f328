"""Python that the front end carries to a kernel.

Each module here is one self-contained file that needs the standard library and
IPython at most: the front end sends its text to kernels in which this package is
not installed.
"""
