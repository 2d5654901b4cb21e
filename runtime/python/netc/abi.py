"""The structures of netc_runtime.h, version 2 of its `struct netc_model`, for ctypes."""
import ctypes

MODEL_ABI = 2
TYPE_U8 = 1  # else float
OK = 0
STATUS_TEXT = {
    1: "a pointer is NULL, or the workspace is not aligned",
    2: "this CPU lacks features that the model was compiled for",
    3: "the weights are not those of the model",
    4: "the threads cannot be used: the model was compiled with --threads=no",
    5: "a file could not be read",
    6: "out of memory",
}

Pointers = ctypes.POINTER(ctypes.c_void_p)
RunFunction = ctypes.CFUNCTYPE(ctypes.c_int, Pointers, Pointers, ctypes.c_void_p, ctypes.c_void_p,
                               ctypes.c_void_p)


class TensorStruct(ctypes.Structure):
    """struct netc_tensor"""
    _fields_ = [("name", ctypes.c_char_p), ("axes", ctypes.c_char_p), ("rank", ctypes.c_uint),
                ("type", ctypes.c_uint), ("extent", ctypes.c_longlong * 5), ("elems", ctypes.c_size_t)]


class ModelStruct(ctypes.Structure):
    """struct netc_model"""
    _fields_ = [("abi", ctypes.c_uint), ("name", ctypes.c_char_p), ("compiler", ctypes.c_char_p),
                ("cpu", ctypes.c_char_p), ("hash", ctypes.c_ubyte * 16),
                ("n_inputs", ctypes.c_uint), ("n_outputs", ctypes.c_uint),
                ("inputs", ctypes.POINTER(TensorStruct)), ("outputs", ctypes.POINTER(TensorStruct)),
                ("workspace_bytes", ctypes.c_size_t), ("workspace_align", ctypes.c_size_t),
                ("threads_bytes", ctypes.c_size_t), ("thread_bytes", ctypes.c_size_t),
                ("stack_bytes", ctypes.c_size_t), ("weights_bytes", ctypes.c_size_t),
                ("run", RunFunction)]


class ThreadsStruct(ctypes.Structure):
    """The beginning of struct netc_threads."""
    _fields_ = [("count", ctypes.c_int), ("together", ctypes.c_int)]
