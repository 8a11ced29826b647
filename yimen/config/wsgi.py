"""The WSGI application that the web server loads."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from yimen.faces.jobs.supervisor import SUPERVISED, die_with_parent
from yimen.ground.engines.pdf_signing import starts_with_development_certificate

if os.environ.get(SUPERVISED):
    die_with_parent()  # the server forked this process; an orphan would keep the port
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - reads every page's module now, so that the first visitor need not wait for it
if problem := starts_with_development_certificate():
    raise SystemExit(f"yimen: production does not start: {problem}")
