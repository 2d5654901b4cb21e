"""netc's runtime library: pools of threads, and files of weights.

It is looked for where NETC_RUNTIME says, then beside the command `netc` (lib/netc of its installation).
Models with their weights inside, on one thread, do without it.
"""
import ctypes
import functools
import os
import pathlib
import shutil
from typing import Optional

from netc import abi
from netc.errors import NetcError

NAME = "libnetc_runtime.so"


def find_netc() -> Optional[str]:
    """The command `netc`: what NETC names, else that of PATH; None if there is none."""
    return shutil.which(os.environ.get("NETC") or "netc")


@functools.lru_cache(maxsize=None)
def library() -> ctypes.CDLL:
    """The loaded library.

    Raises:
        NetcError: it is in none of the places.
    """
    named, command = os.environ.get("NETC_RUNTIME"), find_netc()
    if named:
        path = pathlib.Path(named)
    elif command:
        path = pathlib.Path(command).resolve().parents[1] / "lib" / "netc" / NAME
    else:
        raise NetcError(f"threads and files of weights need {NAME}, which stands beside `netc`: put "
                        "netc into PATH, or its path into NETC or NETC_RUNTIME")
    try:
        runtime = ctypes.CDLL(str(path))
        runtime.netc_threads_create.restype = ctypes.POINTER(abi.ThreadsStruct)
        runtime.netc_threads_create.argtypes = [ctypes.c_int]
        runtime.netc_threads_destroy.restype = None
        runtime.netc_threads_destroy.argtypes = [ctypes.c_void_p]
        runtime.netc_weights_create.argtypes = [ctypes.POINTER(abi.ModelStruct), ctypes.c_char_p,
                                                abi.Pointers]
        runtime.netc_weights_destroy.restype = None
        runtime.netc_weights_destroy.argtypes = [ctypes.c_void_p]
    except (OSError, AttributeError) as error:
        raise NetcError(f"cannot load netc's runtime library {path}: {error}") from None
    return runtime


class Threads:
    """A pool of threads for `model(..., threads=pool)`; several models may share one.

    Args:
        count: parts of a run, 1 to 1024; 0: as many as processors that this process may use.

    Raises:
        ValueError: the count is another.
        NetcError: there is no runtime library, or threads or memory are short.
    """

    def __init__(self, count: int = 0) -> None:
        self.pointer: Optional[ctypes.c_void_p] = None  # the `struct netc_threads *`
        if not 0 <= count <= 1024:
            raise ValueError(f"a pool has 0 (all processors) to 1024 threads, not {count}")
        self._runtime = library()
        pool = self._runtime.netc_threads_create(count)
        if not pool:
            raise NetcError(f"cannot start {count} threads")
        self.pointer = ctypes.cast(pool, ctypes.c_void_p)
        self.count: int = pool.contents.count  # parts of a run

    def __repr__(self) -> str:
        return f"netc.Threads({self.count})"

    def __del__(self) -> None:
        if self.pointer is not None:
            self._runtime.netc_threads_destroy(self.pointer)
