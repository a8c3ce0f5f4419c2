"""The code hosts: GitHub, Azure DevOps, GitLab, each by its REST API."""
