"""What a download promises through crashes and full disks, tried at every call that changes the disk."""
