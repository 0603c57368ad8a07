"""The types (subtypes) of a service's layer: what each allows and starts with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Optional

from ...core.arcade.values import quote
from ...core.json_value import Json, is_number, json_object, json_objects
from ..base.expressions import code_text, coded_values, folded

Bounds = tuple[float, float]
_SHARED = " / "


class Types:
    """The types of one layer. Fields go by their folded names, types by their codes as text."""

    def __init__(self, service: Json) -> None:
        self._types = json_objects(service.get("types"))
        stated = service.get("typeIdField") or service.get("subtypeField")
        self.field = folded(stated) if stated else ""

    def codes(self, field: Json) -> dict[str, str]:
        """Code → name: of the types, of the field's domain, or of all types together.

        A code that means several things has all their names.
        """
        domains = list(self._domains(field))
        own = [coded_values(domain) for domain in domains if domain.get("type") == "codedValue"]
        if not any(own) and folded(field.get("name")) == self.field:
            return {self._code(one): str(one.get("name")) for one in self._types}
        names: dict[str, list[str]] = {}
        for values in own:
            for code, name in values.items():
                known = names.setdefault(code, [])
                if name not in known:
                    known.append(name)
        return {code: _SHARED.join(known) for code, known in names.items()}

    def differ(self, field: Json) -> bool:
        """True where the types do not all offer the same values of a field."""
        own = [coded_values(domain) for domain in self._domains(field)]
        return bool(self.field) and any(own) and any(one != own[0] for one in own)

    def bounds(self, field: Json) -> Optional[Bounds]:
        """The lowest and the highest number that the field may hold in any type."""
        found = [bounds_of(domain) for domain in self._domains(field) if domain.get("type") == "range"]
        known = [one for one in found if one]
        if not known:
            return None
        return min(low for low, _ in known), max(high for _, high in known)

    def range_rule(
        self, field: Json, value: str, type_column: str, in_words: Callable[[float], str] = str
    ) -> tuple[str, str]:
        """What must hold for the field's number, as an expression, and in words; empty for no range.

        `value` is the expression of that number, `in_words` how the form shows it.
        """
        domain = field.get("domain")
        plain = bounds_of(domain) if isinstance(domain, Mapping) and domain.get("type") == "range" else None
        cases = []
        for one in self._types if type_column else ():
            own = self._domain(one, field)
            bounds = bounds_of(own) if own.get("type") == "range" else None
            if bounds and bounds != plain:
                is_type = f"to_string({type_column}) = {quote(self._code(one))}"
                cases.append(f"WHEN {is_type} THEN {_between(value, bounds)}")
        rule = _between(value, plain) if plain else "TRUE"
        if cases:
            return f"CASE {' '.join(cases)} ELSE {rule} END", ""
        return (rule, " – ".join(map(in_words, plain))) if plain else ("", "")

    def templates(self) -> list[Json]:
        """The templates of all types, in their order."""
        return [template for one in self._types for template in json_objects(one.get("templates"))]

    def further_templates(self, service: Json) -> list[Json]:
        """The templates whose values no new feature starts with."""
        own = json_objects(service.get("templates"))
        if own or not self.field:
            return [*own, *self.templates()][1:]
        return [template for one in self._types for template in json_objects(one.get("templates"))[1:]]

    def defaults(self) -> dict[str, dict[str, object]]:
        """Field → type → what its first template starts with."""
        found: dict[str, dict[str, object]] = {}
        for one in self._types:
            templates = json_objects(one.get("templates"))
            for name, value in (prototype(templates[0]) if templates else {}).items():
                if name != self.field:
                    found.setdefault(name, {})[self._code(one)] = value
        return found

    def _domains(self, field: Json) -> Iterator[Json]:
        """The domain that the field has in each type, or its own where there are no types."""
        if not self._types or folded(field.get("name")) == self.field:
            yield json_object(field.get("domain"))
            return
        for one in self._types:
            yield self._domain(one, field)

    def _domain(self, one: Json, field: Json) -> Json:
        """The type's own domain of a field, else the field's."""
        wanted = folded(field.get("name"))
        for name, domain in json_object(one.get("domains")).items():
            own = isinstance(domain, Mapping) and domain.get("type") in ("codedValue", "range")
            if folded(name) == wanted and own:
                return domain
        return json_object(field.get("domain"))

    def _code(self, one: Json) -> str:
        return code_text(one.get("id", one.get("code")))


def differing_values(service: Json) -> list[str]:
    """The names of the fields whose values depend on the type."""
    types = Types(service)
    return [str(field.get("name")) for field in json_objects(service.get("fields")) if types.differ(field)]


def prototype(template: Json) -> dict[str, object]:
    """What a feature template starts with, by folded field name."""
    attributes = json_object(json_object(template.get("prototype")).get("attributes"))
    return {folded(name): value for name, value in attributes.items()}


def bounds_of(domain: Json) -> Optional[Bounds]:
    """Minimum and maximum of a range domain."""
    stated = domain.get("range")
    numbers = stated if isinstance(stated, list) else [domain.get("minValue"), domain.get("maxValue")]
    if len(numbers) != 2 or not all(map(is_number, numbers)):
        return None
    return (numbers[0], numbers[1])


def _between(value: str, bounds: Bounds) -> str:
    return f"{value} >= {bounds[0]} AND {value} <= {bounds[1]}"
