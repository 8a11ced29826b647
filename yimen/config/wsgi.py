"""The WSGI application that the web server loads."""

import os

from django.core.wsgi import get_wsgi_application

from yimen.faces.jobs.supervisor import SUPERVISED, die_with_parent

if os.environ.get(SUPERVISED):
    die_with_parent()  # the server forked this process; an orphan would keep the port
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
application = get_wsgi_application()
