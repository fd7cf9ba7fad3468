"""Drives a web application with requests made from its own descriptions, before and after a migration.

    PYTHONPATH=tools/dev python -m drive record --app app.main:app --metadata app.db:Base --database-url URL --out FILE
    PYTHONPATH=tools/dev python -m drive compare BEFORE AFTER

Runs in the application's environment (its folder is the current one) and needs nothing but what such applications
have: FastAPI or Starlette, SQLAlchemy, httpx. Knows no application: tables are filled from their definitions, REST
requests come from the OpenAPI description, GraphQL ones from the schema's introspection, jobs from the schedulers.
"""
