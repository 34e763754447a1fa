"""What all pages share: the blueprint, the forms of their addresses, and who is at work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Blueprint, request, session, url_for
from pydantic import BaseModel, Field, ValidationError, field_validator

from factcheck.records import Role
from factcheck.web.access import current_person
from factcheck.web.schemas import Asked, refuse
from factcheck.web.security import check_form_token

PAGE_SIZE = 25

bp = Blueprint("pages", __name__)

Form = TypeVar("Form", bound=BaseModel)


class Numbered(Asked):
    """Which page of a list; a field that a form sends empty is as if it were not there."""

    page: int = Field(1, ge=1, le=1_000_000)

    @field_validator("*", mode="before")
    @classmethod
    def left_open(cls, value: Any, info: Any) -> Any:
        """The default where nothing was filled in."""
        return cls.model_fields[info.field_name].default if value == "" else value

    @property
    def address(self) -> dict[str, Any]:
        """The part of an address that names this list, whichever page of it."""
        return self.model_dump(mode="json", exclude_defaults=True, exclude={"page"})


@bp.before_request
def check_forms() -> None:
    """Refuses a form that no page of this session sent."""
    if request.method == "POST":
        check_form_token()


def asked(form: type[Form]) -> Form:
    """The address of the request as a form.

    Raises:
        BadInput: a field is unknown, or has a value that it cannot have.
    """
    try:
        return form.model_validate(request.args.to_dict())
    except ValidationError as error:
        refuse(error)


def href_of_page(endpoint: str, address: Mapping[str, Any]) -> Callable[[int], str]:
    """What gives the address of each page of a list."""
    return lambda number: url_for(endpoint, **address, page=number)


def my_name() -> str:
    """The name under which decisions of this session are made; empty where nobody has said one."""
    person = current_person()
    return (person.name if person else "") or str(session.get("reviewer", ""))


def may(role: Role) -> bool:
    """Whether whoever asks may do what needs this role."""
    person = current_person()
    return person is not None and person.role.may(role)
