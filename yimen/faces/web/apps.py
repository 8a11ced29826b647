from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "yimen.faces.web"
    label = "face_web"
