"""What all tests share."""

pytest_plugins = ["simulator.testkit"]
