"""What downloads and updates promise through crashes and full disks, tried at calls that change the disk."""
