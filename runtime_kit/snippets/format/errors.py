"""What can be wrong with a snippet or a value."""

from typing import Any


class SnippetError(ValueError):
    """A snippet's text is not in the format.

    Attributes: `snippet_id`, `field` (a front-matter key, a parameter, `front matter`
    or `cells`), `line` (1-based, in the snippet's text) and `reason`.
    """

    def __init__(self, snippet_id: str, field: str, line: int, reason: str) -> None:
        super().__init__(f'Snippet "{snippet_id}", {field}, line {line}: {reason}')
        self.snippet_id = snippet_id
        self.field = field
        self.line = line
        self.reason = reason


class ParameterError(ValueError):
    """A value does not fit a parameter; `reason` says what would."""

    def __init__(self, parameter: str, value: Any, reason: str) -> None:
        super().__init__(f"{parameter}: {reason}")
        self.parameter = parameter
        self.value = value
        self.reason = reason


class FormatError(ValueError):
    """Something is wrong at a known line; the parser adds which snippet it is."""

    def __init__(self, field: str, line: int, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.line = line
