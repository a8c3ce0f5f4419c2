"""The sites that host code: GitHub, Azure DevOps, GitLab, each by its REST API."""
