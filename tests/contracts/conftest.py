"""Each test of the broker contract is run at every venue in ``venues/``."""

import pytest

from tests.contracts.stages import stages

STAGES = stages()


@pytest.fixture(scope="module", params=STAGES)
def stage(request):
    """Return an open venue."""
    with STAGES[request.param]() as opened:
        yield opened
