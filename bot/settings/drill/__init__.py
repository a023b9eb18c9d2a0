"""The scripts of drills that come with the desk, one file each; a team can write its own."""
