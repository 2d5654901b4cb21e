"""Models: what stands in a shared library made by `netc build --emit=shared`."""
import collections
import ctypes
import os
import pathlib
import re
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

from netc import abi
from netc.errors import NetcError
from netc.runtime import Threads, library

FLOAT, BYTE = np.dtype(np.float32), np.dtype(np.uint8)


class Tensor(NamedTuple):
    """An input or output of a model, in row-major order."""
    name: str
    axes: Tuple[str, ...]    # from slowest to fastest: ("N", "C", "H", "W")
    shape: Tuple[int, ...]   # elements along each
    dtype: "np.dtype[Any]" = FLOAT  # float32; of an input also uint8

    def __str__(self) -> str:
        sizes = ", ".join(f"{axis}: {size}" for axis, size in zip(self.axes, self.shape))
        return f"{self.name} : {'u8' if self.dtype == BYTE else 'f32'}[{sizes}]"


def _tensors(structs: Any, count: int) -> Tuple[Tensor, ...]:
    return tuple(Tensor(t.name.decode(), tuple(t.axes.decode().split()), tuple(t.extent[:t.rank]),
                        BYTE if t.type == abi.TYPE_U8 else FLOAT)
                 for t in structs[:count])


class Model:
    """A compiled network. `load` and `netc.compile` make one; call it with arrays.

    Attributes:
        name: the prefix of its symbols.
        inputs, outputs: its arguments, as declared.
        cpu: what it was compiled for: "x86-64-v3".
        compiler: "netc 0.1.0".
        workspace_bytes: memory that a run on one thread takes beside its arguments.
    """

    def __init__(self, shared: ctypes.CDLL, struct: abi.ModelStruct,
                 weights: Optional[ctypes.c_void_p]) -> None:
        self._shared, self._struct, self._weights = shared, struct, weights
        self.name: str = struct.name.decode()
        self.cpu: str = struct.cpu.decode()
        self.compiler: str = struct.compiler.decode()
        self.inputs = _tensors(struct.inputs, struct.n_inputs)
        self.outputs = _tensors(struct.outputs, struct.n_outputs)
        self.workspace_bytes: int = struct.workspace_bytes
        self._results: Any = collections.namedtuple(  # type: ignore[misc]
            "Results", [tensor.name for tensor in self.outputs], rename=True)
        self._workspaces: Dict[int, List[np.ndarray]] = collections.defaultdict(list)

    def __repr__(self) -> str:
        lists = (", ".join(map(str, tensors)) for tensors in (self.inputs, self.outputs))
        return "<netc model {}({}) -> {}, {}>".format(self.name, *lists, self.cpu)

    def __del__(self) -> None:
        if getattr(self, "_weights", None) is not None:
            library().netc_weights_destroy(self._weights)

    def __call__(self, *arrays: np.ndarray, threads: Optional[Threads] = None,
                 out: Union[None, np.ndarray, Sequence[np.ndarray]] = None,
                 **named: np.ndarray) -> Any:
        """Runs the network.

        Args:
            arrays, named: one array for each input, by place or by name, of exactly its dtype
                (float32, or uint8 of a u8 input) and shape, in C order; their alignment does not
                matter. (`run` takes names that are those of the other arguments here.)
            threads: a pool; None: on the calling thread.
            out: arrays to write the results to, as the inputs are, contiguous and apart from
                them; one array if there is one output. None: new ones.

        Returns:
            the array of the one output; of several a named tuple.

        Raises:
            TypeError: an argument is missing, too many, no array, or not of its dtype.
            ValueError: it has another shape, is not contiguous, or overlaps where it may not.
            NetcError: the CPU or the pool does not fit the model.
        """
        if len(arrays) > len(self.inputs):
            raise TypeError(f"{self.name} takes {len(self.inputs)} inputs, not {len(arrays)}")
        given = dict(zip((tensor.name for tensor in self.inputs), arrays))
        for name, array in named.items():
            if name in given:
                raise TypeError(f"{self.name} was given input `{name}` twice")
            given[name] = array
        return self.run(given, threads=threads, out=out)

    def run(self, inputs: Mapping[str, np.ndarray], *, threads: Optional[Threads] = None,
            out: Union[None, np.ndarray, Sequence[np.ndarray]] = None) -> Any:
        """The same with a mapping of names to arrays."""
        known = [tensor.name for tensor in self.inputs]
        for name in inputs:
            if name not in known:
                raise TypeError(f"{self.name} has no input `{name}`; it has {', '.join(known)}")
        for name in known:
            if name not in inputs:
                raise TypeError(f"{self.name} misses input `{name}`")
        sources = [_readable(tensor, inputs[tensor.name]) for tensor in self.inputs]
        results = self._results_for(out, sources)
        targets = [array if array.flags.aligned else np.empty(array.shape, FLOAT)
                   for array in results]
        self._run(sources, targets, threads)
        for result, target in zip(results, targets):
            if result is not target:
                result[...] = target
        return results[0] if len(results) == 1 else self._results(*results)

    def _results_for(self, out: Any, sources: List[np.ndarray]) -> List[np.ndarray]:
        if out is None:
            return [np.empty(tensor.shape, FLOAT) for tensor in self.outputs]
        results = [out] if isinstance(out, np.ndarray) else list(out)
        if len(results) != len(self.outputs):
            raise TypeError(f"{self.name} has {len(self.outputs)} outputs, and `out` has "
                            f"{len(results)} arrays")
        for i, (tensor, array) in enumerate(zip(self.outputs, results)):
            _check("output", tensor, array)
            if not array.flags.writeable:
                raise ValueError(f"the array for output `{tensor.name}` cannot be written to")
            if any(np.may_share_memory(array, other) for other in sources + results[:i]):
                raise ValueError(f"the array for output `{tensor.name}` overlaps another argument")
        return results

    def _run(self, sources: List[np.ndarray], targets: List[np.ndarray],
             threads: Optional[Threads]) -> None:
        struct = self._struct
        size = struct.workspace_bytes
        if threads is not None:
            size = struct.threads_bytes + threads.count * struct.thread_bytes
        free = self._workspaces[size]
        try:
            workspace = free.pop()  # one for each run at the same time
        except IndexError:
            workspace = _aligned(size, struct.workspace_align)
        status = struct.run(_pointers(sources), _pointers(targets), workspace.ctypes.data,
                            self._weights, threads.pointer if threads is not None else None)
        free.append(workspace)
        if status != abi.OK:
            reason = abi.STATUS_TEXT.get(status, f"unknown status {status}")
            raise NetcError(f"{self.name} ({self.cpu}) does not run: {reason}")


def _conversion(tensor: Tensor, array: np.ndarray) -> str:
    """The way to the right dtype. What floats mean as bytes, nobody knows but the caller."""
    if tensor.dtype == BYTE and array.dtype.kind == "f":
        return ("whole numbers from 0 to 255, of pixels from 0 to 1 "
                "(255 * array).round().astype(numpy.uint8)")
    return f"array.astype(numpy.{tensor.dtype})"


def _check(kind: str, tensor: Tensor, array: Any) -> None:
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{kind} `{tensor.name}` is a {type(array).__name__}; it must be a numpy "
                        f"array of {tensor.dtype} and shape {tensor.shape}")
    if array.dtype != tensor.dtype:
        raise TypeError(f"{kind} `{tensor.name}` is of {array.dtype}; it must be of "
                        f"{tensor.dtype}: {_conversion(tensor, array)}")
    if array.shape != tensor.shape:
        raise ValueError(f"{kind} `{tensor.name}` has the shape {array.shape}; it must be "
                         f"{tensor.shape}, which is {tensor}")
    if not array.flags.c_contiguous:
        raise ValueError(f"{kind} `{tensor.name}` is not contiguous in C order: "
                         "numpy.ascontiguousarray(array)")


def _readable(tensor: Tensor, array: Any) -> np.ndarray:
    """The array, or a copy if it is not aligned to a float."""
    _check("input", tensor, array)
    source: np.ndarray = array if array.flags.aligned else array.copy()
    return source


def _pointers(arrays: Sequence[np.ndarray]) -> Any:
    return (ctypes.c_void_p * len(arrays))(*(array.ctypes.data for array in arrays))


def _aligned(size: int, align: int) -> np.ndarray:
    bytes_ = np.empty(size + align, np.uint8)
    start = -bytes_.ctypes.data % align
    return bytes_[start:start + size]


def _model_names(path: pathlib.Path) -> List[str]:
    """Names in the library's table of strings that end in _model, whatever its format."""
    names = set(re.findall(rb"\0_?([a-z_][A-Za-z0-9_]*)_model(?=\0)", path.read_bytes()))
    return sorted(name.decode() for name in names)


def load(path: Union[str, "os.PathLike[str]"], model: Optional[str] = None,
         weights: Union[None, str, "os.PathLike[str]"] = None) -> Model:
    """Loads a model from a shared library.

    Args:
        path: what `netc build --emit=shared` made.
        model: the model's name, if the library has several.
        weights: the file of its weights, if it was compiled with --weights=extern.

    Raises:
        FileNotFoundError: there is no such file.
        NetcError: it is no library of netc, has several models, or its weights are not there.
    """
    file = pathlib.Path(path).resolve(strict=True)
    try:
        shared = ctypes.CDLL(str(file))
    except OSError as error:
        raise NetcError(f"cannot load {path}: {error}") from None
    names = [name for name in _model_names(file) if hasattr(shared, f"{name}_model")]
    if model is None:
        if len(names) != 1:
            has = f"several models, {', '.join(names)}: choose one by `model=`" if names else \
                "no model; make one with `netc build FILE.net --emit=shared`"
            raise NetcError(f"{path} has {has}")
        model = names[0]
    elif model not in names:
        raise NetcError(f"{path} has no model `{model}`; it has {', '.join(names) or 'none'}")
    struct = abi.ModelStruct.in_dll(shared, f"{model}_model")
    if struct.abi != abi.MODEL_ABI:
        raise NetcError(f"{path} is of version {struct.abi} of netc's interface, and this package "
                        f"of version {abi.MODEL_ABI}")
    return Model(shared, struct, _weights(struct, path, weights))


def _weights(struct: abi.ModelStruct, path: Any, weights: Any) -> Optional[ctypes.c_void_p]:
    if struct.weights_bytes == 0:
        if weights is not None:
            raise NetcError(f"{path} has its weights inside; it takes none from {weights}")
        return None
    if weights is None:
        raise NetcError(f"{path} was compiled with --weights=extern: name its file by `weights=`")
    pointer = ctypes.c_void_p()
    status = library().netc_weights_create(ctypes.byref(struct), os.fsencode(weights),
                                           ctypes.byref(pointer))
    if status != abi.OK:
        raise NetcError(f"cannot use the weights in {weights}: {abi.STATUS_TEXT.get(status)}")
    return pointer
