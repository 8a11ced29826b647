from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "yimen.rooms.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yimen.ground.journal import guards
        from yimen.rooms.catalogue.guards import overlap_guards

        for guard in overlap_guards():
            guards.add(guard)
