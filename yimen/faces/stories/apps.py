from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "yimen.faces.stories"
    label = "face_stories"
