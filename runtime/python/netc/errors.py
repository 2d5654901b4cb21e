"""What can go wrong, besides Python's own TypeError and ValueError for wrong arguments."""


class NetcError(Exception):
    """A library cannot be used, or a model does not run here."""


class CompileError(NetcError):
    """`netc build` failed.

    Attributes:
        status: its exit status: 1 the input has errors, 2 usage, 3 an output could not be written,
            4 internal error.
        diagnostics: what it printed.
    """

    def __init__(self, message: str, status: int, diagnostics: str) -> None:
        super().__init__(f"{message}\n{diagnostics}".rstrip())
        self.status = status
        self.diagnostics = diagnostics
