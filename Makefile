# Short names for the README's commands. Each does its own set-up.
.PHONY: run test check lock pins
setup = python3 -m venv .venv && .venv/bin/python -m pip install -q -r requirements.lock

run:
	$(setup) && .venv/bin/python -m pipeline run

test:
	$(setup) && .venv/bin/python -m pytest -q

check:
	.ci/run

pins:  ## accept the tables of the corpus as they are now
	.venv/bin/python -m pytest -q tests/golden --force-regen || true

lock:  ## needs uv
	uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate -o requirements.lock
