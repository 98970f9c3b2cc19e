"""What wrapping an app costs, in units that do not depend on the machine: run ``python -m benchmarks`` in tests/."""
