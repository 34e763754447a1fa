"""The web service: pages for people, a JSON API for programs, and the one place where their errors are answered."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import Response, render_template, request
from flask_openapi.models.info import Info
from flask_openapi.openapi import OpenAPI
from werkzeug.exceptions import HTTPException, SecurityError

from factcheck import __version__
from factcheck.config import Settings
from factcheck.errors import FactcheckError
from factcheck.shapes_service import Problem
from factcheck.web import (
    api,
    api_base,
    api_decisions,
    api_jobs,
    api_people,
    api_review,
    health,
    pages,
    pages_people,
    turns,
)
from factcheck.web.access import guard
from factcheck.web.current import EXTENSION
from factcheck.web.document import completed
from factcheck.web.problems import failure_of, problem_response
from factcheck.web.schemas import refuse
from factcheck.web.security import secure
from factcheck.web.wording import FILTERS, GLOBALS
from factcheck.wiring import build_parts

if TYPE_CHECKING:
    from factcheck.parts import Parts

logger = logging.getLogger(__name__)

NAVIGATION = (
    ("findings", "Findings"),
    ("disputes", "Disputes"),
    ("check", "Check a claim"),
    ("articles", "Articles"),
    ("report", "Report"),
    ("quality", "Quality"),
    ("about", "How it works"),
)
FOR_PROGRAMS = ("/api/", "/openapi", "/healthz", "/readyz", "/metrics")
TITLES = {
    400: "That cannot be used",
    401: "Please log in",
    403: "Not allowed",
    404: "Nothing is here",
    409: "Something else is going on",
    413: "That is too large",
    429: "One moment, please",
    503: "Not ready",
}


def create_app(settings: Settings, parts: Parts | None = None) -> OpenAPI:
    """The application, with its own parts or those given."""
    app = OpenAPI(
        "factcheck.web",
        info=Info(title="factcheck", version=__version__, description="Who reported what, and how reports clash."),
        validation_error_status=400,
        validation_error_model=Problem,
        validation_error_callback=refuse,
    )
    app.openapi_version = "3.1.0"
    app.config["SWAGGER_HTML_STRING"] = "{% include 'swagger.html' %}"
    app.extensions[EXTENSION] = parts = parts or build_parts(settings)
    app.extensions[health.UNPROVEN] = health.unproven(parts)
    app.extensions[health.REQUESTS] = counter = health.RequestCounter()
    secure(app, settings)
    app.after_request(counter.count)
    app.extensions[turns.EXTENSION] = turns.Turns()
    for part in (api, api_review, api_decisions, api_jobs, api_people):
        app.register_api(part.bp)
    app.register_blueprint(pages.bp)
    app.register_blueprint(pages_people.bp)
    app.register_blueprint(health.bp)
    app.add_url_rule("/openapi.json", "openapi_document", lambda: app.api_doc)
    guard(app)
    views = api_base.views_by_operation(app.view_functions)
    app.spec_json = completed(app.api_doc, views, cookie=app.config["SESSION_COOKIE_NAME"])
    app.register_error_handler(Exception, answer_error)
    _prepare_templates(app)
    return app


def answer_error(error: Exception) -> Response | HTTPException:
    """Every error ends here: one shape for programs, one page for people, and never a trace."""
    if isinstance(error, HTTPException) and (error.response is not None or (error.code or 500) < 400):
        return error  # a redirect
    if not isinstance(error, FactcheckError | HTTPException):
        logger.exception("unexpected error at %s %r", request.method, request.path)  # so that it stays one line
    failure = failure_of(error)
    if request.path.startswith(FOR_PROGRAMS) or isinstance(error, SecurityError):
        response = problem_response(error)
    else:
        title = TITLES.get(failure["status"], "Something went wrong")
        hint = failure["hint"] if isinstance(error, FactcheckError) or failure["status"] == 500 else ""
        told = {"status": failure["status"], "error": failure["error"], "hint": hint}
        response = Response(render_template("error.html", title=title, **told))
    response.status_code = failure["status"]
    if retry_after := getattr(error, "retry_after", None):
        response.headers["Retry-After"] = str(retry_after)
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _prepare_templates(app: OpenAPI) -> None:
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        version=__version__,
        navigation=NAVIGATION,
        **GLOBALS,
    )
