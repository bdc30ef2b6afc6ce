"""One suite that every adapter passes."""

import pytest

pytest.register_assert_rewrite("tests.contract.suite")
