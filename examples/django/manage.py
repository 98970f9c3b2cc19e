#!/usr/bin/env python
"""Run the commands of Django, such as: python manage.py runserver"""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exampletown.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
