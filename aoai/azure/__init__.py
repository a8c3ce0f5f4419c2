"""Azure OpenAI over HTTP: files, jobs, models, deployments and their use. Knows no Pulumi."""
