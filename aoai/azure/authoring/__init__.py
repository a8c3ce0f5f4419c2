"""The data plane's authoring surface: files, uploads, jobs and models of an account."""
