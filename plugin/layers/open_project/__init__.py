"""What happens in the project that is open."""
