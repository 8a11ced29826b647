from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "yimen.faces.jobs"
    label = "face_jobs"
