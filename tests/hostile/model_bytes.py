"""ONNX models byte by byte, as no library would write them: fields of protobuf by their numbers."""
import struct

FLOAT, INT64 = 1, 7


def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes(out) + bytes([n])


def field(number, value):
    """A whole number, a float, or bytes, text and messages behind their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(number, values):
    return b"".join(field(number, value) for value in values)


def tensor(name, dims, numbers=None, kind=FLOAT, raw=None, more=b""):
    """Numbers as raw bytes: f32, or i64 for whole ones."""
    if raw is None and numbers is not None:
        raw = struct.pack(f"<{len(numbers)}{'q' if kind == INT64 else 'f'}", *numbers)
    return (fields(1, dims) + field(2, kind) + field(8, name) +
            (b"" if raw is None else field(9, raw)) + more)


def outside(name, dims, location, offset=None, length=None):
    """A tensor whose numbers are in another file."""
    entries = [("location", location), ("offset", offset), ("length", length)]
    return tensor(name, dims, more=field(14, 1) + fields(
        13, [field(1, key) + field(2, str(value)) for key, value in entries if value is not None]))


def attribute(name, value):
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, 2)
    if isinstance(value, float):
        return field(1, name) + field(2, value) + field(20, 1)
    if isinstance(value, str):
        return field(1, name) + field(4, value) + field(20, 3)
    if isinstance(value, bytes):  # a tensor
        return field(1, name) + field(5, value) + field(20, 4)
    return field(1, name) + fields(8, value) + field(20, 7)


def node(op, inputs, outputs, name="", domain="", **attributes):
    return (fields(1, inputs) + fields(2, outputs) + field(3, name) + field(4, op) +
            fields(5, [attribute(*pair) for pair in attributes.items()]) + field(7, domain))


def value(name, dims, kind=FLOAT):
    shape = fields(1, [field(1, dim) if isinstance(dim, int) else field(2, dim) for dim in dims])
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, shape)))


def graph(nodes, inputs=(("x", (1, 4, 4, 4)),), outputs=("y",), tensors=(), rest=b""):
    return (fields(1, nodes) + field(2, "g") + fields(5, tensors) +
            fields(11, [value(*pair) for pair in inputs]) +
            fields(12, [value(name, ()) for name in outputs]) + rest)


def model(*arguments, opset=17, version=8, more=b"", **named):
    """The bytes of a model with the graph that these arguments describe."""
    opsets = b"" if opset is None else field(8, field(1, "") + field(2, opset))
    return field(1, version) + opsets + field(7, graph(*arguments, **named)) + more
