"""Options that several commands share: said once, as the fields of a named tuple, and taken by each as one argument."""

from collections.abc import Callable, Iterator
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each field of those of its parameters that are named tuples.

    A field is annotated as an option is; its default is the option's.
    """
    hints = get_type_hints(command, include_extras=True)
    groups = {name: kind for name, kind in hints.items() if hasattr(kind, "_fields")}
    parameters = [each for name in signature(command).parameters for each in _options(name, command, hints, groups)]

    def run(**given: Any) -> None:
        made = {name: kind(**{field: given.pop(field) for field in kind._fields}) for name, kind in groups.items()}
        command(**made, **given)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    run.__dict__["__signature__"] = Signature(parameters)
    return run


def _options(
    name: str, command: Callable[..., None], hints: dict[str, Any], groups: dict[str, Any]
) -> Iterator[Parameter]:
    """What a command line may say for one parameter."""
    kind = groups.get(name)
    if kind is None:
        yield signature(command).parameters[name].replace(kind=Parameter.KEYWORD_ONLY, annotation=hints[name])
        return
    said = get_type_hints(kind, include_extras=True)
    for field in kind._fields:
        default = kind._field_defaults.get(field, Parameter.empty)
        yield Parameter(field, Parameter.KEYWORD_ONLY, default=default, annotation=said[field])
