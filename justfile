# Short names for the commands of CONTRIBUTING.md; `just` alone lists them.
default:
    @just --list

# run the tests (arguments go to pytest)
test *arguments:
    ./yimen.sh test {{arguments}}

# style, types, boundaries, messages, migrations
lint:
    .venv/bin/ruff check .
    .venv/bin/ruff format --check .
    .venv/bin/mypy
    .venv/bin/lint-imports
    .venv/bin/python scripts/messages.py --check
    .venv/bin/python scripts/make_docs.py --check
    YIMEN_MODE=demo .venv/bin/yimen makemigrations --check --dry-run

# put the code into the house's format
format:
    .venv/bin/ruff check --fix .
    .venv/bin/ruff format .

# extract msgids, compile the catalogue, list what has no Chinese yet
messages:
    .venv/bin/python scripts/messages.py
    .venv/bin/python scripts/messages.py --missing

# write docs/verbs.md and docs/refusals.md from the code
docs:
    .venv/bin/python scripts/make_docs.py

# everything, on every engine that this machine offers
ci:
    .ci/run
