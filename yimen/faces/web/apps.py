from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "yimen.faces.web"
    label = "face_web"

    def ready(self) -> None:
        """Sign-ins are journalled from the first request on."""
        from yimen.faces.web import sign_in

        sign_in.connect()
