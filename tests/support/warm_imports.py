"""What the process imports from which tests fork `kemitraan`; it does nothing else."""

import os

from tests.support.warm import import_all

for _name in set(os.environ) - {"PATH"}:
    del os.environ[_name]  # what is read at an import is read in a shell without variables
import_all()
