"""The JSON API about people: accounts, keys for programs and the audit for admins; who asks, for everybody."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g
from flask_openapi.models.tag import Tag

from factcheck import people, shapes_service
from factcheck.accounts import ApiKey
from factcheck.payloads import Json, ok_payload
from factcheck.payloads_people import account_payload, audit_payload, key_payload
from factcheck.records import Role
from factcheck.web import schemas
from factcheck.web.access import asking_person, current_actor, is_single_user, needs, own_actor, rates
from factcheck.web.api_base import WITH_BODY, api_blueprint, failing, takes
from factcheck.web.current import current_parts
from factcheck.web.repeats import once

PEOPLE = Tag(name="people", description="Who may do what. But for what is under /me, for admins alone.")

bp = api_blueprint("api_people")


@bp.get("/me", tags=[PEOPLE], summary="Who asks", responses={200: shapes_service.MeAnswer, **failing()})
def read_me() -> Json:
    """Who the server takes you for, and what you may do."""
    person = asking_person()
    return ok_payload(name=person.name, role=person.role.value, is_single_user=is_single_user())


@bp.post(
    "/me/password",
    tags=[PEOPLE],
    summary="Change your password",
    responses={200: shapes_service.AccountAnswer, **failing(*WITH_BODY)},
)
@once
@needs(Role.READER)
def change_own_password(body: schemas.OwnPasswordIn) -> Json:
    """Needs the present password, and ends every session of the account; keys stay."""
    parts, actor = current_parts(), own_actor()
    with rates().password_try(actor.who, actor.address):
        people.change_own_password(parts, actor, body.old, body.new)
    return ok_payload(**account_payload(parts.store.account(people.folded(actor.who))))


@bp.get("/me/keys", tags=[PEOPLE], summary="List your keys", responses={200: shapes_service.KeyList, **failing(409)})
@needs(Role.READER)
def list_own_keys() -> Json:
    """The keys of whoever asks, by how each begins."""
    return _keys(current_parts().store.api_keys(own_actor().who))


@bp.post(
    "/me/keys",
    tags=[PEOPLE],
    summary="Make a key of yours",
    responses={201: shapes_service.KeyAnswer, **failing(*WITH_BODY)},
)
@once
@needs(Role.READER)
def add_own_key(body: schemas.OwnKeyIn) -> tuple[Json, int]:
    """No key makes one that may do more or lasts longer than itself. `secret` is shown this once, as for any key."""
    made = people.add_own_key(
        current_parts(), own_actor(), asking_person(), role=body.role, label=body.label, days=body.days
    )
    return _made_key(*made)


@bp.post(
    "/me/keys/<prefix>/revoke",
    tags=[PEOPLE],
    summary="Revoke a key of yours",
    responses={200: shapes_service.KeyAnswer, **failing(404, 409, 422)},
)
@once
@takes()
@needs(Role.READER)
def revoke_own_key(path: schemas.KeyPath) -> Json:
    """Makes a key of whoever asks worthless, at once."""
    return _revoked_key(people.revoke_own_key(current_parts(), own_actor(), asking_person(), path.prefix))


@bp.get("/users", tags=[PEOPLE], summary="List accounts", responses={200: shapes_service.AccountList, **failing()})
@needs(Role.ADMIN)
def list_accounts() -> Json:
    """Every account; nothing of its password."""
    return ok_payload(users=[account_payload(one) for one in current_parts().store.accounts()])


@bp.post(
    "/users",
    tags=[PEOPLE],
    summary="Make an account",
    responses={201: shapes_service.AccountAnswer, **failing(*WITH_BODY)},
)
@once
@needs(Role.ADMIN)
def add_account(body: schemas.AccountIn) -> tuple[Json, int]:
    """The first account has to be an admin's; from then on everybody has to say who they are."""
    made = people.add_account(current_parts(), current_actor(), body.name, body.role, body.password)
    return ok_payload(**account_payload(made)), 201


@bp.post(
    "/users/<name>/role",
    tags=[PEOPLE],
    summary="Give another role",
    responses={200: shapes_service.AccountAnswer, **failing(404, *WITH_BODY)},
)
@once
@needs(Role.ADMIN)
def change_role(path: schemas.NamePath, body: schemas.RoleIn) -> Json:
    """Holds at once, also in sessions and keys."""
    return ok_payload(**account_payload(people.change_role(current_parts(), current_actor(), path.name, body.role)))


@bp.post(
    "/users/<name>/password",
    tags=[PEOPLE],
    summary="Set a password",
    responses={200: shapes_service.AccountAnswer, **failing(404, *WITH_BODY)},
)
@once
@needs(Role.ADMIN)
def set_password(path: schemas.NamePath, body: schemas.PasswordIn) -> Json:
    """Ends the sessions of the account; its keys stay."""
    done = people.set_password(current_parts(), current_actor(), path.name, body.password)
    return ok_payload(**account_payload(done))


@bp.post(
    "/users/<name>/remove",
    tags=[PEOPLE],
    summary="Remove an account",
    responses={200: shapes_service.AccountAnswer, **failing(404, 409, 422)},
)
@once
@takes()
@needs(Role.ADMIN)
def remove_account(path: schemas.NamePath) -> Json:
    """Its sessions and keys go too; what the person decided stays, under the name."""
    return ok_payload(**account_payload(people.remove_account(current_parts(), current_actor(), path.name)))


@bp.get("/keys", tags=[PEOPLE], summary="List keys", responses={200: shapes_service.KeyList, **failing()})
@needs(Role.ADMIN)
def list_keys() -> Json:
    """Every key by how it begins; what follows is known to its owner alone."""
    return _keys(current_parts().store.api_keys())


@bp.post(
    "/keys",
    tags=[PEOPLE],
    summary="Make a key",
    responses={201: shapes_service.KeyAnswer, **failing(404, *WITH_BODY)},
)
@once
@needs(Role.ADMIN)
def add_key(body: schemas.KeyIn) -> tuple[Json, int]:
    """Makes a key for the programs of an account; one made by a key ends with that key at the latest.

    `secret` is shown this once: a repeated request finds null there.
    """
    made = people.add_key(
        current_parts(), current_actor(), body.owner, role=body.role, label=body.label, days=body.days
    )
    return _made_key(*made)


@bp.post(
    "/keys/<prefix>/revoke",
    tags=[PEOPLE],
    summary="Revoke a key",
    responses={200: shapes_service.KeyAnswer, **failing(404, 409, 422)},
)
@once
@takes()
@needs(Role.ADMIN)
def revoke_key(path: schemas.KeyPath) -> Json:
    """Makes a key worthless, at once."""
    return _revoked_key(people.revoke_key(current_parts(), current_actor(), path.prefix))


@bp.get("/audit", tags=[PEOPLE], summary="Read the audit", responses={200: shapes_service.AuditList, **failing()})
@needs(Role.ADMIN)
def read_audit(query: schemas.AuditQuery) -> Json:
    """The latest of what was done with an admin's rights or tried at the login, latest first."""
    return ok_payload(audit=[audit_payload(one) for one in current_parts().store.audit(query.limit)])


def _keys(keys: Sequence[ApiKey]) -> Json:
    now = current_parts().clock()
    return ok_payload(keys=[key_payload(key, now) for key in keys])


def _revoked_key(key: ApiKey) -> Json:
    return ok_payload(**key_payload(key, current_parts().clock()), secret=None)


def _made_key(key: ApiKey, secret: str) -> tuple[Json, int]:
    """A new key with its secret, which is left out of the answer that is kept for repeats."""
    payload = key_payload(key, current_parts().clock())
    g.kept_answer = ok_payload(**payload, secret=None)
    return ok_payload(**payload, secret=secret), 201
