"""Networks compiled by netc, called with numpy arrays.

    import netc
    model = netc.load("digits.so")              # netc build digits.net --emit=shared
    model = netc.compile("digits.net")          # the same, through the command `netc`
    probability = model(image)                  # or model(image=image)
    probability = model(image, threads=netc.Threads(4))

A model checks what it is given, copies nothing that it can read where it stands, and may be called from
any number of Python threads at once: the interpreter's lock is released while it runs.
"""
from netc.build import compile
from netc.errors import CompileError, NetcError
from netc.model import Model, Tensor, load
from netc.runtime import Threads

__all__ = ["CompileError", "Model", "NetcError", "Tensor", "Threads", "compile", "load"]
