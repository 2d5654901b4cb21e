"""From a .net file to a model, through the command `netc`."""
import os
import pathlib
import subprocess
import tempfile
from typing import Mapping, Optional, Sequence, Union

from netc.errors import CompileError, NetcError
from netc.model import Model, load
from netc.runtime import find_netc


def compile(path: Union[str, "os.PathLike[str]"], *, cpu: str = "native",
            set: Optional[Mapping[str, Union[int, float]]] = None,
            options: Sequence[str] = ()) -> Model:
    """Compiles a .net file and loads the model.

    Args:
        path: the file.
        cpu: what to compile for, as of `netc cpus`; several are separated by commas.
        set: values of the file's `let`s.
        options: more words for `netc build`.

    Raises:
        CompileError: netc refuses the file; the message is what it says.
        NetcError: there is no command `netc`.
    """
    command = find_netc()
    if command is None:
        raise NetcError("there is no command `netc`: put it into PATH, or its path into NETC")
    with tempfile.TemporaryDirectory(prefix="netc-") as folder:
        shared = pathlib.Path(folder) / "model.so"
        words = [command, "build", os.fspath(path), "--emit=shared", f"--cpu={cpu}",
                 "-o", str(shared), *options]
        for name, value in (set or {}).items():
            words += ["--set", f"{name}={value}"]
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False)
        if done.returncode != 0:
            raise CompileError(f"netc cannot compile {os.fspath(path)}", done.returncode, done.stderr)
        return load(shared)
