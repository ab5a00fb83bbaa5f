"""What the page of backups says: a command that a terminal takes as it stands."""

import shlex
from pathlib import Path

from boothline.accounts.copies import command


def test_the_command_names_the_program_that_runs_and_is_quoted():
    said = shlex.split(command(Path("/srv/our data")))
    assert said[0] == "BOOTHLINE_HOME=/srv/our data" and Path(said[1]).is_absolute() and Path(said[1]).exists()
