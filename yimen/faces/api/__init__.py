"""The API of the house, /api/v1/: one file per resource, OpenAPI 3.1 at /api/v1/openapi.json.

Every verb of a case is one operation, made from the flows' own signatures; every error is problem+json.
"""
