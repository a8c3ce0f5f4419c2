"""What takes time: jobs, deployments and copies as the clock goes on."""
