"""ROUTES: every path that is the console's own. Everything that it shows it asks AWS's API for."""

from __future__ import annotations

from starlette.routing import Route

from skylens.console import doctor_answers, doors, files, session_answers

ROUTES = [
    Route("/", doors.to_console),
    Route("/console", doors.to_console),
    Route("/xray/home", doors.to_console),
    Route("/cloudwatch/home", doors.to_console),
    Route("/console/", files.index),
    Route("/console/sign-in", session_answers.sign_in_by_token, methods=["GET"]),
    Route("/console/session", session_answers.sign_in_by_key, methods=["POST"]),
    Route("/console/session", session_answers.describe, methods=["GET"]),
    Route("/console/session", session_answers.sign_out, methods=["DELETE"]),
    Route("/console/doctor", doctor_answers.examine_all, methods=["GET"]),
    Route("/console/assets/{name}", files.asset),
    Route("/console/{name}", files.root_file),
]
