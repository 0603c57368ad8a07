"""What works behind the windows: jobs, questions and what is told of them."""
