"""事项 Catalogue: items, their versions, materials and limits; imports with quarantine.

A case keeps the version that was in force on its day of receipt. Verbs: register_item, define_item_version,
publish_item_version, end_item_version, import_items.
"""
